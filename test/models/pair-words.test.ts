import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Examples } from '../../src/data/examples/examples.js';
import {
  type Associations,
  associationWidth,
  fitAssociations,
  restoreAssociations,
  writeAssociations,
} from '../../src/models/text/associations.js';
import { documentOf } from '../../src/models/text/document.js';
import { pairOf } from '../../src/models/text/pair.js';
import { SIGN_KINDS, signsOf, wordStates } from '../../src/models/text/pair-signs.js';
import { pairWords } from '../../src/models/text/pair-words.js';
import { fitSplitter, splitterOf, unitsOf } from '../../src/models/text/units.js';
import { examplesOf, rowsWhere, shop } from './shop.js';

const plain = splitterOf([]);
const product = (title: string, { brand = '', color = '', body = '' } = {}) => ({
  title: documentOf(title),
  brand: documentOf(brand),
  color: documentOf(color),
  body: documentOf(body),
});
const read = (query: string, title: string, rest = {}) =>
  pairWords(documentOf(query), product(title, rest), plain);

describe('words of scripts without spaces', () => {
  const titles = [
    'ドリップコーヒーマシンタイマー',
    'ノルビカタイマー白',
    'ノルビカ黒ドリップコーヒーマシンタイマー付き',
  ];
  // the machine with a timer stands in three texts as one stretch, the timer alone in more
  const queryText = [
    'タイマー',
    'タイマー白',
    '黒タイマー',
    'ドリップコーヒーマシン',
    '白 タイマー',
    '赤ドリップコーヒーマシンタイマー',
  ];
  const examples = examplesOf({
    pairs: queryText.map((_, at) => ({ group: at, product: at % 3, label: at % 2 })),
    queryText,
    titles,
    brands: ['', 'ノルビカ', 'ノルビカ'],
    behaviours: null,
  });
  const rows = rowsWhere(examples, () => true);
  const splitter = fitSplitter(examples, rows);

  it('are learnt from names, and from stretches that stand alone elsewhere', () => {
    expect(splitter.known).toEqual(expect.arrayContaining(['タイマー', 'ノルビカ']));
    expect(titles.map((title) => unitsOf(documentOf(title), splitter).join(' '))).toEqual([
      'ドリップコーヒーマシン タイマー',
      'ノルビカ タイマー 白',
      'ノルビカ 黒 ドリップコーヒーマシン タイマー 付き',
    ]);
  });

  it('split a text without losing a letter, and leave words between spaces as they are', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'タイマー白黒ノルビカabc7 ') });
    fc.assert(
      fc.property(letters, (text) => {
        const units = unitsOf(documentOf(text), splitter);
        expect(units.join('')).toBe(documentOf(text).normalised.replaceAll(' ', ''));
      }),
    );
    expect(unitsOf(documentOf('red mug 500 ml'), splitter)).toEqual(['red', 'mug']);
  });
});

describe('words of a pair', () => {
  it("says where the product has each of the query's words", () => {
    const pair = read('acme red mug steel', 'Big Mug', { brand: 'Acme', body: 'made of steel' });
    expect(pair.query.map(({ word, place }) => [word, place])).toEqual([
      ['acme', 'field'],
      ['red', 'nowhere'],
      ['mug', 'title'],
      ['steel', 'body'],
    ]);
    expect(pair.extra).toEqual(['big']);
  });

  it("takes a misspelt word for the title's", () => {
    expect(read('hedphones', 'Red Headphones')).toMatchObject({
      query: [{ word: 'headphones', place: 'title' }],
      extra: ['red'],
    });
  });

  it.each([
    ['kettle with timer', 'Kettle No Timer', { wantedLacking: 1, queryDenies: 0 }],
    ['kettle with timer', 'Kettle Timer Free', { wantedLacking: 1 }],
    ['electric bike', 'Electric Bike Seat Free', { wantedLacking: 0 }],
    ['kettle without timer', 'Kettle with Timer', { queryDenies: 1, deniedThere: 1, deniedLacking: 0 }],
    ['kettle without milk frother', 'Kettle Milk Frother Free', { deniedThere: 0, deniedLacking: 1 }],
    ['kettle without timer', 'Kettle', { queryDenies: 1, deniedThere: 0, deniedLacking: 0, wordsInTitle: 1 }],
  ])('%s / %s', (query, title, expected) => {
    expect(wordStates(read(query, title))).toMatchObject(expected);
  });

  it('tells what stands instead of what is missing, and what becomes of what is denied', () => {
    const [found, missing, extra, pairs, denied] = signsOf(read('red phone without cord', 'Phone Case'));
    expect([found, missing, extra, pairs, denied].map(({ length }) => length)).toEqual([1, 1, 1, 2, 1]);
    const other = signsOf(read('red phone without cord', 'Phone Case with Cord'));
    expect(other[4]).not.toEqual(denied);
    expect(other[0]).toEqual(found);
  });
});

