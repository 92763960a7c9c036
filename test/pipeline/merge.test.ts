import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { explainEnsemble } from '../../src/pipeline/commands/explain-ensemble.js';
import { merge } from '../../src/pipeline/commands/merge.js';
import { esciSelect } from '../cli/in-process.js';
import { casePath, readCase } from '../ensemble/foreign-case.js';
import { failureOf, fileWith, temporaryFolder } from '../io/helpers.js';
import { columnOf, pick, streamOf, type WorkerAnswer, work } from './worker-streams.js';

const own = readCase('lightgbm-categorical');
const names = Object.keys(own.table);
const CLASSES = ['low', 'middle', 'high'];
const PLAYERS = {
  classes: CLASSES,
  players: [
    { name: 'first', columns: ['m0_*'], costs: { latency_ms: 3 } },
    { name: 'second', columns: ['m1_*'], costs: { latency_ms: 20 } },
  ],
  context: ['locale', 'brand'],
};
const rows = own.margins.map((_, row) => row);
const columns = [
  ...names.map((name) => columnOf(name, own.table[name])),
  columnOf(
    'label',
    rows.map((row) => CLASSES[row % 3]),
  ),
  columnOf(
    'query',
    rows.map((row) => `q${row % 5}`),
  ),
];

/** Sums of workers on parts, a file each, as an engine would write them. */
async function sumsOf(players: string, parts: number): Promise<string> {
  const folder = temporaryFolder();
  for (let part = 0; part < parts; part++) {
    const mine = rows.filter((row) => row % parts === part);
    const roles = new Map([
      ['label', 'label'],
      ['queryId', 'query'],
    ]);
    const ensemble = casePath('lightgbm-categorical', 'model.txt');
    const options = {
      ensemble,
      players,
      emit: 'sums',
      flush: 'stream',
      columns: roles,
      bootstrap: 50,
      seed: 3,
    } as const;
    await write(join(folder, `part-${part}.parquet`), await work(options, streamOf(pick(columns, mine), 7)));
  }
  return join(folder, '*.parquet');
}

async function write(path: string, { lines }: WorkerAnswer): Promise<void> {
  await writeParquet(path, [
    { name: 'quantity', type: 'string', values: lines.map(({ quantity }) => quantity as string) },
    { name: 'cell', type: 'string', values: lines.map(({ cell }) => cell as string) },
    { name: 'hi', type: 'int64', values: lines.map(({ hi }) => hi as bigint) },
    { name: 'lo', type: 'int64', values: lines.map(({ lo }) => lo as bigint) },
  ]);
}

/** The case's table as CSV. */
function tableFile(): string {
  const lines = rows.map((row) => names.map((name) => own.table[name][row] ?? '').join());
  return fileWith('table.csv', `${names.join()}\n${lines.join('\n')}\n`);
}

