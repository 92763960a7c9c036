import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chartsOf, drawCharts } from '../../../src/report/charts/render.js';
import { renderHtml } from '../../../src/report/html/page.js';
import type { Report } from '../../../src/report/report.js';
import { decisionOf, reportOf } from '../decisions.js';
import { elements, parseHtml, textOf } from '../parse-html.js';

const CURVE = {
  fold: 'refit' as const,
  points: [
    { epoch: 0, loss: 1, validationLoss: 0.9 },
    { epoch: 1, loss: 0.8, validationLoss: null },
  ],
};

/** A report of models with these names, whose classes, files and findings have hostile names too. */
function reportNamed(names: readonly string[], text = 'plain'): Report {
  const report = reportOf({ ...decisionOf(names), classes: [text, 'no'] });
  return {
    ...report,
    findings: [
      { severity: 'warning', code: 'x', message: text, hint: text, places: [{ path: text, line: 3 }] },
    ],
    curves: [{ model: names[0], ...CURVE }],
    reproduction: {
      ...report.reproduction,
      inputs: [{ name: text, bytes: 1, sha256: 'ab' }],
      options: { text },
    },
  };
}

async function page(report: Report): Promise<string> {
  return renderHtml(report, await drawCharts(chartsOf(report)));
}

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;`;

describe('renderHtml', () => {
  it('shows names, classes, findings, files and options with markup as text', async () => {
    const root = parseHtml(await page(reportNamed([HOSTILE, '__proto__', 'constructor'], HOSTILE)));
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

  it('writes out characters that hide or reorder text', async () => {
    const text = await page(reportNamed(['\u202eevil\u200b', 'b\u0000c'], 'x\u2066y'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(text).toContain('[U+202E]evil[U+200B]');
  });

  it('forbids everything but its own style, whose hash the policy names', async () => {
    const root = parseHtml(await page(reportNamed(['a', 'b'])));
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

  it('has landmarks, one first heading, and links that lead somewhere', async () => {
    const root = parseHtml(await page(reportNamed(['a', 'b'])));
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
    const root = parseHtml(await page(reportNamed(['a', 'b'])));
    for (const table of elements(root, 'table')) {
      expect(textOf(elements(table, 'caption')[0])).not.toBe('');
      for (const row of elements(elements(table, 'tbody')[0], 'tr')) {
        expect(elements(row, 'th').map(({ attributes }) => attributes.get('scope'))).toEqual(['row']);
        expect(elements(row, 'td')).toHaveLength(elements(elements(table, 'thead')[0], 'th').length - 1);
      }
    }
    const figures = elements(root, 'figure');
    expect(figures).toHaveLength(5);
    for (const figure of figures) {
      const picture = elements(figure, 'div').find(({ attributes }) => attributes.get('role') === 'img');
      expect(picture?.attributes.get('aria-label')?.length).toBeGreaterThan(40);
      expect(elements(figure, 'svg')[0].attributes.get('aria-hidden')).toBe('true');
    }
  });

  it('opens with the decision and keeps the order of the issue, without empty sections', async () => {
    const withCurves = parseHtml(await page(reportNamed(['a', 'b'])));
    const ids = elements(withCurves, 'section').map(({ attributes }) => attributes.get('id'));
    expect(ids).toEqual([
      'comparison',
      'contributions',
      'model-by-class',
      'results',
      'training',
      'data',
      'reproduce',
    ]);
    const paragraphs = elements(elements(withCurves, 'main')[0], 'p').map(textOf);
    expect(paragraphs[0]).toMatch(/^Keep 1 of 2 models: a\./);
    const without = parseHtml(await page({ ...reportNamed(['a', 'b']), curves: [], findings: [] }));
    expect(elements(without, 'section').map(({ attributes }) => attributes.get('id'))).not.toContain(
      'training',
    );
    expect(
      elements(without, 'ul').filter(({ attributes }) => attributes.get('class') === 'findings'),
    ).toEqual([]);
  });

  it('gives the same bytes for the same report', async () => {
    const report = reportNamed(['a', 'b', HOSTILE], HOSTILE);
    expect(await page(report)).toBe(await page(structuredClone(report)));
  });

  it('survives scores that JSON turned into null', async () => {
    const report = JSON.parse(JSON.stringify(reportNamed(['a', 'b']))) as Report;
    const floor = { ...report.decision.metrics.floor, logLoss: null as unknown as number };
    const decision = { ...report.decision, metrics: { ...report.decision.metrics, floor } };
    const root = parseHtml(await page({ ...report, decision }));
    expect(textOf(elements(root, 'tbody')[0])).toContain('–');
    expect(textOf(root)).not.toMatch(/NaN|undefined/);
  });
});
