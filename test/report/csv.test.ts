import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../src/report/csv/cells.js';
import { csvTables } from '../../src/report/csv/tables.js';
import { decisionOf, reportOf } from './decisions.js';
import { richDecision } from './rich-reports.js';
import { ruledDecision } from './ruled-decisions.js';

/** RFC 4180, as a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  return parse(text, { recordDelimiter: '\n', skip_empty_lines: false });
}

describe('csvText', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('prefixes the text %j', (text) => {
    expect(parseCsv(csvText(['a'], [[text]]))[1]).toEqual([`'${text}`]);
  });

  it('leaves numbers alone, negative ones too, with all their digits', () => {
    expect(csvText(['a', 'b', 'c'], [[-0.1234567890123, 1e-7, null]])).toBe(
      'a,b,c\n-0.1234567890123,1e-7,\n',
    );
    expect(csvText(['a', 'b'], [[Number.NaN, false]])).toBe('a,b\n,false\n');
  });

  it('reads back as written but for the prefix, whatever the text', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a,b', '"', 'x\ny', "'", '=,"\n'));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const back = parseCsv(csvText(['x', 'y'], rows)).slice(1);
        expect(back).toEqual(
          rows.map((row) => row.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text))),
        );
      }),
    );
  });
});

describe('csvTables', () => {
  const report = reportOf(richDecision(['=HYPERLINK("x")', '__proto__']));
  const tables = new Map(csvTables(report).map(([name, text]) => [name, parseCsv(text)]));

  it('writes every table with as many cells in each row as in its head', () => {
    expect([...tables.keys()]).toEqual([
      'comparison.csv',
      'differences.csv',
      'models.csv',
      'model-by-class.csv',
      'classes.csv',
      'locales.csv',
      'confusion.csv',
      'findings.csv',
      'similarities.csv',
      'locale-budgets.csv',
      'measures.csv',
      'slices.csv',
      'frontiers.csv',
      'calibration.csv',
    ]);
    for (const rows of tables.values()) {
      expect(rows.length).toBeGreaterThan(1);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    }
  });

  it('sums the costs of what must run, and names hostile models without harm', () => {
    const rows = tables.get('comparison.csv')!;
    const at = rows[0].indexOf('latency_ms (ms/row)');
    expect(rows.slice(1).map((row) => [row[0], row[at]])).toEqual([
      ['constant answer', '0'],
      [`'=HYPERLINK("x")`, '1.5'],
      ['__proto__', '1.5'],
      ['full ensemble', '3'],
      ['pruned ensemble', '1.5'],
    ]);
  });

  it('says how sure contributions are, and what each set of a frontier holds', () => {
    expect(tables.get('models.csv')![1].slice(7, 12)).toEqual(['0.4', '0.65', '1', '2', '0.93']);
    const sets = tables.get('frontiers.csv')!;
    expect(sets[2]).toEqual([
      ...['models', 'models', 'macroF1', '["=HYPERLINK(\\"x\\")","__proto__"]', '2', '0.69', '0.67', '0.71'],
      ...['true', 'true'],
    ]);
  });

  it('says against chance, over refits and by the rule what a decision of this version knows', () => {
    const decision = ruledDecision(decisionOf(['a', '=b', 'c']));
    const csv = new Map(csvTables(reportOf(decision)).map(([name, text]) => [name, parseCsv(text)]));
    const added = [
      'best-singles',
      'candidates',
      'pool-weights',
      'operating-curve',
      'single-models-by-rule',
      'settle',
    ];
    for (const name of added) {
      const rows = csv.get(`${name}.csv`)!;
      expect(rows.length).toBeGreaterThan(2);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      expect(tables.has(`${name}.csv`)).toBe(false);
    }
    const [head, first, , last] = csv.get('models.csv')!;
    expect(head.slice(12, 18)).toEqual([
      ...['contribution', 'contribution low', 'contribution high', 'mean rank', 'z', 'better than chance'],
    ]);
    expect(first.slice(12)).toEqual(['0.4', '0.3', '0.5', '1.25', '6.14', 'true', '0.4', '0.3', '0.35', '1']);
    expect(last.slice(16, 18)).toEqual(['-0.52', 'false']);
    expect(tables.get('models.csv')![1].slice(12).join('')).toBe('');
    expect(
      csv
        .get('best-singles.csv')!
        .slice(1, 4)
        .map((row) => row.slice(0, 6)),
    ).toEqual([
      ['accuracy', '["a"]', '0.25', 'the single model', '100', '0.65'],
      ['accuracy', '["a"]', '0.25', 'full ensemble less it', '100', '0.05'],
      ['accuracy', '["a"]', '0.25', 'pruned ensemble less it', '100', '0.004'],
    ]);
    expect(csv.get('candidates.csv')![2]).toEqual([
      ...['full ensemble', 'pool and trees', '', '0', '0.71', '0.61', '0.66', '1', '0.004', '0.006', 'false'],
    ]);
    const chosen = csv.get('operating-curve.csv')!.filter((row) => row[7] === 'true');
    expect(chosen.map((row) => row.slice(0, 3))).toEqual([
      ['full ensemble', 'full', '0.125'],
      ['pruned ensemble', 'pruned', '0.375'],
      ['a', 'single', '0.25'],
    ]);
    expect(csv.get('single-models-by-rule.csv')![2][0]).toBe("'=b");
    expect(csv.get('settle.csv')![2].slice(-2)).toEqual(['80', '']);
  });

  it('has every gain of every slice and every value of every measure, with the verdict on it', () => {
    const [head, ...gains] = tables.get('slices.csv')!;
    expect(gains).toHaveLength(6);
    expect(gains[1].slice(2)).toEqual([
      ...['', '600', '30', '0.6', '__proto__', 'false', '-0.05', '-0.08', '-0.020000000000000004', 'hurts'],
    ]);
    expect(gains.map((row) => row[head.indexOf('verdict')])).toEqual([
      ...['helps', 'hurts', 'helps', 'hurts', 'few', 'few'],
    ]);
    const refits = tables.get('measures.csv')!.filter(([, measure]) => measure === 'refit');
    expect(refits[1]).toEqual(['__proto__', 'refit', '0.5', '0.004', '2', '1', 'false']);
  });

  it('has curves only where something was trained', () => {
    const curves = [{ model: 'a', fold: 0, points: [{ epoch: 0, loss: 1, validationLoss: null }] }];
    expect(new Map(csvTables({ ...report, curves })).get('curves.csv')).toBe(
      'model,fold,epoch,loss,validationLoss\na,0,0,1,\n',
    );
  });
});
