import { DOMParser } from '@xmldom/xmldom';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  commentMarker,
  comparisonComment,
  markerKey,
  reportComment,
} from '../../../src/report/ci/comment.js';
import {
  annotations,
  escapeData,
  escapeProperty,
  outputLines,
  stepOutputs,
} from '../../../src/report/ci/github.js';
import { renderJunit } from '../../../src/report/ci/junit.js';
import { compareReports } from '../../../src/report/compare.js';
import type { GateResult } from '../../../src/report/comparison.js';
import { checkGate } from '../../../src/report/gates/check.js';
import { parseGate } from '../../../src/report/gates/parse.js';
import { decisionOf, evaluation, reportOf } from '../decisions.js';

const NAMES = [
  'a',
  'b',
  '<b>&"]]>',
  'c|d',
  'e\u0000f\ud800',
  ...Array.from({ length: 40 }, (_, at) => `m${at}`),
];
const GATES = [
  'macroF1 drop > 0.005',
  'accuracy significantly worse',
  ...NAMES.map((name) => `accuracy of "${name}" < 0.9`),
  'kept changed',
];

function reportAt(level: number, names: readonly string[] = NAMES) {
  const decision = decisionOf(names);
  return reportOf({ ...decision, metrics: { ...decision.metrics, pruned: evaluation(level) } });
}

function compared(gates: readonly string[] = GATES) {
  const [base, next] = [reportAt(0.7), reportAt(0.6)];
  const comparison = compareReports(base, next);
  const results = gates.map((gate) => checkGate(parseGate(gate), { next, earlier: { base, comparison } }));
  return { next, compared: { ...comparison, gates: results } };
}

/** Parses XML and fails on any complaint of the parser. */
function xml(text: string) {
  return new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'text/xml');
}

describe('renderJunit', () => {
  it('is XML with a test case per gate, whatever names hold, and the interval in the failure', () => {
    const { gates } = compared().compared;
    const suite = xml(renderJunit(gates, 'gates')).getElementsByTagName('testsuite')[0];
    const cases = [...suite.getElementsByTagName('testcase')];
    expect(cases).toHaveLength(GATES.length);
    expect(suite.getAttribute('tests')).toBe(String(GATES.length));
    const failures = cases.filter((one) => one.getElementsByTagName('failure').length === 1);
    expect(failures).toHaveLength(gates.filter(({ failed }) => failed).length);
    expect(suite.getAttribute('failures')).toBe(String(failures.length));
    expect(cases[0].getAttribute('name')).toBe('macroF1 drop > 0.005');
    expect(failures[0].textContent).toContain('0.700 → 0.600 (−0.100 [−0.128, −0.072], worse)');
    expect(cases.map((one) => one.getAttribute('name'))).toContain('accuracy of "<b>&"]]>" < 0.9');
  });

  it('says what was skipped, and is the same bytes again', () => {
    const skipped: GateResult = {
      gate: 'kept changed',
      failed: false,
      skipped: true,
      message: 'no baseline',
    };
    const text = renderJunit([skipped], 'gates');
    const suite = xml(text).getElementsByTagName('testsuite')[0];
    expect(suite.getAttribute('skipped')).toBe('1');
    expect(suite.getElementsByTagName('skipped')[0].getAttribute('message')).toBe('no baseline');
    expect(renderJunit([skipped], 'gates')).toBe(text);
  });
});

