import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { duration, wholeWords } from '../../src/cli/progress.js';
import { rankingTableText } from '../../src/cli/rank-only.js';
import { screenWidth, setWide } from '../../src/cli/screen-width.js';
import { reportTable, textTable } from '../../src/cli/table.js';
import { displayWidth, fitText } from '../../src/cli/width.js';
import { bestSingleTable } from '../../src/report/sections/best-singles.js';
import { comparisonTable } from '../../src/report/tables.js';
import { decisionOf } from '../report/decisions.js';
import { ruledDecision } from '../report/ruled-decisions.js';
import { esciSelect } from './in-process.js';
import { onScreen } from './screen-of.js';

const WIDTHS = [80, 120] as const;
const NAMES = ['bert-base-multilingual-cased', 'graphsage', 'overlap-gbdt-twin', 'noise'];

const plainDecision = decisionOf(NAMES);
const decision = ruledDecision({
  ...plainDecision,
  ranking: plainDecision.ranking.map((line, at) => ({
    ...line,
    costs: { bytes: 419_213 * (at + 1), latency_ms: 16.1 + at, parameters: 1_234_567 },
    costUnits: { bytes: 'B', latency_ms: 'ms/row', parameters: 'count' },
  })),
});

const TABLES: Readonly<Record<string, () => string>> = {
  ranking: () => rankingTableText(decision, ['bytes', 'latency_ms', 'parameters'], ['latency_ms']),
  comparison: () =>
    reportTable(comparisonTable(decision, { narrow: true }), { numbersFrom: 1, spare: ['rows'] }),
  'best single models': () => reportTable(bestSingleTable(decision)!, { numbersFrom: 2 }),
};

const ERRORS: readonly (readonly string[])[] = [
  ['rank', '--bugdet', '3'],
  ['train', '--data', 'no/such/file.csv', '--run', 'no/such/run'],
  ['train', '--models', 'none', '--predictions', 'mine'],
  ['compare', 'no/such/base.json', 'no/such/new.json'],
];

function linesOf(text: string): string[] {
  return stripVTControlCharacters(text).split('\n');
}

/** Lines wider than the screen, but for those that are one word, which nobody may break. */
function tooLong(text: string, width: number): string[] {
  return linesOf(text).filter((line) => displayWidth(line) > width && line.trim().includes(' '));
}

/** The words of a text, without the backslash behind a command that goes on. */
function wordsOf(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '\\');
}

describe.each(WIDTHS)('on a terminal of %i columns', (width) => {
  const paths = ['', ...commandPaths(buildProgram(new AbortController().signal)).map(({ path }) => path)];

  it.each(paths)('the help of esci-select %s fits, and breaks no word', async (path) => {
    const words = [...path.split(' ').filter((word) => word !== ''), '--help'];
    const wide = await esciSelect(...words);
    const { stdout } = await onScreen(width, () => esciSelect(...words));
    expect(tooLong(stdout, width)).toEqual([]);
    expect(wordsOf(stdout)).toEqual(wordsOf(wide.stdout));
    expect(stdout).toMatchSnapshot();
  });

  it.each(Object.keys(TABLES))('the table %s fits, and breaks no word', async (name) => {
    const text = await onScreen(width, TABLES[name]);
    expect(tooLong(text, width)).toEqual([]);
    const known = new Set(wordsOf(TABLES[name]()));
    const own = wordsOf(text).map((word) => word.replace(/:$/, ''));
    expect(own.filter((word) => !known.has(word) && !/^(\d+|columns?|hidden|--wide)$/.test(word))).toEqual(
      [],
    );
    expect(stripVTControlCharacters(text)).toMatchSnapshot();
  });

  it.each(ERRORS)('the error of %s %s fits, and breaks no word', async (...words) => {
    const wide = await esciSelect(...words);
    const { stderr } = await onScreen(width, () => esciSelect(...words));
    expect(wide.stderr).toMatch(/^error: .*\nhint: /);
    expect(tooLong(stderr, width)).toEqual([]);
    expect(wordsOf(stderr)).toEqual(wordsOf(wide.stderr));
    expect(linesOf(stderr).slice(1)).toContainEqual(expect.stringMatching(/^hint: /));
    // where it breaks depends on where the sample is
    if (!stderr.includes('datasets')) expect(stripVTControlCharacters(stderr)).toMatchSnapshot();
  });
});

