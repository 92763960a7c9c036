import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { bagRows } from '../../src/models/text/bags.js';
import { corpusOf } from '../../src/models/text/corpus.js';
import { documentOf } from '../../src/models/text/document.js';
import { evidence } from '../../src/models/text/evidence.js';
import { hashText } from '../../src/models/text/hashing.js';
import { fitIdf, idfAt, idfOf, PLAIN_WEIGHTING } from '../../src/models/text/idf.js';
import { fitLexicon } from '../../src/models/text/lexicon.js';
import { denials, LIKELY, SURE } from '../../src/models/text/negation.js';
import { order } from '../../src/models/text/order.js';
import { overlap } from '../../src/models/text/overlap.js';
import { pairOf } from '../../src/models/text/pair.js';
import { quantities, quantitiesOf, withoutQuantities } from '../../src/models/text/quantities.js';
import { normalise, subwordsOf, tokenise, wordsOf } from '../../src/models/text/tokens.js';
import { splitterOf, unitsOf } from '../../src/models/text/units.js';
import { examplesOf, rowsWhere, shop } from './shop.js';

const words = (text: string) => wordsOf(tokenise(normalise(text)));
const flat = { values: new Float32Array(1024).fill(1) };

describe('tokens', () => {
  it('unifies case, width and Latin accents, and keeps Japanese voicing', () => {
    expect(normalise('Café ＬＥＤ ㍑')).toBe('cafe led リットル');
    expect(normalise('がパ')).toBe('がパ');
  });

  it('splits words at spaces and scripts without spaces into character pairs', () => {
    expect(words('Red-mug, 500ml!')).toEqual(['red', 'mug', '500ml']);
    expect(words('iPhone用ケース')).toEqual(['iphone', '用ケ', 'ケー', 'ース']);
    expect(words('傘')).toEqual(['傘']);
    expect(words('')).toEqual([]);
  });

  it('cuts words into bordered letter triples and Japanese into characters', () => {
    expect(subwordsOf(tokenise('mug 傘立'))).toEqual(['<mu', 'mug', 'ug>', '傘', '立']);
  });
});

