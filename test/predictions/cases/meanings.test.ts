import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../../src/predictions/import-options.js';
import { errorOf } from '../support.js';
import {
  ACCURACY,
  CLASSES,
  csv,
  type Imported,
  importing,
  judged,
  judgements,
  P,
  type Row,
  rowsOf,
  shuffled,
} from './support.js';

const rows = rowsOf();
const two = rowsOf(2);
const YES_NO = ['no', 'yes'];
const binary = csv(
  'example_id,query,query_id,product_id,product_locale,label',
  two.map((row) => [row.id, judged(row, YES_NO)]),
);
const GRADES = 'example_id,query,query_id,product_id,product_locale,label';
const graded = (first: number) =>
  csv(
    GRADES,
    rows.map((row) => [
      row.id,
      judged(
        row,
        CLASSES.map((_, k) => String(k + first)),
      ),
    ]),
  );
const score = ({ p, answer }: Row) => p[answer];
const file = (header: string, cells: (row: Row) => unknown, of = rows) =>
  csv(
    `example_id,${header}`,
    shuffled(of).map((row) => [row.id, cells(row)]),
  );

describe('numbers mean what stands beside them', () => {
  it.each([
    'label,score',
    'predicted_label,probability',
    'prediction_label,prediction_score',
    'prediction,score',
  ])('06: of two classes, in %s a number never below one half is that of the answer', async (header) => {
    const predictions = file(header, (row) => [YES_NO[row.answer], score(row)].join(','), two);
    const result = await importing({ 'judgements.csv': binary, 'predictions/hf.csv': predictions });
    expect(result.accuracy('hf')).toBeCloseTo(ACCURACY);
    const [first] = two;
    const row = result.examples.id.indexOf(String(first.id));
    expect(result.models[0].values[row * 2 + first.answer]).toBeCloseTo(score(first));
  });

  it('06: a number that parts the answers is that of a class, whatever the cut', async () => {
    const cut = (at: number) =>
      file('label,score', (row) => [YES_NO[Number(row.p[1] >= at)], row.p[1]].join(','), two);
    for (const at of [0.5, 0.2]) {
      const result = await importing({ 'judgements.csv': binary, 'predictions/m.csv': cut(at) });
      expect(result.files[0].models[0].columns).toEqual([{ column: 'score', holds: 'yes' }]);
      expect(result.accuracy('m')).toBeCloseTo(ACCURACY);
    }
    const negative = file('label,score', (row) => [YES_NO[row.answer], row.p[0]].join(','), two);
    const result = await importing({ 'judgements.csv': binary, 'predictions/m.csv': negative });
    expect([result.files[0].models[0].columns[0].holds, result.accuracy('m')]).toEqual(['no', ACCURACY]);
  });

  it('06: refuses what can be read in two ways, with what each would score, and the hint helps', async () => {
    const mixed = (row: Row) => (row.query < 5 ? row.p[1] : score(row));
    const files = {
      'judgements.csv': binary,
      'predictions/m.csv': file('label,score', (row) => [YES_NO[row.answer], mixed(row)].join(','), two),
    };
    const error = await errorOf(importing(files));
    expect(error.message).toMatch(
      /may be the probability of 'yes' \(right on \d.*\), or of the answer in 'label' \(right on 90\.0%\)/,
    );
    expect((await importing(files, { kind: 'labels' })).accuracy('m')).toBeCloseTo(ACCURACY);
    const renamed = file('p_yes', (row) => row.p[1], two);
    expect((await importing({ ...files, 'predictions/m.csv': renamed })).accuracy('m')).toBeCloseTo(ACCURACY);
  });

  it('08: percent is percent, never logits', async () => {
    const percent = (digits: number, sign = '') =>
      file(P, ({ p }) => p.map((value) => (100 * value).toFixed(digits) + sign).join(','));
    const files = (text: string) => ({ 'judgements.csv': judgements(rows), 'predictions/m.csv': text });
    const result = await importing(files(percent(2)));
    expect([result.accuracy('m'), result.models[0].card.notes]).toEqual([
      ACCURACY,
      ['percentages, divided by 100'],
    ]);
    const logits = await errorOf(importing(files(percent(2)), { kind: 'logits' }));
    expect([logits.message, logits.hint]).toEqual([
      expect.stringContaining('percentages, not logits'),
      'say so with --kind percent',
    ]);
    expect((await importing(files(percent(2)), { kind: 'percent' })).accuracy('m')).toBeCloseTo(ACCURACY);
    const signs = await errorOf(importing(files(percent(2, '%'))));
    expect(signs.hint).toContain('--kind percent');
    expect((await importing(files(percent(2, '%')), { kind: 'percent' })).accuracy('m')).toBeCloseTo(
      ACCURACY,
    );
    const single = {
      'judgements.csv': binary,
      'predictions/m.csv': file('probability', ({ p }) => 100 * p[1], two),
    };
    expect((await errorOf(importing(single))).hint).toContain('--kind percent');
    expect((await importing(single, { kind: 'percent' })).accuracy('m')).toBeCloseTo(ACCURACY);
  });

  it('36: minus infinity among logits is probability 0; a row of nothing else is not', async () => {
    const logs = (row: Row) =>
      row.p.map((value, k) => (k === (row.answer + 2) % 4 ? '-inf' : Math.log(value))).join(',');
    const files = (header: string, cells: (row: Row) => string) => ({
      'judgements.csv': judgements(rows),
      'predictions/m.csv': file(header, cells),
    });
    for (const word of ['logit', 'log_prob', 'logp']) {
      const result = await importing(files(P.replaceAll('p_', `${word}_`), logs));
      expect([result.models[0].card.kind, result.accuracy('m')]).toEqual(['logits', ACCURACY]);
      expect(Math.min(...result.models[0].values)).toBe(0);
    }
    expect((await errorOf(importing(files(P, logs)))).hint).toContain('--kind logits');
    expect((await importing(files(P, logs), { kind: 'logits' })).accuracy('m')).toBeCloseTo(ACCURACY);
    const all = files(P, (row) => (row.query === 3 ? '-inf,-inf,-inf,-inf' : logs(row)));
    const error = await errorOf(importing(all, { kind: 'logits' }));
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('all logits of the row are minus infinity'),
      expect.stringContaining('--missing'),
    ]);
    const left = await importing(all, { kind: 'logits', missingValues: true, allowMissing: true });
    expect(left.models[0].card.covered).toBe(rows.filter(({ query }) => query !== 3).length);
  });
});