describe('merge', () => {
  it('makes the same run of the sums of one worker and of many, which rank and report work on', async () => {
    const players = fileWith('players.json', JSON.stringify(PLAYERS));
    const runs = [join(temporaryFolder(), 'one'), join(temporaryFolder(), 'many')];
    const merged = await merge({ sums: [await sumsOf(players, 1)], run: runs[0], players });
    await merge({ sums: [await sumsOf(players, 5)], run: runs[1], players });
    const contributions = runs.map((run) => readFileSync(join(run, 'foreign/contributions.json'), 'utf8'));
    expect(contributions[1]).toBe(contributions[0]);
    const ensemble = casePath('lightgbm-categorical', 'model.txt');
    const explained = await explainEnsemble({ ensemble, features: tableFile(), players }, { threads: 1 });
    expect(merged.players.map(({ required: _, costs: __, ...line }) => line)).toEqual(explained.players);
    expect(merged.outputs).toEqual(CLASSES);
    expect(merged.scores).toMatchObject({ rows: rows.length, classes: CLASSES, replicates: 50 });
    const hits = rows.filter((row) => own.margins[row].indexOf(Math.max(...own.margins[row])) === row % 3);
    expect(merged.scores!.accuracy).toBeCloseTo(hits.length / rows.length, 12);
    const [low, high] = merged.scores!.intervals!.accuracy;
    expect(low < merged.scores!.accuracy && merged.scores!.accuracy < high).toBe(true);

    const ranked = await esciSelect('rank', '--run', runs[1], '--budget', 'latency_ms=10');
    expect(ranked.stderr).toBe('');
    expect(ranked.stdout).toMatch(/keep first\.\n/);
    const reported = await esciSelect('report', '--run', runs[1], '--format', 'html,md,json,csv');
    expect(reported.status).toBe(0);
    const page = readFileSync(join(runs[1], 'report/report.html'), 'utf8');
    expect(page).toContain('Within latency_ms &lt;= 10: keep first.');
    expect(page).toContain('Poisson bootstrap over queries, 50 replicates');
    expect(readFileSync(join(runs[1], 'report/report.md'), 'utf8')).toMatch(/\| second +\| no +\|/);
    expect(JSON.parse(readFileSync(join(runs[1], 'report/report.json'), 'utf8')).ranking.kept).toEqual([
      'first',
    ]);
    const compared = await esciSelect('compare', runs[0], runs[1]);
    expect(compared.status).toBe(2);
    expect(compared.stderr).toMatch(/is of an ensemble of another engine/);
    const refused = await esciSelect('rank', '--run', runs[1], '--budget', '1', '--floor', 'accuracy=0.1');
    expect(refused.stderr).toMatch(/--floor is of a run of train/);
  });

  it('refuses what is no table of sums, and players that are not those of the workers', async () => {
    const run = join(temporaryFolder(), 'run');
    const line = 'quantity,cell,hi,lo\n';
    const failed = async (text: string, players?: string) =>
      (
        await failureOf(
          merge({ sums: [fileWith('s.csv', line + text)], run, players }),
          players ? 'usage' : 'data',
        )
      ).message;
    expect(await failed('rows,[],x,0\n')).toMatch(/sum is 'x', expected a whole number \(row 1\)/);
    expect(await failed('rows,bert,1,0\n')).toMatch(/cell is 'bert'/);
    expect(await failed('')).toMatch(/of no rows/);
    const strange = '"[""third"",""low""]"';
    const players = fileWith('players.json', JSON.stringify(PLAYERS));
    expect(await failed(`rows,[],1,0\nshapAbsolute,${strange},1,0\n`, players)).toMatch(
      /sums have the player 'third'/,
    );
    const other = fileWith('t.csv', 'quantity,cell\nrows,[]\n');
    expect((await failureOf(merge({ sums: [other], run }), 'data')).message).toMatch(/no column 'hi'/);
  });
});

describe('rank --ensemble --run', () => {
  it('leaves a run that report and a further rank work on', async () => {
    const run = join(temporaryFolder(), 'run');
    const players = fileWith('players.json', JSON.stringify(PLAYERS));
    const model = casePath('lightgbm-categorical', 'model.txt');
    const flags = ['--ensemble', model, '--features', tableFile(), '--players', players];
    const ranked = await esciSelect('rank', ...flags, '--budget', '1', '--run', run, '--json');
    expect(ranked.stderr).toBe('');
    const { kept } = JSON.parse(ranked.stdout);
    const reported = await esciSelect('report', '--run', run, '--json');
    expect(JSON.parse(reported.stdout).report.ranking.kept).toEqual(kept);
    const cheaper = await esciSelect('rank', '--run', run, '--budget', 'latency_ms=5', '--json');
    expect(JSON.parse(cheaper.stdout).kept).toEqual(['first']);
    const trained = await esciSelect(
      'merge',
      fileWith('s.csv', 'quantity,cell,hi,lo\nrows,[],1,0\n'),
      '--run',
      run,
    );
    expect(trained.status).toBe(0);
    // the ranking was of other contributions
    expect((await esciSelect('report', '--run', run)).stderr).toMatch(/run has no ranking yet/);
    writeFileSync(join(run, 'foreign/contributions.json'), '{}');
    expect((await esciSelect('rank', '--run', run, '--budget', '1')).status).toBe(3);
  });
});