describe('overlap', () => {
  const compare = (query: string, title: string) => overlap('t', documentOf(query), documentOf(title), flat);

  it('is 1 for equal texts, 0 for disjoint ones, and counts covered words between', () => {
    expect(compare('red mug', 'red mug')).toMatchObject({ tWordCoverage: 1, tWordJaccard: 1 });
    expect(compare('red mug', 'red mug').tWordCosine).toBeCloseTo(1, 12);
    expect(Object.values(compare('red mug', 'ペン'))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(compare('red mug', 'blue mug')).toMatchObject({ tWordCoverage: 0.5, tWordJaccard: 1 / 3 });
    expect(Object.values(compare('', 'mug')).every((value) => value === 0)).toBe(true);
  });

  it('sees through a misspelling by letters, also in Japanese', () => {
    expect(compare('hedphones', 'headphones').tWordCoverage).toBe(0);
    expect(compare('hedphones', 'headphones').tGramCosine).toBeGreaterThan(0.5);
    expect(compare('掃除機', 'ロボット掃除機').tWordCoverage).toBe(1);
  });
});

describe('order', () => {
  const of = (query: string, title: string) => order(documentOf(query), documentOf(title), flat);

  it('knows phrases, runs, places and near words', () => {
    expect(of('red mug', 'big red mug')).toMatchObject({ phrase: 1, longestRun: 1, firstPlace: 1 / 3 });
    expect(of('red mug', 'mug red')).toMatchObject({ phrase: 0, longestRun: 0.5, meanNear: 1 });
    expect(of('hedphones', 'headphones').leastNear).toBeGreaterThan(0.6);
    expect(of('hedphones', 'headphones').leastNear).toBeLessThan(1);
  });

  it('knows what a thing is for', () => {
    expect(of('phone', 'case for phone')).toMatchObject({ purposeBefore: 1, purposeAdded: 1 });
    expect(of('case for phone', 'case for phone')).toMatchObject({ purposeAdded: 0 });
    expect(of('スマホ', 'スマホ用ケース')).toMatchObject({ purposeAdded: 1 });
  });
});

describe('negation', () => {
  const spaceless = splitterOf(['砂糖']);

  it.each([
    ['mug without handle', { handle: SURE }],
    ['mug without a handle', { handle: SURE }],
    ['coffee machine without any milk frother', { milk: SURE, frother: LIKELY }],
    ['milk frother free machine', { milk: LIKELY, frother: SURE }],
    ['no timer for travel', { timer: SURE }],
    ['café sin nada de azúcar', { azucar: SURE }],
    ['queso libre de lactosa', { lactosa: SURE }],
    ['móvil libre negro', {}],
    ['ふちなし', { ふち: SURE }],
    ['お茶砂糖無し', { 砂糖: SURE, お: 0, 茶: LIKELY }],
    ['mug with handle', {}],
  ])('%s', (text, expected) => {
    const words = unitsOf(documentOf(text), spaceless);
    const denied = denials(words);
    const found = Object.fromEntries(words.map((word, at) => [word, denied[at]]));
    expect(found).toMatchObject(expected);
    expect(Object.values(found).filter((value) => value > 0)).toHaveLength(
      Object.values(expected).filter((value) => value > 0).length,
    );
  });
});

describe('quantities', () => {
  it('reads numbers with units in three languages', () => {
    expect(quantitiesOf(documentOf('500ml, 2 litros 1,5 L 3枚'))).toEqual([
      { value: 500, unit: 'ml' },
      { value: 2000, unit: 'ml' },
      { value: 1500, unit: 'ml' },
      { value: 3, unit: 'pack' },
    ]);
  });

  it('reads other units for the same size as the same, and units that letters follow at once', () => {
    const one = (text: string) => quantitiesOf(documentOf(text))[0];
    expect(one('1,5 litros')).toEqual(one('1500ml'));
    expect(one('30 m')).toEqual(one('3000 cm'));
    expect(one('1 TB')).toEqual(one('1000GB'));
    expect(one('5個入りケース')).toEqual({ value: 5, unit: 'pack' });
    expect(one('2 mopas')).toEqual({ value: 2, unit: null });
    expect(withoutQuantities('caja 12 unidades 3 modelo 6')).toBe('caja   3 modelo 6');
  });

  it('tells a matching number from another of the same unit and from none', () => {
    const of = (query: string, title: string) =>
      quantities(documentOf(query), documentOf(title), documentOf(null));
    expect(of('mug 500 ml', 'mug 500ml')).toMatchObject({ numbersMatched: 1, otherNumber: 0 });
    expect(of('mug 500 ml', 'mug 300ml')).toMatchObject({ numbersMatched: 0, otherNumber: 1 });
    expect(of('mug 500 ml', 'mug')).toMatchObject({ numbersMatched: 0, numbersMissing: 1, otherNumber: 0 });
  });
});

describe('lexicon', () => {
  const examples = examplesOf({
    pairs: [
      { group: 0, product: 0, label: 0 },
      { group: 0, product: 1, label: 1 },
      { group: 1, product: 1, label: 3 },
    ],
    queryText: ['acme mug', 'mug'],
    titles: ['Acme mug', 'mug'],
    brands: ['Acme', 'North Wind'],
    behaviours: null,
  });
  const rows = rowsWhere(examples, () => true);
  const statistics = { idf: fitIdf(examples, rows), lexicon: fitLexicon(examples, rows) };
  const splitter = splitterOf([]);

  it('tells the brand asked for from another and from none', () => {
    expect([...statistics.lexicon.brands]).toEqual(['acme', 'north wind']);
    const of = (row: number) => evidence(pairOf(examples, row, splitter), statistics);
    expect(of(0)).toMatchObject({ brandAsked: 1, brandMatches: 1, brandDiffers: 0 });
    expect(of(1)).toMatchObject({ brandAsked: 1, brandMatches: 0, brandDiffers: 1 });
    expect(of(2)).toMatchObject({ brandAsked: 0, brandMatches: 0, brandDiffers: 0, brandGiven: 1 });
  });

  it('gives every pair the same finite features', () => {
    const all = shop({ queries: 12, perQuery: 6 });
    const every = rowsWhere(all, () => true);
    const learnt = { idf: fitIdf(all, every), lexicon: fitLexicon(all, every) };
    const names = Object.keys(evidence(pairOf(all, 0, splitter), learnt));
    expect(new Set(names).size).toBe(names.length);
    for (const row of every) {
      const features = evidence(pairOf(all, row, splitter), learnt);
      expect(Object.keys(features)).toEqual(names);
      expect(Object.values(features).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('frequencies and bags', () => {
  it('weigh rare terms more, from the rows given only', () => {
    const examples = shop({ queries: 30, perQuery: 8 });
    const idf = fitIdf(
      examples,
      rowsWhere(examples, () => true),
    );
    expect(idfOf(idf, hashText('in'))).toBeLessThan(idfOf(idf, hashText('acme')));
    expect(idfOf(idf, hashText('acme'))).toBeLessThan(idfOf(idf, hashText('unheardof')));
    expect(idfAt(idf, 0)).toBeCloseTo(idfOf(idf, hashText('unheardof')), 5);
    const few = fitIdf(
      examples,
      rowsWhere(examples, (group) => group < 2),
    );
    expect(few.values).not.toEqual(idf.values);
  });

  it('bags have length 1, and their dot products are cosines', () => {
    const bag = (text: string) => [{ document: documentOf(text), weight: 1 }];
    const texts = ['red mug', 'red mug', 'blue kettle', ''];
    const rows = bagRows(texts.map(bag), { idf: flat, buckets: 4096, weighting: PLAIN_WEIGHTING });
    const row = (at: number) =>
      new Map(
        Array.from(rows.indices.subarray(rows.offsets[at], rows.offsets[at + 1]), (bucket, entry) => [
          bucket,
          rows.values[rows.offsets[at] + entry],
        ]),
      );
    const dot = (a: number, b: number) =>
      [...row(a)].reduce((sum, [bucket, value]) => sum + value * (row(b).get(bucket) ?? 0), 0);
    expect(dot(0, 1)).toBeCloseTo(1, 5);
    expect(dot(0, 2)).toBeLessThan(0.2);
    expect(row(3).size).toBe(0);
  });

  it('reads each product once per examples object, from its first row', () => {
    const examples = shop({ queries: 5, perQuery: 4 });
    expect(corpusOf(examples)).toBe(corpusOf(examples));
    expect(corpusOf({ ...examples })).not.toBe(corpusOf(examples));
    expect(corpusOf(examples).products).toHaveLength(examples.products);
    expect(corpusOf({ ...examples, text: null }).products).toBeNull();
  });

  it('hashes spread over buckets', () => {
    const random = createRandom(3);
    const buckets = new Set(Array.from({ length: 1000 }, () => hashText(`w${random.next()}`) & 0xffff));
    expect(buckets.size).toBeGreaterThan(980);
  });
});
