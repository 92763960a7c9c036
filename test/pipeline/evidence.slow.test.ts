import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sliceModels } from '../../src/pipeline/choosing/slicing.js';
import { loadRun } from '../../src/pipeline/files/load-run.js';
import { rank, TRAIN_DEFAULTS, train } from '../../src/pipeline.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { makeTask } from './task.js';

/** More judged rows than pools are fitted again on, draw by draw: then how often models are kept is found with the choice. */
const QUERIES = 1400;

const task = makeTask({ queries: QUERIES, split: true });
afterAll(() => rmSync(task.folder, { recursive: true, force: true }));

/** What a run's folder holds, by path. */
function contents(run: string): Map<string, string> {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(run.length), readFileSync(path, 'latin1')]));
}

describe('the evidence beside a choice among more than 5,000 rows', () => {
  it('is the same bytes at 1 and 3 threads, with frontiers, kept shares and ranks over refits', async () => {
    const at = (run: string) => join(task.folder, run);
    const options = { ...TRAIN_DEFAULTS, run: at('one'), data: [task.data], predictions: [task.predictions] };
    await train(
      { ...options, models: 'none', boosting: { rounds: 10, earlyStoppingRounds: 0 }, measure: false },
      { threads: 1 },
    );
    cpSync(at('one'), at('three'), { recursive: true });
    const asked = { budgets: ['latency_ms=5'], replicates: 100, force: false, measures: true };
    const decision = await rank({ ...asked, run: at('one') }, { threads: 1 });
    await rank({ ...asked, run: at('three') }, { threads: 3 });
    const [one, three] = [contents(at('one')), contents(at('three'))];
    expect([...three.keys()]).toEqual([...one.keys()]);
    for (const [file, bytes] of one) expect(three.get(file), file).toBe(bytes);
    // sets that the frontiers scored are not scored again for slices
    const folder = await RunFolder.open(at('one'));
    const input = {
      kept: decision.kept,
      request: { ...decision.constraints, seed: 7 },
      replicates: 100,
      known: [],
    };
    expect(sliceModels(await loadRun(folder), input)).toEqual(decision.slices);
    expect(decision.ranking.filter(({ kept }) => kept).map(({ model }) => model)).toEqual(['second']);
  });
});
