import { describe, expect, it } from 'vitest';
import { constantAnswer } from '../../src/data/examples/summary.js';
import { inspectData } from '../../src/data/inspect.js';
import { failure, files, finding } from './support.js';

const CSV = [
  'example_id,query,query_id,product_id,product_locale,esci_label,split,product_title',
  '1,a,1,B1,us,E,train,t',
  '2,a,1,B2,us,Q,train,t',
  '2,b,2,B3,us,S,train,',
  '4,b,2,B3,us,I,test,t',
  '5,c,3,B4,jp,E,test,t',
  '6,c,3,B4,jp,E,test,t',
  '7,c,3,B5,jp,Z,elsewhere,t',
].join('\n');

describe('inspectData', () => {
  it('counts what is there', async () => {
    const { summary } = await inspectData(await files({ 'rows.csv': CSV }));
    expect(summary).toMatchObject({
      rows: 7,
      queries: 3,
      products: 5,
      unlabelled: 2,
      locales: [
        { name: 'us', rows: 4 },
        { name: 'jp', rows: 3 },
      ],
      splits: [
        { name: 'train', rows: 3 },
        { name: 'test', rows: 3 },
        { name: 'none', rows: 1 },
      ],
      repeatedJudgements: 2,
      judgementsPerQuery: { min: 2, lowerQuartile: 2, median: 2, upperQuartile: 2.5, max: 3 },
      behaviours: 0,
    });
    expect(summary.labels.map(({ rows }) => rows)).toEqual([3, 1, 0, 1]);
    expect(summary.labels[0].share).toBeCloseTo(3 / 7, 12);
    expect(summary.missingText.map(({ field, rows }) => [field, rows])).toEqual([
      ['title', 1],
      ['description', 7],
      ['bullets', 7],
      ['brand', 7],
      ['color', 7],
    ]);
  });

  it('lists every problem with its place instead of stopping at the first', async () => {
    const [path] = await files({ 'rows.csv': CSV });
    const { findings } = await inspectData([path]);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, count, places }) => [code, count, places?.map(({ line }) => line)])).toEqual([
      ['duplicate-id', 1, [4]],
      ['unknown-label', 2, [3, 8]],
      ['unknown-split', 1, [8]],
      ['query-in-train-and-test', 1, [5, 4]],
    ]);
    expect(errors.every(({ places }) => places?.every((place) => place.path === path))).toBe(true);
    expect(finding(findings, 'conflicting-judgement')).toMatchObject({ severity: 'warning', count: 1 });
    expect(finding(findings, 'repeated-judgement')).toMatchObject({ severity: 'warning', count: 1 });
  });

  it('throws where nothing can be said', async () => {
    const error = await failure(inspectData(await files({ 'rows.csv': 'a,b\n1\n' })));
    expect(error.code).toBe('data');
  });
});

describe('the constant answer', () => {
  it('has the scores of the official rows', () => {
    const floor = constantAnswer(['E', 'S', 'C', 'I'], [1_708_158, 574_313, 75_652, 263_165]);
    expect(floor?.answer).toBe('E');
    expect(floor?.accuracy).toBeCloseTo(0.652, 3);
    expect(floor?.macroF1).toBeCloseTo(0.197, 3);
    expect(floor?.weightedF1).toBeCloseTo(0.514, 3);
    expect(constantAnswer(['no', 'yes'], [0, 0])).toBeNull();
  });
});
