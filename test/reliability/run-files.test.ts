import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EsciSelectError } from '../../src/errors.js';
import { compare, explain, rank, report, TRAIN_DEFAULTS, train } from '../../src/pipeline.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { folderOf } from '../predictions/support.js';

const ROWS = 40;
const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];
const scratch = mkdtempSync(join(tmpdir(), 'esci-run-files-'));
const whole = join(scratch, 'run');
let copies = 0;

/** A run of two imported models, ranked. */
beforeAll(async () => {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const judged = rows.map((row) => `${row},query ${row >> 2},P${row},us,${CLASSES[row % 4]}`);
  const model = (shift: number) =>
    rows.map((row) => [
      row,
      ...CLASSES.map((_, k) => (k === (row + shift * Number(row % 5 === 0)) % 4 ? 0.7 : 0.1)),
    ]);
  const header = `example_id,${CLASSES.map((name) => `p_${name}`).join(',')}`;
  const predictions = folderOf({
    'a.csv': [header, ...model(1)].join('\n'),
    'b.csv': [header, ...model(2)].join('\n'),
    'costs.csv': 'model,latency_ms\na,1\nb,2\n',
  });
  const data = folderOf({
    'data.csv': ['example_id,query,product_id,product_locale,esci_label', ...judged].join('\n'),
  });
  const boosting = { rounds: 3, minDataInLeaf: 2 };
  const options = { models: 'none', folds: 3, measure: false, boosting, stack: 'trees' as const };
  await train(
    { ...TRAIN_DEFAULTS, ...options, data: [join(data, 'data.csv')], predictions: [predictions], run: whole },
    { threads: 1 },
  );
  await rank({ run: whole, budgets: ['1'], replicates: 100, force: false }, { threads: 1 });
}, 120_000);

/** A copy of the run with one file changed. */
function changedRun(file: string, change: (bytes: Buffer) => Buffer): string {
  const run = join(scratch, `copy-${copies++}`);
  cpSync(whole, run, { recursive: true });
  writeFileSync(join(run, file), change(readFileSync(join(run, file))));
  return run;
}

const READERS = [
  (run: string) => explain({ run, example: '3' }),
  (run: string) => compare({ base: run, next: run }),
  (run: string) => report({ run, out: join(run, 'out'), formats: ['json'] }),
];

/** The error of the first command that refuses a run, or null. */
async function refusal(run: string): Promise<EsciSelectError | null> {
  for (const read of READERS) {
    const error = await read(run).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error === null) continue;
    expect(error).toBeInstanceOf(EsciSelectError);
    return error as EsciSelectError;
  }
  return null;
}

async function filesOf(run: string): Promise<[stage: string, file: string][]> {
  const { stages } = (await RunFolder.open(run)).manifest;
  return Object.entries(stages).flatMap(([stage, { outputs }]) =>
    outputs.map(({ path }): [string, string] => [stage, path]),
  );
}

const CHANGES: [string, (bytes: Buffer) => Buffer][] = [
  [
    'one bit of it',
    (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))),
  ],
  ['its last byte is gone', (bytes) => bytes.subarray(0, bytes.length - 1)],
];

describe('a file of a run that is not as run.json says', () => {
  it.each(CHANGES)(
    'is refused with its path and what to run, or made again: %s',
    async (_, change) => {
      const unread: string[] = [];
      for (const [stage, file] of await filesOf(whole)) {
        const run = changedRun(file, change);
        const folder = await RunFolder.open(run);
        expect(await folder.isCurrent(stage, folder.manifest.stages[stage].key)).toBe(false);
        const error = await refusal(run);
        if (error === null) unread.push(file);
        else {
          expect(error).toMatchObject({ code: 'data', path: join(run, file) });
          expect(error.hint).toMatch(/^run esci-select (train|rank --budget N) with the same --run/);
        }
      }
      // these are for `rank` and for users
      expect(unread.sort()).toEqual([
        'attribution/contributions.json',
        'attribution/per-query.arrow',
        'decision/model.json',
      ]);
    },
    60_000,
  );

  it.each(['seed', 'sha256', 'version'])('and run.json itself, by its checksum: %s', async (name) => {
    const run = changedRun('run.json', (bytes) =>
      Buffer.from(
        bytes
          .toString()
          .replace(
            new RegExp(`("${name}": "?)(.)`),
            (_all, before, first) => `${before}${first === '1' ? '2' : '1'}`,
          ),
      ),
    );
    const error = await refusal(run);
    expect(error).toMatchObject({ code: 'data', path: join(run, 'run.json') });
    expect(error?.hint).toContain('--force');
  });
});
