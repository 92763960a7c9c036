import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/selection/decision.js';
import { makeTask } from '../pipeline/task.js';
import { esciSelect } from './spawn.js';

describe('what train says of its models', () => {
  const task = makeTask({ queries: 40 });
  const run = join(task.folder, 'run');
  afterAll(() => rmSync(task.folder, { recursive: true }));

  it('is how each does against chance, as rank says it too', () => {
    const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions];
    const quick = ['--folds', '3', '--rounds', '5', '--threads', '1', '--run', run];
    const { status, stdout } = esciSelect('train', ...inputs, ...quick);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^imported +z$/m);
    expect(stdout).toContain('no better than chance, and so no candidates of rank: noise\n');
    const options = ['--budget', '1', '--replicates', '100', '--threads', '1', '--json'];
    const { ranking }: Decision = JSON.parse(esciSelect('rank', '--run', run, ...options).stdout);
    for (const { model, screen } of ranking) {
      const shown = new RegExp(`^${model} +(\\S+)$`, 'm').exec(stdout)![1];
      expect(Number(shown.replace('−', '-'))).toBeCloseTo(screen!.z!, 0);
      expect(screen!.passed).toBe(model !== 'noise');
    }
  });
});
