import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServable } from '../../src/index.js';
import { type Deployed, deploy } from '../serving/deployed.js';
import { ROOT } from './shell.js';

const python = join(ROOT, 'bench/.venv-cluster/bin/python');
const ROWS = 270;
const PROGRAM = `
import json, sys
from read_bundle import Bundle
labels, probabilities = Bundle(".").answer(json.load(open(sys.argv[1])))
print(json.dumps({"labels": labels, "probabilities": probabilities.tolist()}))
`;

describe.skipIf(!existsSync(python))(
  'the reader in a bundle for those who score elsewhere (needs node bench/setup.mjs cluster)',
  () => {
    let deployed: Deployed;
    beforeAll(async () => {
      deployed = await deploy();
    });
    afterAll(() => rmSync(deployed.folder, { recursive: true }));

    const read = (answers: string) =>
      spawnSync(python, ['-c', PROGRAM, answers], { cwd: deployed.bundle, encoding: 'utf8' });

    it('answers as the program does, also where a model is silent', async () => {
      const lines = readFileSync(deployed.data, 'utf8')
        .split('\n')
        .slice(1, ROWS + 1);
      const servable = await openServable(deployed.bundle);
      const pairs = lines.map((line, row) => {
        const [, query, queryId, productId, locale, title, brand] = line.split(',');
        const text = { title, brand, description: null, bullets: null, color: null };
        const given = new Map(row % 3 === 0 ? [] : [['theirs', [0.4, 0.3, 0.2, 0.1]]]);
        return { query, queryId, productId, locale, text, given };
      });
      const answers = await servable.answer(pairs);
      const values = answers[0].models.map(({ model }, at) => [
        model,
        answers.map(({ models }) => {
          const own = [...models[at].probabilities];
          return own.some(Number.isNaN) ? null : own;
        }),
      ]);
      const path = join(deployed.folder, 'answers.json');
      writeFileSync(path, JSON.stringify(Object.fromEntries(values)));
      const { status, stdout, stderr } = read(path);
      expect(status, stderr).toBe(0);
      const told = JSON.parse(stdout.trim().split('\n').pop()!);
      expect(told.labels).toEqual(answers.map(({ label }) => servable.classes[label]));
      answers.forEach(({ probabilities }, row) => {
        for (const [k, value] of probabilities.entries()) {
          expect(told.probabilities[row][k]).toBeCloseTo(value, 6);
        }
      });
      expect(values.some(([, own]) => (own as unknown[]).includes(null))).toBe(true);
      await servable.dispose();

      appendFileSync(join(deployed.bundle, 'columns.json'), ' ');
      const refused = read(path);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('columns.json is not as bundle.json says');
    });
  },
);
