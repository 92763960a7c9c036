import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAttributor } from '../../src/attribution/attributor.js';
import { groupPlayers } from '../../src/attribution/players.js';
import { boostingOptions } from '../../src/ensemble/boosting-options.js';
import { parseEnsemble } from '../../src/ensemble/foreign/format.js';
import { toLightgbmText } from '../../src/ensemble/foreign/lightgbm-write.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { createRandom } from '../../src/math/random.js';

const python = fileURLToPath(new URL('../../bench/.venv-cluster/bin/python', import.meta.url));
const ROWS = 600;
const COLUMNS = 8;
const CLASSES = 4;
const PROGRAM = `
import json, sys
import lightgbm, numpy
booster = lightgbm.Booster(model_file=sys.argv[1])
rows = numpy.array(json.load(open(sys.argv[2])), dtype=numpy.float64)
raw = booster.predict(rows, raw_score=True)
print(json.dumps({"margins": raw.ravel().tolist(), "contributions": booster.predict(rows, pred_contrib=True).ravel().tolist()}))
`;

describe('toLightgbmText', () => {
  it.skipIf(!existsSync(python))(
    'is loaded by LightGBM, whose margins and contributions are ours (needs node bench/setup.mjs cluster)',
    () => {
      const random = createRandom(2);
      const labels = Int16Array.from({ length: ROWS }, () => random.integer(CLASSES));
      const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => {
        if (random.uniform() < 0.05) return Number.NaN;
        return random.normal() + (at % 3) * labels[Math.floor(at / COLUMNS)];
      });
      const names = Array.from({ length: COLUMNS }, (_, column) => `m${column}:p`);
      const { ensemble } = trainBoosting({
        features: { rows: ROWS, columns: COLUMNS, names, values },
        labels,
        classes: CLASSES,
        rows: Int32Array.from({ length: ROWS }, (_, row) => row),
        options: boostingOptions({ rounds: 40, seed: 4 }),
      });
      const sources = names.map((_, column) =>
        Float64Array.from({ length: ROWS }, (__, row) => values[row * COLUMNS + column]),
      );
      const players = groupPlayers(
        names,
        names.map((_, column) => column),
      );
      const foreign = parseEnsemble(Buffer.from(toXgboostJson(ensemble)));
      const { margins, shap } = createAttributor(foreign, players).attribute(sources);
      const folder = mkdtempSync(join(tmpdir(), 'esci-lightgbm-'));
      try {
        const [model, table] = [join(folder, 'model.txt'), join(folder, 'rows.json')];
        writeFileSync(model, toLightgbmText(ensemble));
        const rows = labels.length;
        const cells = Array.from({ length: rows }, (_, row) =>
          sources.map((column) => (Number.isNaN(column[row]) ? null : column[row])),
        );
        writeFileSync(table, JSON.stringify(cells));
        const { status, stdout, stderr } = spawnSync(python, ['-c', PROGRAM, model, table], {
          encoding: 'utf8',
          maxBuffer: 2 ** 28,
        });
        expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
        const told = JSON.parse(stdout.trim().split('\n').pop()!);
        margins.forEach((margin, at) => {
          expect(Math.abs(margin - told.margins[at])).toBeLessThan(2e-6);
        });
        // LightGBM's are [row][class][column + bias]
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < COLUMNS; column++) {
            for (let k = 0; k < CLASSES; k++) {
              const theirs = told.contributions[(row * CLASSES + k) * (COLUMNS + 1) + column];
              expect(Math.abs(theirs - shap[(row * COLUMNS + column) * CLASSES + k])).toBeLessThan(2e-6);
            }
          }
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