describe('a table that has less room than it needs', () => {
  const head = ['model', 'why', 'score', 'cost of it all'];
  const rows = [
    ['alpha', 'over budget', ['0.700', '[0.680, 0.720]'], '12'],
    ['beta', 'kept', ['0.650', '[0.630, 0.670]'], '3'],
  ] as const;
  const at = (width: number, spare: readonly string[] = []) =>
    onScreen(width, () => stripVTControlCharacters(textTable(head, rows, { numbersFrom: 2, spare })));

  it('wraps heads first, then puts intervals under values', async () => {
    expect((await at(60)).split('\n')[0]).toBe('model  why                         score  cost of it all');
    expect(await at(50)).toBe(
      [
        'model  why                         score  cost of',
        '                                           it all',
        'alpha  over budget  0.700 [0.680, 0.720]       12',
        'beta   kept         0.650 [0.630, 0.670]        3',
      ].join('\n'),
    );
    expect(await at(40)).toContain(
      'alpha  over budget           0.700    12\n                    [0.680, 0.720]\n',
    );
  });

  it('then leaves out what can be spared, and says how many columns', async () => {
    const text = await at(33, ['cost']);
    expect(text).not.toContain('cost');
    expect(text.split('\n').at(-1)).toBe('1 column hidden: --wide');
    expect(tooLong(text, 33)).toEqual([]);
  });

  it('keeps an interval on one line, also in a column of text', async () => {
    const ranks = [
      ['alpha', ['1', '[1, 2]'], 'kept'],
      ['beta', ['2', '[1, 12]'], 'over budget'],
    ] as const;
    const narrow = (width: number) =>
      onScreen(width, () =>
        stripVTControlCharacters(textTable(['model', 'rank', 'why'], ranks, { numbersFrom: 3 })),
      );
    expect(await narrow(22)).toContain('alpha  1        kept\n       [1, 2]\n');
    expect(await narrow(18)).toContain('beta\n  rank: 2 [1, 12]\n');
  });

  it('and becomes a list where nothing helps', async () => {
    expect(await at(20)).toBe(
      [
        'alpha',
        '  why: over budget',
        '  score: 0.700',
        '    [0.680, 0.720]',
        '  cost of it all: 12',
        '',
        'beta',
        '  why: kept',
        '  score: 0.650',
        '    [0.630, 0.670]',
        '  cost of it all: 3',
      ].join('\n'),
    );
  });

  it('is as wide as it comes with --wide and without a terminal', async () => {
    const whole = stripVTControlCharacters(textTable(head, rows, { numbersFrom: 2 }));
    setWide(true);
    try {
      expect(await at(20)).toBe(whole);
      await onScreen(20, () => expect(screenWidth()).toBe(Number.POSITIVE_INFINITY));
    } finally {
      setWide(false);
    }
    expect(whole.split('\n')[1]).toBe('alpha  over budget  0.700 [0.680, 0.720]              12');
  });
});

describe('text on a narrow terminal', () => {
  it('is broken between words, a list item under its text, a command behind a backslash', () => {
    expect(fitText('- one two three', 9)).toBe('- one two\n  three');
    expect(fitText('  $ esci-select rank --budget 2', 24)).toBe('  $ esci-select rank \\\n      --budget 2');
    expect(fitText('averyverylongword and', 10)).toBe('averyverylongword\nand');
    expect(fitText('as it is', Number.POSITIVE_INFINITY)).toBe('as it is');
  });

  it('counts wide characters twice and marks not at all', () => {
    expect(displayWidth('東京')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('\u001b[1mbold\u001b[22m')).toBe(4);
  });

  it('beside a bar has whole words', () => {
    const message = 'gcn refit, epoch 5 of at most 12, 17 s left';
    expect(wholeWords(message, 42)).toBe('gcn refit, epoch 5 of at most 12 …'); // and no "17 …"
    expect(wholeWords(message, 30)).toBe('gcn refit …');
    expect(wholeWords('comparing sets of models: 12 sets scored', 27)).toBe('comparing sets of models …');
    expect(wholeWords('all of it', 30)).toBe('all of it');
    expect(wholeWords('word', 2)).toBe('');
  });

  it.each([
    [830, '0.8 s'],
    [9960, '10 s'],
    [372_000, '6 m 12 s'],
    [3_780_000, '1 h 3 m'],
  ])('%i ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
