import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../src/pipeline/files/load-run.js';
import { TRAIN_DEFAULTS, train } from '../../src/pipeline.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { fenced } from '../docs/markdown.js';
import { ROOT, scratchFolder } from './shell.js';

const bin = join(ROOT, 'bench/.venv-cluster/bin');
const folder = scratchFolder();
const document = readFileSync(join(ROOT, 'docs/how-to-foreign.md'), 'utf8');
const MODELS = ['graphsage', 'lexical', 'two-tower'];

/** Files of the document, written as it says; the table is the models' answers to the sample's Spanish rows. */
async function prepare(): Promise<void> {
  const run = join(folder, 'run');
  const small = { folds: 2, measure: false, maxTrainRows: 800 };
  const load = { locales: ['es'], version: 'small' as const };
  await train({ ...TRAIN_DEFAULTS, ...small, run, load, models: MODELS.join(',') }, { threads: 2 });
  const { examples, matrix } = await loadRun(await RunFolder.open(run));
  const width = MODELS.length * matrix.classes.length;
  const names = MODELS.flatMap((_, model) => matrix.classes.map((name) => `m0${model}_${name}`));
  const lines = Array.from({ length: matrix.rows }, (_, row) => {
    const cells = [...matrix.values.subarray(row * width, (row + 1) * width)].map((value) =>
      Number.isNaN(value) ? '' : value,
    );
    return [...cells, 'es', matrix.classes[examples.label[row]], `q${examples.group[row]}`].join(',');
  });
  writeFileSync(
    join(folder, 'table.csv'),
    [[...names, 'locale', 'label', 'queryId'].join(), ...lines].join('\n'),
  );
  const [stack, refit] = fenced(document, 'python');
  writeFileSync(join(folder, 'stack.py'), stack);
  writeFileSync(join(folder, 'refit.py'), refit);
  writeFileSync(join(folder, 'players.json'), fenced(document, 'json')[0]);
  writeFileSync(
    join(folder, 'esci-select'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/esci-select.js')}" "$@"\n`,
  );
  chmodSync(join(folder, 'esci-select'), 0o755);
}

function shell(script: string): string {
  const env = { ...process.env, PATH: [folder, bin, process.env.PATH].join(delimiter), NO_COLOR: '1' };
  const ended = spawnSync('sh', ['-e', '-c', script], {
    ...{ cwd: folder, env, encoding: 'utf8', maxBuffer: 2 ** 28 },
  });
  expect(ended.status, `${script}\n${ended.stderr}`).toBe(0);
  return ended.stdout;
}

const python = (program: string) => JSON.parse(shell(`python - <<'END'\n${program}\nEND`));

const CONTRIBUTIONS = `
import json, lightgbm, pandas, pyarrow.ipc
booster = lightgbm.Booster(model_file="stack.txt")
table = pandas.read_parquet("table.parquet")
features = table[booster.feature_name()].astype({"locale": "category"})
theirs = booster.predict(features, pred_contrib=True).reshape(len(table), 4, -1)
players = {"bert": "m00_", "graph": "m01_", "rules": "m02_", "locale": "locale"}
ours = pyarrow.ipc.open_file("rows.arrow").read_all().to_pandas()
worst = 0
for at, name in enumerate(json.load(open("players.json"))["classes"]):
    for player, start in players.items():
        columns = [k for k, column in enumerate(booster.feature_name()) if column.startswith(start)]
        found = ours[[c for c in ours.columns if "shap" in c and player in c and c.endswith(name)]]
        assert found.shape[1] == 1, (player, name, list(ours.columns))
        worst = max(worst, abs(found.iloc[:, 0] - theirs[:, at, columns].sum(axis=1)).max())
print(json.dumps({"worst": float(worst), "rows": len(ours)}))
`;

describe.skipIf(!existsSync(join(bin, 'python')))(
  'the reference’s recipe in LightGBM (needs node bench/setup.mjs cluster)',
  () => {
    const [explain, rank] = fenced(document, '');
    beforeAll(async () => {
      await prepare();
      shell(`python -c 'import pandas; pandas.read_csv("table.csv").to_parquet("table.parquet")'`);
      shell('python stack.py');
    }, 600_000);

    it('is explained within 1e-6 of LightGBM’s own contributions, by player', () => {
      const said = JSON.parse(shell(`${explain.trim()} --out rows.arrow --json`));
      expect(said).toMatchObject({
        format: 'lightgbm',
        trees: 6000,
        rounding: { crossed: 0, unresolved: 0 },
      });
      expect(said.expected.largestDifference).toBeLessThan(1e-6);
      const { worst, rows } = python(CONTRIBUTIONS);
      expect(worst).toBeLessThan(1e-6);
      expect(rows).toBeGreaterThan(500);
    });

    it('is ranked by player, pruned to the budget, and refitted by the user’s own command', () => {
      const said = JSON.parse(shell(`${rank.trim()} --json`));
      const order = said.ranking.map(({ shap }: { shap: number }) => shap);
      expect(order).toEqual([...order].sort((a, b) => b - a));
      expect(said.kept).toEqual(['graph', 'rules']);
      expect(said.columns).toContain('locale');
      const { judged } = said;
      expect(judged).toMatchObject({ by: 'command', surrogate: false, folds: 5 });
      const { accuracy } = judged.pruned;
      expect(accuracy).toBeGreaterThan(0.5);
      expect(accuracy).not.toBe(judged.full.accuracy);
    });
  },
);
