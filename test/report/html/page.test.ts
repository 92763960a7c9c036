import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../src/report/charts/chart.js';
import {
  chartsOf,
  type DrawnChart,
  drawCharts,
  type ReportCharts,
} from '../../../src/report/charts/render.js';
import { renderHtml } from '../../../src/report/html/page.js';
import type { Report } from '../../../src/report/report.js';
import { reportOf } from '../decisions.js';
import { elements, parseHtml, textOf } from '../parse-html.js';
import { richDecision, richReport } from '../rich-reports.js';
import { ruledDecision } from '../ruled-decisions.js';

async function page(report: Report): Promise<string> {
  return renderHtml(report, await drawCharts(chartsOf(report)));
}

/** The page with frames instead of pictures, which take long to draw, where a test is about its text. */
function words(report: Report): string {
  const frame = (chart: Chart) => ({ ...chart, svg: '<svg width="1"></svg>' });
  const { contributions, operating, beeswarm, redundancy, ...lists } = chartsOf(report);
  const framed = Object.entries(lists).map(([section, charts]) => [section, charts.map(frame)]);
  return renderHtml(report, {
    ...(Object.fromEntries(framed) as Pick<ReportCharts<DrawnChart>, keyof typeof lists>),
    contributions: frame(contributions),
    operating: operating && frame(operating),
    beeswarm: beeswarm && frame(beeswarm),
    redundancy: redundancy && frame(redundancy),
  });
}

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;`;

describe('renderHtml', () => {
  it('shows names, classes, findings, files and options with markup as text', async () => {
    const root = parseHtml(await page(richReport([HOSTILE, '__proto__', 'constructor'], HOSTILE)));
    expect(elements(root, 'script')).toEqual([]);
    expect(elements(root, 'img')).toEqual([]);
    const events = elements(root)
      .flatMap(({ attributes }) => [...attributes.keys()])
      .filter((name) => /^on|^style$/.test(name));
    expect(events).toEqual([]);
    const rowHeads = elements(root, 'th').map(textOf);
    expect(rowHeads.filter((text) => text === HOSTILE).length).toBeGreaterThanOrEqual(6);
    expect(rowHeads).toContain('__proto__');
    const [finding] = elements(root, 'li').filter(({ attributes }) => attributes.get('class') === 'warning');
    expect(textOf(finding)).toContain(`warning: ${HOSTILE}at ${HOSTILE}:3hint: ${HOSTILE}`);
  });

  it('writes out characters that hide or reorder text', () => {
    const text = words(richReport(['\u202eevil\u200b', 'b\u0000c'], 'x\u2066y'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(text).toContain('[U+202E]evil[U+200B]');
  });

  it('forbids everything but its own style, whose hash the policy names', () => {
    const root = parseHtml(words(richReport(['a', 'b'])));
    const policy = elements(root, 'meta').find(
      ({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy',
    );
    const [style, ...others] = elements(root, 'style');
    const hash = createHash('sha256').update(textOf(style)).digest('base64');
    expect(policy?.attributes.get('content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(others).toEqual([]);
    expect(textOf(style)).not.toMatch(/url\(|@import/);
    const links = elements(root).flatMap(({ attributes }) =>
      ['href', 'src', 'xlink:href'].map((name) => attributes.get(name)),
    );
    expect(links.filter((link) => link !== undefined && !link.startsWith('#'))).toEqual([]);
  });

  it('has landmarks, one first heading, and links that lead somewhere', () => {
    const root = parseHtml(words(richReport(['a', 'b'])));
    for (const name of ['header', 'main', 'footer', 'h1', 'title'])
      expect(elements(root, name)).toHaveLength(1);
    expect(elements(root, 'html')[0].attributes.get('lang')).toBe('en');
    const ids = elements(root).flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = elements(root, 'a').map(({ attributes }) => attributes.get('href')!.slice(1));
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    expect(targets.slice(1)).toEqual(elements(root, 'section').map(({ attributes }) => attributes.get('id')));
  });

  it('gives every table a caption and scoped heads, every chart a text alternative', async () => {
    const root = parseHtml(await page(richReport(['a', 'b'])));
    for (const table of elements(root, 'table')) {
      expect(textOf(elements(table, 'caption')[0])).not.toBe('');
      for (const row of elements(elements(table, 'tbody')[0], 'tr')) {
        expect(elements(row, 'th').map(({ attributes }) => attributes.get('scope'))).toEqual(['row']);
        expect(elements(row, 'td')).toHaveLength(elements(elements(table, 'thead')[0], 'th').length - 1);
      }
    }
    const figures = elements(root, 'figure');
    expect(figures).toHaveLength(14);
    for (const figure of figures) {
      const picture = elements(figure, 'div').find(({ attributes }) => attributes.get('role') === 'img');
      expect(picture?.attributes.get('aria-label')?.length).toBeGreaterThan(40);
      expect(elements(figure, 'svg')[0].attributes.get('aria-hidden')).toBe('true');
    }
  });

  it('opens with the decision and keeps the order of the issue, without empty sections', () => {
    const withCurves = parseHtml(words(richReport(['a', 'b'])));
    const ids = elements(withCurves, 'section').map(({ attributes }) => attributes.get('id'));
    expect(ids).toEqual([
      'locale-budgets',
      'comparison',
      'contributions',
      'measures',
      'model-by-class',
      'slices',
      'single-rows',
      'frontier',
      'audit',
      'redundancy',
      'results',
      'calibration',
      'examples',
      'trust',
      'training',
      'data',
      'reproduce',
    ]);
    const paragraphs = elements(elements(withCurves, 'main')[0], 'p').map(textOf);
    expect(paragraphs[0]).toMatch(
      /^Within 1 model: where a locale has no set of its own, keep a \(1 of 1\)\./,
    );
    const without = parseHtml(
      words({
        ...reportOf({
          ...richDecision(['a']),
          ...{
            frontiers: undefined,
            audit: null,
            slices: undefined,
            measures: undefined,
            localeBudgets: undefined,
          },
        }),
        findings: [],
      }),
    );
    expect(elements(without, 'section').map(({ attributes }) => attributes.get('id'))).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /training|single-rows|frontier|audit|examples|trust|slices|measures|locale-budgets/,
        ),
      ]),
    );
    expect(
      elements(without, 'ul').filter(({ attributes }) => attributes.get('class') === 'findings'),
    ).toEqual([]);
  });

  it('shows the query, the title and both answers beside each example, and where nothing has a title no line for it', () => {
    const root = parseHtml(words(richReport(['a', 'b'], HOSTILE)));
    const cards = elements(root, 'article');
    const lines = cards.map((card) =>
      elements(card, 'div').flatMap((line) =>
        elements(line, 'dt').map((term) => [textOf(term), textOf(elements(line, 'dd')[0])]),
      ),
    );
    expect(lines[0]).toEqual([
      ['Query', HOSTILE],
      ['Product', HOSTILE],
      ['Row', `${HOSTILE}, us`],
      ['True class', HOSTILE],
      ['Full ensemble', HOSTILE],
      ['a', 'no'],
    ]);
    expect(lines[1].map(([term]) => term)).not.toContain('Product');
    expect(textOf(root)).toContain('On 12 evaluated rows only the full ensemble is right, on 5 only a');
  });

  it('cuts a title that no card has room for', () => {
    const root = parseHtml(words(richReport(['a', 'b'], 'word '.repeat(100))));
    const [query] = elements(elements(root, 'article')[0], 'dd').map(textOf);
    expect(query).toMatch(/…$/);
    expect([...query]).toHaveLength(200);
  });

  it('writes the surrogate tree as rules, with its fidelity beside that of the simplest guess', () => {
    const report = richReport(['a', 'b'], 'yes');
    const [section] = elements(parseHtml(words(report)), 'section').filter(
      ({ attributes }) => attributes.get('id') === 'trust',
    );
    expect(textOf(section)).toContain('Fidelity 0.800: on 30 other rows');
    expect(textOf(section)).toContain('always naming a would reach 0.550.');
    expect(textOf(section)).not.toContain('do not rely');
    const rules = elements(section, 'li').map((rule) => textOf(rule).replace(/\s+/g, ' '));
    expect(rules[0]).toBe('If the confidence of a is 0.825 or more: a (on 97% of 35 rows)');
    expect(rules[1]).toContain('If it is less: Do most models answer no? If yes: b (on 70% of 15 rows)');
    expect(rules[3]).toBe('If no: a (on 60% of 20 rows)');
    const trust = { ...report.insights!.trust!, fidelity: 0.5 };
    const weak = words({ ...report, insights: { ...report.insights!, trust } });
    expect(textOf(parseHtml(weak))).toContain('do not rely on them');
  });

  it('shows intervals of contributions and ranks, the knee and the regret', () => {
    const tables = elements(parseHtml(words(richReport(['a', 'b', 'c']))), 'table');
    const text = (caption: RegExp) =>
      textOf(tables.find((table) => caption.test(textOf(elements(table, 'caption')[0])))!);
    expect(text(/^Models in order/)).toMatch(/a1 \[1, 3\]textkept0\.500 \[0\.400, 0\.650\][^a-z]*93%/);
    expect(text(/^Sets that score/)).toMatch(/a and b20\.690 \[0\.670, 0\.710\]knee, as good as the best/);
    expect(text(/^What each way/)).toContain('shap0.6880.01214');
    expect(text(/^Rows by the confidence/)).toContain('full ensemble14800.9000.900');
  });

  it('shades what is more than noise by its sign and size, and mutes the rest', () => {
    const [section] = elements(parseHtml(words(richReport(['a', 'b', 'c']))), 'section').filter(
      ({ attributes }) => attributes.get('id') === 'slices',
    );
    const rows = elements(elements(section, 'tbody')[0], 'tr').map((row) =>
      elements(row, 'td').map((cell) => `${cell.attributes.get('class')}: ${textOf(cell)}`),
    );
    expect(rows[0][2]).toBe('num: 580 29 queries: too few');
    expect(rows[2]).toEqual([
      'num s8: ▲ +0.100 [+0.060, +0.140]',
      'num s8: ▲ +0.100 [+0.060, +0.140]',
      'num noise: +0.100 [+0.060, +0.140]',
    ]);
    expect(rows[3][0]).toBe('num noise: +0.010 [−0.010, +0.030]');
    expect(rows[4][0]).toBe('num a4: ▼ −0.050 [−0.080, −0.020]');
    expect(textOf(section)).toContain(
      'By locale: a earns its place on none and a. Too few queries to tell: tiny.',
    );
  });

  it('shows the set of every locale with a budget of its own, and how far it can be believed', () => {
    const [section] = elements(parseHtml(words(richReport(['a', 'b', 'c']))), 'section').filter(
      ({ attributes }) => attributes.get('id') === 'locale-budgets',
    );
    const [first, second] = elements(elements(section, 'tbody')[0], 'tr').map((row) =>
      elements(row, 'td').map(textOf),
    );
    expect(first).toEqual([
      '1 model, latency_ms 2, accuracy ≥ 0.4 takes latency_ms 1.5 ms',
      'c 90%',
      ...['0.690 [0.670, 0.710]', '0.690 [0.670, 0.710]', '0.690 [0.670, 0.710]', '0.700 [0.680, 0.720]'],
      '100 12 queries: too few',
    ]);
    expect(second[6]).toBe('100 40 queries');
    expect(textOf(section)).toContain(
      'us, within 1 model and latency_ms 2 and with accuracy of at least 0.4: keep c. Macro F1 0.690 [0.670, 0.710] on 100 rows of 40 queries: ' +
        '−0.005 [−0.015, +0.005] (within noise) against the full ensemble; −0.005 [−0.015, +0.005] (within noise) ' +
        'against the set for all rows; −0.005 [−0.015, +0.005] (within noise) against a alone. ' +
        'At an accepted loss of 0.02 macro F1, its ensemble is not inferior: a larger loss is ruled out.',
    );
    expect(textOf(section)).toContain('these intervals are too narrow to go by');
    expect(textOf(section)).toContain('differ by their budgets only');
  });

  it('shades measures by rank and says which places are disputed', () => {
    const [section] = elements(parseHtml(words(richReport(['a', 'b', 'c']))), 'section').filter(
      ({ attributes }) => attributes.get('id') === 'measures',
    );
    const [first, , last] = elements(elements(section, 'tbody')[0], 'tr').map((row) =>
      elements(row, 'td').map((cell) => `${cell.attributes.get('class')}: ${textOf(cell)}`),
    );
    expect(first[0]).toBe('num s8: 1.000 (1)');
    expect(first[6]).toBe('num: −1.000 (3)');
    expect(first[7]).toBe('num: 2 disputed');
    expect(last[6]).toBe('num s8: −0.333 (1)');
    expect(textOf(section)).toContain('The place of a and c depends on the measure');
    expect(textOf(section)).toContain('towards the truththe same with its sign');
  });

  it('shows how answers are made and the best single models, with hostile names as text', async () => {
    const rich = richReport([HOSTILE, '__proto__', 'c'], HOSTILE);
    const root = parseHtml(await page({ ...rich, decision: ruledDecision(rich.decision) }));
    expect(elements(root, 'script')).toEqual([]);
    expect(elements(root, 'img')).toEqual([]);
    const sections = new Map(
      elements(root, 'section').map((section) => [section.attributes.get('id'), section]),
    );
    expect([...sections.keys()].slice(1, 5)).toEqual([
      'comparison',
      'best-singles',
      'contributions',
      'answers',
    ]);
    const answers = sections.get('answers')!;
    expect(textOf(answers)).toContain(
      'Answers by the rule balanced (tau 0.375): out of fold, macro F1 +0.031',
    );
    const [picture] = elements(answers, 'div').filter(({ attributes }) => attributes.get('role') === 'img');
    expect(picture.attributes.get('aria-label')).toContain(
      'pruned ensemble: at tau 0 accuracy 0.700 and macro F1 0.600; at tau 0.375, which is chosen, 0.696 and 0.631.',
    );
    expect(elements(answers, 'details').map((part) => textOf(elements(part, 'summary')[0]))).toEqual([
      'What that means',
      'The operating curve as a table',
      'What was weighed, and the weights',
      'Every single model by the rule balanced',
    ]);
    const rows = elements(elements(sections.get('contributions')!, 'tbody')[0], 'tr');
    expect(rows.map(({ attributes }) => attributes.get('class'))).toEqual(['kept', undefined, 'chance']);
    expect(textOf(rows[2])).toContain('no better than chance');
    const cells = elements(elements(sections.get('comparison')!, 'tbody')[0], 'td');
    expect(cells.filter(({ attributes }) => /\baside\b/.test(attributes.get('class') ?? ''))).toHaveLength(6);
    expect(textOf(root)).not.toMatch(/NaN|undefined/);
  });

  it('leaves out of older reports what they do not have', () => {
    const text = words(richReport(['a', 'b', 'c']));
    expect(text).not.toMatch(/id="(?:answers|best-singles)"|by chance:|no better than chance/);
  });

  it('gives the same bytes for the same report', async () => {
    const report = richReport(['a', 'b', HOSTILE], HOSTILE);
    expect(await page(report)).toBe(await page(structuredClone(report)));
  });

  it('survives scores that JSON turned into null', () => {
    const report = JSON.parse(JSON.stringify(richReport(['a', 'b']))) as Report;
    const floor = { ...report.decision.metrics.floor, logLoss: null as unknown as number };
    const decision = { ...report.decision, metrics: { ...report.decision.metrics, floor } };
    const root = parseHtml(words({ ...report, decision }));
    const [comparison] = elements(root, 'section').filter(
      ({ attributes }) => attributes.get('id') === 'comparison',
    );
    expect(textOf(elements(comparison, 'tbody')[0])).toContain('–');
    expect(textOf(root)).not.toMatch(/NaN|undefined/);
  });
});