describe('workflow commands', () => {
  it('escape what would end them or begin others', () => {
    expect(escapeData('50% \r::error::x')).toBe('50%25 [U+000D]::error::x');
    expect(escapeProperty('a: b, c%')).toBe('a%3A b%2C c%25');
    const [line] = annotations([{ gate: 'f1.x < 1, y', failed: true, message: '100%\n::stop::' }], []);
    expect(line).toBe('::error title=gate failed%3A f1.x < 1%2C y::100%25 ::stop::');
  });

  it('are ten at most, the last of which counts the rest', () => {
    const gate = (at: number): GateResult => ({ gate: `g${at}`, failed: true, message: 'm' });
    const ten = Array.from({ length: 10 }, (_, at) => gate(at));
    expect(annotations(ten, [])).toHaveLength(10);
    const lines = annotations([...ten, gate(10)], ['caution', 'another']);
    expect(lines).toHaveLength(10);
    expect(lines[9]).toBe('::error title=esci-select::4 more are in the summary of the job');
    expect(annotations([{ ...gate(0), failed: false }], ['differ'])).toEqual([
      '::warning title=comparison::differ',
    ]);
  });

  it('give outputs between delimiters that no value has', () => {
    const lines = outputLines(
      new Map([
        ['kept', 'esci_select_end'],
        ['passed', 'a\nb=c'],
      ]),
    );
    expect(lines).toBe(
      'kept<<esci_select_end_\nesci_select_end\nesci_select_end_\npassed<<esci_select_end_\na\nb=c\nesci_select_end_\n',
    );
    expect([...stepOutputs([{ gate: 'g', failed: true, message: '' }], reportAt(0.6), 'out')]).toEqual([
      ['passed', 'false'],
      ['failed-gates', '1'],
      ['kept', '["a"]'],
      ['macro-f1', '0.6'],
      ['report-path', 'out'],
    ]);
  });
});

/** Lines before the fold. */
const inSight = (text: string) => text.slice(0, text.indexOf('<details>')).trimEnd().split('\n');

describe('comments', () => {
  const { next, compared: all } = compared();
  it.each([
    ['of a report', () => reportComment({ ...next, baseline: all }, 'report')],
    ['of a comparison', () => comparisonComment(all, 'report')],
  ])('%s begin with the marker, show 25 lines, and are Markdown that a parser reads', (_, make) => {
    const text = make();
    expect(text.startsWith('<!-- esci-select: report -->\n### ❌ esci-select: ')).toBe(true);
    expect(inSight(text).length).toBeLessThanOrEqual(25);
    expect(text.length).toBeLessThan(65_536);
    expect(text.trimEnd().endsWith('</details>')).toBe(true);
    const tokens = marked.lexer(text);
    const tables = tokens.filter(({ type }) => type === 'table') as {
      header: unknown[];
      rows: unknown[][];
    }[];
    expect(tables.length).toBeGreaterThanOrEqual(3);
    for (const { header, rows } of tables) for (const row of rows) expect(row).toHaveLength(header.length);
    const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw.trim());
    expect(html[0]).toBe('<!-- esci-select: report -->');
    expect(html.filter((raw) => raw === '</details>')).toHaveLength(1);
    expect(html.join()).not.toContain('<b>');
  });

  it('stay below the limit of GitHub, however much there is', () => {
    const names = Array.from({ length: 1500 }, (_, at) => `model-with-a-rather-long-name-${at}`);
    const [base, later] = [reportAt(0.7, names), reportAt(0.6, names)];
    const wide = { ...compareReports(base, later), gates: [] };
    for (const text of [reportComment({ ...later, baseline: wide }, 'k'), comparisonComment(wide, 'k')]) {
      expect(text.length).toBeLessThan(65_536);
      expect(text.length).toBeGreaterThan(2000);
      expect(text.trimEnd().endsWith('</details>')).toBe(true);
    }
  });

  it('say that all gates hold, that none could be judged, and that nothing changed', () => {
    const same = reportAt(0.7);
    const gates = [{ gate: 'macroF1 < 0.1', failed: false, message: 'm' }];
    const equal = comparisonComment({ ...compareReports(same, same), gates }, 'report');
    expect(equal).toContain('### ✅ esci-select: the gate holds');
    expect(equal).toContain('No score changed.');
    const first = reportComment({ ...same, gates: [{ ...gates[0], skipped: true }] }, 'report');
    expect(first).toContain('first report, nothing to compare with yet');
    expect(first).toContain('| macroF1 &lt; 0.1 | skipped | m |');
  });

  it('are known by a key that cannot end the marker', () => {
    expect(markerKey(`${commentMarker('nightly-us')}\ntext`)).toBe('nightly-us');
    expect(markerKey('text')).toBeNull();
    for (const key of ['', 'a-->b', 'a--b', '-a', 'a\nb', 'a>'])
      expect(() => commentMarker(key)).toThrow('is not valid');
  });
});
