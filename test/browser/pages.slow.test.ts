import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCORE_NAMES } from '../../src/evaluation/metrics.js';
import { historyPage } from '../../src/pipeline/commands/history.js';
import { chartsOf, drawCharts } from '../../src/report/charts/render.js';
import type { HistoryLine } from '../../src/report/history.js';
import { renderHtml } from '../../src/report/html/page.js';
import { parseReport } from '../../src/report/schemas/report.js';
import { ROOT } from '../docs/markdown.js';
import { findChromium } from './chromium.js';
import { cutOff } from './paper.js';

const AXE = createRequire(import.meta.url).resolve('axe-core');
const program = findChromium();

/** A decision of a history, its scores a little better every time. */
function line(at: number): HistoryLine {
  const byScore = <Value>(value: Value) =>
    Object.fromEntries(SCORE_NAMES.map((name) => [name, value])) as Record<
      (typeof SCORE_NAMES)[number],
      Value
    >;
  const score = 0.6 + at / 50;
  return {
    run: 'esci-run',
    name: `${at + 1}-5f0c9a1b`,
    tags: { why: 'a newer model' },
    date: '2026-01-02T03:04:05Z',
    commit: '0123456789abcdef',
    budget: { models: null, costs: [{ name: 'latency_ms', limit: 25 }] } as HistoryLine['budget'],
    kept: ['bert-v2', 'gnn', 'rules'],
    scores: byScore(score),
    intervals: byScore([score - 0.02, score + 0.02] as const),
    metric: 'macroF1',
    change: at === 0 ? null : { difference: 0.02, interval: [-0.01, 0.05] },
    changed: true,
  };
}

describe.skipIf(program === null)('pages in a browser (needs chromium on the PATH or CHROMIUM)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-pages-'));
  const at = (name: string) => join(folder, name);
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(at('history.html'), await historyPage([0, 1, 2, 3].map(line)));
    const sample = join(ROOT, 'reports/example/report.json');
    const report = parseReport(readFileSync(sample, 'utf8'), sample);
    writeFileSync(at('report.html'), renderHtml(report, await drawCharts(chartsOf(report))));
    const site = spawnSync(process.execPath, [join(ROOT, 'scripts/site.mjs'), at('site')], {
      encoding: 'utf8',
    });
    expect([site.status, site.stderr]).toEqual([0, '']);
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(file: string, options: BrowserContextOptions, print: boolean) {
    const page = await (await browser.newContext({ ...options, bypassCSP: true })).newPage();
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) noise.push(request.url());
    });
    if (print) await page.emulateMedia({ media: 'print', colorScheme: options.colorScheme });
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
    return { page, noise };
  }

  const FILES = ['history.html', 'report.html', 'site/index.html', 'site/docs/cases/latency-budget.html'];
  const VIEWS = [
    { view: 'light, desktop', width: 1280, height: 800, colorScheme: 'light', print: false },
    { view: 'dark, phone', width: 390, height: 844, colorScheme: 'dark', print: false },
    { view: 'print', width: 680, height: 1000, colorScheme: 'light', print: true },
  ] as const;

  it.each(FILES.flatMap((file) => VIEWS.map((view) => ({ file, ...view }))))(
    '$file has no violation that axe-core knows, and fits: $view',
    { timeout: 120_000 },
    async ({ file, width, height, colorScheme, print }) => {
      const { page, noise } = await opened(at(file), { viewport: { width, height }, colorScheme }, print);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      await page.addScriptTag({ path: AXE });
      const { violations, passes } = (await page.evaluate('axe.run({ preload: false })')) as AxeResults;
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      );
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(print ? await cutOff(page) : []).toEqual([]);
      expect(noise).toEqual([]);
      await page.context().close();
    },
  );

  it('say no more than 2,000 words before what is folded', async () => {
    const { page } = await opened(at('report.html'), { viewport: { width: 1280, height: 800 } }, false);
    const words = (await page.evaluate(`(() => {
      for (const part of document.querySelectorAll('svg, details:not([open]) > :not(summary)')) part.remove();
      return document.body.innerText.split(/\\s+/).length;
    })()`)) as number;
    expect(words).toBeGreaterThan(300);
    expect(words).toBeLessThanOrEqual(2000);
    await page.context().close();
  });
});