describe('a declared class order wins', () => {
  it.each([
    ['hard labels from 0, classes from 1', 1, ['1', '2', '3', '4'], file('pred', ({ answer }) => answer)],
    [
      'columns from 0, classes from 1',
      1,
      ['1', '2', '3', '4'],
      file('p_0,p_1,p_2,p_3', ({ p }) => p.join(',')),
    ],
    [
      'columns in reverse of the classes',
      0,
      ['3', '2', '1', '0'],
      file('p_0,p_1,p_2,p_3', ({ p }) => p.toReversed().join(',')),
    ],
    ['columns from 1', 0, ['3', '2', '1', '0'], file('p_1,p_2,p_3,p_4', ({ p }) => p.toReversed().join(','))],
    [
      'answers that do not fit it are names',
      1,
      ['4', '3', '2', '1'],
      file('pred', ({ answer }) => answer + 1),
    ],
    ['LABEL_ answers', 0, ['3', '2', '1', '0'], file('pred', ({ answer }) => `LABEL_${3 - answer}`)],
  ])('07: %s', async (_, first, classOrder, predictions) => {
    const files = { 'judgements.csv': graded(first), 'predictions/m.csv': predictions };
    const classes = CLASSES.map((__, k) => String(k + first));
    expect((await importing(files, { classOrder }, { classes })).accuracy('m')).toBeCloseTo(ACCURACY);
  });

  it('07: the order that is proposed is the right one, in terms of the declared one; one that changes nothing is said', async () => {
    const files = {
      'judgements.csv': judgements(rows),
      'predictions/m.csv': file('p_0,p_1,p_2,p_3', ({ p }) => [p[2], p[0], p[3], p[1]].join(',')),
    };
    const wrong = await importing(files, { classOrder: ['irrelevant', 'exact', 'substitute', 'complement'] });
    const hint = wrong.findings.find(({ code }) => code === 'class-order')?.hint ?? '';
    const classOrder = /--class-order (\S+)/.exec(hint)?.[1].split(',');
    expect(classOrder).toEqual(['complement', 'exact', 'irrelevant', 'substitute']);
    const right = await importing(files, { classOrder });
    expect([right.accuracy('m'), right.codes()]).toEqual([
      ACCURACY,
      expect.not.arrayContaining(['class-order']),
    ]);
    const named = await importing(
      { ...files, 'predictions/m.csv': file(P, ({ p }) => p.join(',')) },
      { classOrder },
    );
    expect([named.accuracy('m'), named.codes()]).toEqual([
      ACCURACY,
      expect.arrayContaining(['class-order-unused']),
    ]);
  });
});