describe('associations', () => {
  const examples = shop({ queries: 40, perQuery: 8 });
  const train = rowsWhere(examples, (group) => group < 30);
  const splitter = fitSplitter(examples, train);
  const table = fitAssociations(examples, train, splitter);
  const width = associationWidth(table.classes);
  const of = (data: Examples, row: number, associations: Associations) => {
    const target = new Float32Array(width + 2).fill(7);
    writeAssociations(pairOf(data, row, splitter), associations, { target, start: 1 });
    expect([target[0], target[width + 1]]).toEqual([7, 7]);
    return target.subarray(1, width + 1);
  };
  const relabelled = (chosen: (group: number) => boolean) => ({
    ...examples,
    label: examples.label.map((label, row) => (chosen(examples.group[row]) ? (label + 1) % 4 : label)),
  });

  it('describe a training row without the labels of its own query, and by those of others', () => {
    const row = train[0];
    const own = examples.group[row];
    const without = (data: Examples) => fitAssociations(data, train, splitter);
    const rates = new Float32Array(4).fill(0.25);
    const expected = of(examples, row, { ...table, rates });
    const same = { ...without(relabelled((group) => group === own)), rates };
    expect(of(examples, row, same)).toEqual(expected);
    const others = { ...without(relabelled((group) => group !== own)), rates };
    expect(of(examples, row, others)).not.toEqual(expected);
  });

  it('are log-ratios of counted rows: by hand', () => {
    const words = ['red', 'blue', 'green', 'black', 'white', 'pink', 'grey', 'gold'];
    const data = examplesOf({
      pairs: words.map((_, at) => ({ group: at, product: at, label: at < 6 ? 1 : 0 })),
      queryText: words.map((word) => `${word} mug`),
      titles: words.map((_, at) => (at < 6 ? 'cup' : 'mug')),
      brands: words.map(() => ''),
      behaviours: null,
    });
    const rows = rowsWhere(data, (group) => group < 7);
    const learnt = fitAssociations(data, rows, plain);
    const target = new Float32Array(width);
    const unseen = {
      query: documentOf('silver mug'),
      words: pairWords(documentOf('silver mug'), product('cup'), plain),
    };
    writeAssociations(unseen, learnt, { target, start: 0 });
    const missing = SIGN_KINDS.indexOf('missing') * (1 + 3 * 4);
    // "mug" is missing in 6 rows, all of class 1, whose common rate is 6 of 7; 3 rows of the common rates are added
    expect(target[missing]).toBeCloseTo(Math.log1p(1), 6);
    expect(target[missing + 1 + 3]).toBeCloseTo(Math.log((6 / (6 / 7) + 3) / (6 + 3)), 5);
    expect(target[missing + 2]).toBeCloseTo(Math.log(3 / (6 + 3)), 5);
  });

  it('are restored from their arrays', () => {
    const { rates, signs, counts, queries } = table;
    const restored = restoreAssociations({ rates, signs, counts, queries: Int32Array.from(queries) });
    expect(restored).toEqual(table);
  });
});
