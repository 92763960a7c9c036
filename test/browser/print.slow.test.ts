import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PALETTE } from '../../src/report/charts/palette.js';
import { chartsOf, drawCharts } from '../../src/report/charts/render.js';
import { renderHtml } from '../../src/report/html/page.js';
import type { Report } from '../../src/report/report.js';
import { parseReport } from '../../src/report/schemas/report.js';
import { ROOT } from '../docs/markdown.js';
import { richReport } from '../report/rich-reports.js';
import { ruledDecision } from '../report/ruled-decisions.js';
import { findChromium } from './chromium.js';
import { cutOff, PAPER } from './paper.js';

const program = findChromium();
const UNBROKEN = `</title><script>document.title="hacked"</script><img/src="https://example.invalid/x.png">`;
const MANY = Array.from({ length: 30 }, (_, at) => `bert-base-multilingual-${at}`);

function ruled(names: readonly string[], hostile?: string): Report {
  const rich = richReport(names, hostile);
  return { ...rich, decision: ruledDecision(rich.decision) };
}

/** The report, were another model the best in every fold. */
function manyChosen(report: Report): Report {
  const bestSingles = report.decision.bestSingles!.map((best) => ({ ...best, models: MANY.slice(0, 8) }));
  return { ...report, decision: { ...report.decision, bestSingles } };
}

describe.skipIf(program === null)('the report on paper (needs chromium on the PATH or CHROMIUM)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-print-'));
  let browser: Browser;

  beforeAll(async () => {
    const sample = join(ROOT, 'reports/example/report.json');
    const reports = {
      sample: parseReport(readFileSync(sample, 'utf8'), sample),
      plain: ruled(['bert-v2', 'gnn', 'rules', 'llm']),
      hostile: ruled([UNBROKEN, '__proto__', 'bert-base-multilingual-cased'], UNBROKEN),
      many: manyChosen(ruled(MANY)),
    };
    for (const [name, report] of Object.entries(reports)) {
      writeFileSync(join(folder, `${name}.html`), renderHtml(report, await drawCharts(chartsOf(report))));
    }
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function printed(name: string, options: BrowserContextOptions = { viewport: PAPER }) {
    const page = await (await browser.newContext(options)).newPage();
    await page.emulateMedia({ media: 'print', colorScheme: options.colorScheme ?? null });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href, { waitUntil: 'load' });
    return page;
  }

  it.each(['sample', 'plain', 'hostile', 'many'])('of %s is neither cut nor shrunk', async (name) => {
    const page = await printed(name);
    expect(await cutOff(page)).toEqual([]);
    const look = (await page.evaluate(`({
      wide: document.documentElement.scrollWidth,
      tables: document.querySelectorAll('table').length,
      figures: [...document.querySelectorAll('.tile b')].map((one) => one.getBoundingClientRect().height),
      smallest: Math.min(...[...document.querySelectorAll('td, td small')].map((one) => Number.parseFloat(getComputedStyle(one).fontSize))),
    })`)) as { wide: number; tables: number; figures: number[]; smallest: number };
    expect(look.wide).toBe(PAPER.width);
    expect(look.tables).toBeGreaterThan(10);
    expect(look.figures).toHaveLength(3);
    for (const height of look.figures) expect(height).toBeLessThan(40); // one line: no digit goes over to the next
    expect(look.smallest).toBeGreaterThan(name === 'many' ? 6 : 7); // pixels, 3/4 of a point
    await page.context().close();
  });

  it('keeps every interval of the comparison on one line', async () => {
    const page = await printed('sample');
    const heights = (await page.evaluate(
      `[...document.querySelectorAll('#comparison td small')].map((one) => one.getBoundingClientRect().height)`,
    )) as number[];
    expect(heights.length).toBeGreaterThan(20);
    expect(Math.max(...heights)).toBeLessThan(20);
    await page.context().close();
  });

  it('prints what is folded, and no interval larger than its value', async () => {
    const page = await printed('plain');
    const look = (await page.evaluate(`(() => {
      const size = (one) => Number.parseFloat(getComputedStyle(one).fontSize);
      const cells = [...document.querySelectorAll('td')].filter((cell) => cell.querySelector('small'));
      const folded = [...document.querySelectorAll('details:not([open]) table')];
      return {
        larger: cells.filter((cell) => size(cell.querySelector('small')) > size(cell)).length,
        cells: cells.length,
        folded: folded.length,
        hidden: folded.filter((one) => !one.checkVisibility() || one.getBoundingClientRect().height === 0).length,
      };
    })()`)) as { larger: number; cells: number; folded: number; hidden: number };
    expect(look.cells).toBeGreaterThan(10);
    expect(look.folded).toBeGreaterThan(3);
    expect([look.larger, look.hidden]).toEqual([0, 0]);
    await page.context().close();
  });

  it('prints in light colours without what only a screen needs', async () => {
    const page = await printed('hostile', { viewport: PAPER, colorScheme: 'dark' });
    const look = await page.evaluate(`({
      nav: getComputedStyle(document.querySelector('nav')).display,
      paper: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.body).color,
    })`);
    expect(look).toEqual({ nav: 'none', paper: rgb(PALETTE.paper.light), ink: rgb(PALETTE.ink.light) });
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    await page.context().close();
  });
});

/** `#0b6a8e` as a browser computes it. */
function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}