describe('classes are of one spelling, and none is lost', () => {
  it('13: a label that says there is none is no class, unless declared', async () => {
    const gaps = two.map((row) => [row.id, judged(row, row.query === 4 ? ['nan', 'nan'] : YES_NO)]);
    const files = {
      'judgements.csv': csv(GRADES, gaps),
      'predictions/m.csv': file('prediction', ({ answer }) => YES_NO[answer], two),
    };
    const result = await importing(files);
    expect([result.examples.labelSpace.classes, result.accuracy('m') > 0.8]).toEqual([['no', 'yes'], true]);
    expect(result.data.find(({ code }) => code === 'no-label')?.count).toBe(6);
    const declared = await importing(files, {}, { classes: ['nan', 'no', 'yes'] });
    expect(declared.examples.labelSpace.classes).toHaveLength(3);
  });

  it.each([
    ['True', 'true'],
    ['true', 'True'],
    ['TRUE', 'true'],
    ['0.5', '0.50'],
    ['1.0', '1'],
  ])('33: a label %s is an answer %s', async (inData, inFile) => {
    const other = (text: string) => ({ t: 'false', T: 'False', '0': '0.25', '1': '2' })[text[0]]!;
    const files = {
      'judgements.csv': csv(
        GRADES,
        two.map((row) => [row.id, judged(row, [other(inData), inData])]),
      ),
      'predictions/m.csv': file('prediction', ({ answer }) => [other(inFile), inFile][answer], two),
    };
    const classes = /\d/.test(inData) ? [other(inData), inData] : undefined;
    expect((await importing(files, {}, { classes })).accuracy('m')).toBeCloseTo(ACCURACY);
  });

  it('a class that nobody was judged to have is named, and its column is not lost', async () => {
    const thrice = (row: Row) => [...row.p.map((value) => value * 0.9), 0.1].join(',');
    const files = { 'judgements.csv': binary, 'predictions/m.csv': file('p_no,p_yes,p_maybe', thrice, two) };
    const error = await errorOf(importing(files));
    expect(error.message).toBe("columns 'p_maybe' are of classes that no example is labelled with: 'maybe'");
    const classes = /--classes (\S+)/.exec(error.hint!)?.[1].split(',');
    const result = await importing(files, {}, { classes });
    expect([result.examples.labelSpace.classes, result.accuracy('m')]).toEqual([
      ['no', 'yes', 'maybe'],
      ACCURACY,
    ]);
    expect(result.data.find(({ code }) => code === 'class-without-rows')?.message).toBe(
      "no row is labelled 'maybe'",
    );
    const answers = {
      ...files,
      'predictions/m.csv': file(
        'prediction',
        ({ query, answer }) => (query === 1 ? 'maybe' : YES_NO[answer]),
        two,
      ),
    };
    expect((await errorOf(importing(answers))).hint).toContain('--classes no,yes,maybe');
    expect((await importing(answers, {}, { classes })).models[0].card.covered).toBe(60);
  });

  it('11: classes and models that differ in case stay apart', async () => {
    const names = ['A', 'a', 'B', 'b'];
    const files = {
      'judgements.csv': csv(
        GRADES,
        rows.map((row) => [row.id, judged(row, names)]),
      ),
      'predictions/m.csv': file(names.map((name) => `p_${name}`).join(','), ({ p }) => p.join(',')),
    };
    const result = await importing(files);
    expect([result.examples.labelSpace.classes, result.accuracy('m')]).toEqual([
      ['A', 'B', 'a', 'b'],
      ACCURACY,
    ]);
  });
});

