import {
  Field,
  FixedSizeList,
  Float32,
  List,
  RecordBatchStreamWriter,
  Table,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { sumsOf } from '../../src/attribution/exact-sums.js';
import type { NamedColumn } from '../../src/io/arrow/write.js';
import { createRandom } from '../../src/math/random.js';
import { explainEnsemble } from '../../src/pipeline/commands/explain-ensemble.js';
import type { WorkerOptions } from '../../src/pipeline/commands/worker-attribute.js';
import { casePath, readCase } from '../ensemble/foreign-case.js';
import { failureOf, fileWith } from '../io/helpers.js';
import { columnOf, merged, pick, streamOf, type WorkerAnswer, work } from './worker-streams.js';

const own = readCase('lightgbm-categorical');
const names = Object.keys(own.table);
const CLASSES = ['low', 'middle', 'high'];
const ROWS = 800;

/** Rows of the case at random, of which a query has some; the label is the model's own answer or, of a fifth, `low`. */
function rowsOf(rows: number): NamedColumn[] {
  const random = createRandom(3);
  const drawn = Array.from({ length: rows }, () => random.integer(own.margins.length));
  const answer = (row: number) => CLASSES[own.margins[row].indexOf(Math.max(...own.margins[row]))];
  return [
    ...names.map((name) =>
      columnOf(
        name,
        drawn.map((row) => own.table[name][row]),
      ),
    ),
    columnOf(
      'label',
      drawn.map((row, at) => (at % 11 === 0 ? null : at % 5 === 0 ? 'low' : answer(row))),
    ),
    columnOf(
      'query',
      drawn.map(() => `q${random.integer(rows / 6)}`),
    ),
  ];
}

const players = () =>
  fileWith(
    'players.json',
    JSON.stringify({
      classes: CLASSES,
      players: [
        { name: 'first', columns: ['m0_*'] },
        { name: 'second', columns: ['m1_*'] },
      ],
      context: ['locale', 'brand'],
    }),
  );

function optionsOf(more: Partial<WorkerOptions> = {}): WorkerOptions {
  return {
    ensemble: casePath('lightgbm-categorical', 'model.txt'),
    players: players(),
    emit: 'sums',
    flush: 'stream',
    columns: new Map([
      ['label', 'label'],
      ['queryId', 'query'],
    ]),
    bootstrap: 20,
    seed: 7,
    ...more,
  };
}

/** Workers on parts of the rows. */
async function parted(
  options: WorkerOptions,
  columns: readonly NamedColumn[],
  { parts, batch, seed }: { parts: number; batch: number; seed?: number },
): Promise<WorkerAnswer[]> {
  const rows = Array.from({ length: columns[0].column.values.length }, (_, row) => row);
  if (seed !== undefined) createRandom(seed).shuffle(rows);
  const answers: WorkerAnswer[] = [];
  for (let part = 0; part < parts; part++) {
    const mine = rows.filter((_, at) => at % parts === part);
    answers.push(await work(options, streamOf(pick(columns, mine), batch)));
  }
  return answers;
}

const DIVISIONS = [
  { parts: 3, batch: 2000 },
  { parts: 16, batch: 1 },
  { parts: 1, batch: 10_000, seed: 5 },
  { parts: 16, batch: 2000, seed: 6 },
];

describe('worker attribute', () => {
  const columns = rowsOf(ROWS);

  it.each(['sums', 'queries'] as const)(
    'gives the same %s to the byte however rows are parted, batched and ordered',
    async (emit) => {
      const options = optionsOf({ emit, bootstrap: emit === 'sums' ? 20 : 0 });
      const whole = merged(await parted(options, columns, { parts: 1, batch: 2000 }));
      expect(JSON.parse(whole).length).toBeGreaterThan(emit === 'sums' ? 100 : 1000);
      for (const division of DIVISIONS) {
        expect(merged(await parted(options, columns, division)), JSON.stringify(division)).toBe(whole);
      }
      const flushed = { ...options, flush: 'batch' as const };
      expect(merged(await parted(flushed, columns, { parts: 2, batch: 300 }))).toBe(whole);
    },
  );

  it('says what explain --ensemble says of the same rows', async () => {
    const [{ lines, statistics }] = await parted(optionsOf(), columns, { parts: 1, batch: 700 });
    expect(statistics).toMatchObject({ schema: 'esci-select/worker/1', rows: ROWS, batches: 2 });
    expect(statistics.additivity.absolute).toBeLessThan(1e-5);
    const csv = Array.from({ length: ROWS }, (_, row) =>
      columns
        .map(({ column }) =>
          column.kind === 'number' && column.missing?.[row] === 1 ? '' : column.values[row],
        )
        .join(),
    );
    const features = fileWith('t.csv', `${columns.map(({ name }) => name).join()}\n${csv.join('\n')}\n`);
    const explained = await explainEnsemble(
      { ...optionsOf(), features } as Parameters<typeof explainEnsemble>[0],
      { threads: 1 },
    );
    for (const line of explained.players) {
      line.shapByOutput.forEach((mean, k) => {
        expect(sumIn(lines, 'shapAbsolute', line.player, explained.outputs[k]) / ROWS).toBe(mean);
      });
    }
  });

  it('counts answers, and draws queries by weights that depend on nothing else', async () => {
    const [{ lines }] = await parted(optionsOf({ bootstrap: 400 }), columns, { parts: 1, batch: 700 });
    const counts = lines.filter(({ quantity }) => quantity === 'confusion');
    const judged = ROWS - Math.ceil(ROWS / 11);
    expect(counts.reduce((sum, { hi }) => sum + Number(hi), 0)).toBe(judged);
    // a row keeps the model's answer as its label, but for some that are called low
    const wrong = counts.filter(({ cell }) => new Set(JSON.parse(cell as string)).size > 1);
    expect(wrong.every(({ cell, hi }) => JSON.parse(cell as string)[0] === 'low' || hi === 0n)).toBe(true);
    const drawn = new Float64Array(400);
    for (const { quantity, cell, hi } of lines) {
      if (quantity === 'replicate') drawn[JSON.parse(cell as string)[0]] += Number(hi);
    }
    // of 133 queries of 5.5 rows: a replicate has as many rows within about 9%
    const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
    expect(Math.abs(mean / judged - 1)).toBeLessThan(0.02);
    const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length);
    expect(deviation / judged).toBeGreaterThan(0.06);
    expect(deviation / judged).toBeLessThan(0.13);
  });

  it('gives rows back with their id, in order', async () => {
    const ids = columnOf(
      'row',
      Array.from({ length: ROWS }, (_, row) => row),
    );
    const options = optionsOf({
      emit: 'rows',
      bootstrap: 0,
      columns: new Map([
        ['label', 'label'],
        ['queryId', 'query'],
        ['id', 'row'],
      ]),
    });
    const answer = await work(options, streamOf([...columns, ids], 1000));
    expect(answer.names.slice(0, 5)).toEqual([
      'row',
      'margin low',
      'margin middle',
      'margin high',
      'shap first low',
    ]);
    expect(answer.lines.map(({ row }) => row)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    const total = answer.lines.reduce((sum, line) => sum + Math.abs(line['shap first low'] as number), 0);
    const [{ lines }] = await parted(optionsOf(), columns, { parts: 1, batch: 700 });
    expect(total).toBeCloseTo(sumIn(lines, 'shapAbsolute', 'first', 'low'), 6);
  });

  it('adds up by query what the rows say, each quantity by its definition', async () => {
    const [rows, queries] = await Promise.all(
      (['rows', 'queries'] as const).map((emit) =>
        work(optionsOf({ emit, bootstrap: 0 }), streamOf(columns, 700)),
      ),
    );
    const [label, query] = ['label', 'query'].map(
      (name) => columns.find((one) => one.name === name)!.column.values,
    );
    const due = new Map<string, number>();
    rows.lines.forEach((line, row) => {
      for (const player of ['first', 'second']) {
        const of = (quantity: string) =>
          CLASSES.map((name) => line[`${quantity} ${player} ${name}`] as number);
        const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / CLASSES.length;
        const add = (quantity: string, value: number) => {
          const key = `${query[row]} ${quantity} ${player}`;
          due.set(key, (due.get(key) ?? 0) + value);
        };
        const [shap, group] = [of('shap'), of('group')];
        add('shap', mean(shap.map(Math.abs)));
        add('groupShap', mean(group.map(Math.abs)));
        if (label[row] === null) continue;
        add('towards', shap[CLASSES.indexOf(label[row] as string)] - mean(shap));
      }
    });
    expect(due.size).toBeGreaterThan(600);
    for (const [key, value] of due) {
      const [of, quantity, player] = key.split(' ');
      const mine = queries.lines.filter((line) => line.query === of);
      expect(sumIn(mine, quantity, player), key).toBeCloseTo(value, 5);
    }
  });

  it('answers no rows with the columns of an answer, with and without a schema', async () => {
    const nothing = pick(columns, []);
    for (const emit of ['sums', 'rows', 'queries'] as const) {
      const options = optionsOf({ emit, bootstrap: 0 });
      const known = await work(options, streamOf(nothing, 10));
      expect(known.lines).toEqual([]);
      expect(known.names.length).toBeGreaterThan(3);
      expect((await work(options, [])).names).toEqual(known.names);
    }
  });
});

function sumIn(lines: WorkerAnswer['lines'], quantity: string, ...parts: string[]): number {
  const line = lines.find((each) => each.quantity === quantity && each.cell === JSON.stringify(parts))!;
  return sumsOf({ hi: BigInt64Array.of(line.hi as bigint), lo: BigInt64Array.of(line.lo as bigint) })[0];
}

describe('rows of a worker', () => {
  const plain = readCase('xgboost-missing');
  const features = Object.keys(plain.table);
  const options = optionsOf({
    ensemble: casePath('xgboost-missing'),
    players: undefined,
    columns: undefined,
    bootstrap: 0,
  });
  const byName = features.map((name) => columnOf(name, plain.table[name]));
  const rows = plain.table[features[0]].map((_, row) => features.map((name) => plain.table[name][row]));

  it.each([
    ['list', new List(new Field('item', new Float32(), true))],
    ['list of fixed size', new FixedSizeList(features.length, new Field('item', new Float32(), true))],
  ])('may be a %s, in which a missing value is null', async (_, type) => {
    const table = new Table({ features: vectorFromArray(rows, type as List) });
    const bytes = RecordBatchStreamWriter.writeAll(table).toUint8Array(true);
    expect(merged([await work(options, [bytes])])).toBe(merged([await work(options, streamOf(byName, 5))]));
  });

  it('are refused with the reason where they do not fit', async () => {
    const short = new Table({
      features: vectorFromArray(
        rows.map((row) => row.slice(1)),
        new List(new Field('item', new Float32(), true)),
      ),
    });
    const bytes = RecordBatchStreamWriter.writeAll(short).toUint8Array(true);
    expect((await failureOf(work(options, [bytes]), 'data')).message).toMatch(
      /row 1 has 5 values, the model 6/,
    );
    const lacking = await failureOf(work(options, streamOf(byName.slice(1), 5)), 'data');
    expect(lacking.message).toMatch(/lacks columns of the model/);
    const whole = Buffer.concat(streamOf(byName, 5));
    for (const [damage, found] of [
      [whole.subarray(0, whole.length - 100), /cut off/],
      [Buffer.from('ARROW1\0\0'), /this is an arrow file/],
      [
        Buffer.concat([whole.subarray(0, 4), Buffer.from([0xff, 0xff, 0xff, 0x7f]), whole.subarray(8)]),
        /2147483647 bytes/,
      ],
    ] as const) {
      expect((await failureOf(work(options, [damage]), 'data')).message).toMatch(found);
    }
  });

  it.each([
    [{ emit: 'queries' as const }, /needs to know the query/],
    [{ bootstrap: 10 }, /needs labels and queries/],
    [{ bootstrap: 10, emit: 'rows' as const }, /is of sums/],
    [{ columns: new Map([['lable', 'y']]) }, /no role 'lable'/],
  ])('are not read where flags do not fit: %j', async (more, message) => {
    expect((await failureOf(work({ ...options, ...more }, []), 'usage')).message).toMatch(message);
  });
});