describe('hints', () => {
  /** Cases whose numbers are those of the rows, once they are read rightly. */
  const GIVE_PROBABILITIES = new Set(['percent signs', 'numbered columns', 'lists', 'sums', 'two ways']);

  function expectProbabilities({ models, examples }: Imported): void {
    const said = new Map(rows.map(({ id, p }) => [String(id), p]));
    for (let row = 0; row < examples.rows; row++) {
      const own = models[0].values.subarray(row * 4, (row + 1) * 4);
      said.get(examples.id[row])!.forEach((value, k) => {
        expect(Math.abs(own[k] - value)).toBeLessThan(1e-3);
      });
    }
  }

  /** What a hint's flags mean as options. */
  function options(hint: string): ImportOptions {
    const value = (flag: string) =>
      new RegExp(`${flag} ('[^']*'|[^\\s;,]+(?:,[^\\s;,]+)*)`).exec(hint)?.[1].replaceAll("'", '');
    return {
      kind: value('--kind') as ImportOptions['kind'],
      key: value('--key'),
      classOrder: value('--class-order')?.split(','),
      columns: value('--columns'),
      missingValues: /--missing\b/.test(hint) || undefined,
      allowMissing: /--allow-missing/.test(hint) || undefined,
      renormalise: /--renormalise/.test(hint) || undefined,
    };
  }

  it.each([
    ['logits', file(P, ({ p }) => p.map((value) => 9 * Math.log(value) - 1).join(','))],
    [
      'minus infinity',
      file(P, (row) =>
        row.p.map((value, k) => (k === (row.answer + 1) % 4 ? '-inf' : Math.log(value))).join(','),
      ),
    ],
    ['percent signs', file(P, ({ p }) => p.map((value) => `${(100 * value).toFixed(2)}%`).join(','))],
    ['numbered columns', file('p_0,p_1,p_2,p_3', ({ p }) => p.join(','))],
    ['numbered answers', file('prediction', ({ answer }) => `LABEL_${answer}`)],
    ['lists', file('probs', ({ p }) => `"[${p.join(' ')}]"`)],
    ['sums', file(P, ({ p }) => p.map((value) => value * 1.1).join(','))],
    ['a dead cell', file(P, (row) => (row.query === 2 && row.id % 2 === 0 ? 'NaN,,,' : row.p.join(',')))],
    [
      'a short file',
      csv(
        `example_id,${P}`,
        rows.slice(0, 50).map((row) => [row.id, row.p.join(',')]),
      ),
    ],
    ['two ways', file(`${P},exact,substitute,complement,irrelevant`, ({ p }) => [...p, ...p].join(','))],
  ])('of %s, followed one after the other, lead to a right result', async (name, predictions) => {
    const files = { 'judgements.csv': judgements(rows), 'predictions/m.csv': predictions };
    let given: ImportOptions = {};
    for (let step = 0; step < 4; step++) {
      const outcome = await importing(files, given).then(
        (result) => ({ result, hint: '' }),
        (error: { hint?: string }) => ({ result: null, hint: error.hint ?? '' }),
      );
      if (outcome.result !== null) {
        expect(step).toBeGreaterThan(0);
        expect(outcome.result.accuracy('m')).toBeGreaterThan(ACCURACY - 0.05);
        if (GIVE_PROBABILITIES.has(name)) expectProbabilities(outcome.result);
        return;
      }
      // of a way for other data than these only the first is followed
      const hint = name === 'sums' ? outcome.hint.split('; if the numbers are logits')[0] : outcome.hint;
      const more = Object.entries(options(hint)).filter(([, value]) => value !== undefined);
      expect(more).not.toEqual([]);
      given = { ...given, ...Object.fromEntries(more) };
    }
    expect.fail('hints go round in a circle');
  });
});
