import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PALETTE } from '../../src/report/charts/palette.js';
import { chartsOf, drawCharts } from '../../src/report/charts/render.js';
import { renderHtml } from '../../src/report/html/page.js';
import { parseReport } from '../../src/report/schemas/report.js';
import { richReport } from '../report/rich-reports.js';
import { ruledDecision } from '../report/ruled-decisions.js';
import { findChromium } from './chromium.js';

const AXE = createRequire(import.meta.url).resolve('axe-core');
const HOSTILE = `</title><script>document.title="hacked"</script><img src="https://example.invalid/x.png" onerror="document.title='hacked'">"'&`;
const NAMES = [HOSTILE, '__proto__', 'constructor', '\u202etrebbel\u202c', 'bert-base-multilingual-cased'];
const VIEWS = [
  { name: 'desktop, light', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'desktop, dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'phone, light', width: 375, height: 812, colorScheme: 'light' },
  { name: 'phone, dark', width: 375, height: 812, colorScheme: 'dark' },
] as const;

const program = findChromium();

describe.skipIf(program === null)('the report in a browser (needs chromium on the PATH or CHROMIUM)', () => {
  let folder: string;
  let browser: Browser;
  const files = {
    committed: join(import.meta.dirname, '../../reports/example/report.html'),
    hostile: '',
    plain: '',
    sample: '',
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'esci-select-browser-'));
    files.hostile = join(folder, 'hostile.html');
    const rich = richReport(NAMES, HOSTILE);
    const report = { ...rich, decision: ruledDecision(rich.decision) };
    writeFileSync(files.hostile, renderHtml(report, await drawCharts(chartsOf(report))));
    files.sample = join(folder, 'sample.html'); // what the committed report says, as it is rendered now
    const sample = join(import.meta.dirname, '../../reports/example/report.json');
    const parsed = parseReport(readFileSync(sample, 'utf8'), sample);
    writeFileSync(files.sample, renderHtml(parsed, await drawCharts(chartsOf(parsed))));
    files.plain = join(folder, 'plain.html');
    const plain = richReport(['bert-v2', 'gnn', 'rules', 'llm']);
    const decided = { ...plain, decision: ruledDecision(plain.decision) };
    writeFileSync(files.plain, renderHtml(decided, await drawCharts(chartsOf(decided))));
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page and lists what it asked for, said and threw. */
  async function opened(file: string, options: BrowserContextOptions) {
    const page = await (await browser.newContext(options)).newPage();
    const noise: string[] = [];
    page.on('request', (request) => noise.push(`request ${request.url()}`));
    page.on('console', (message) => noise.push(`console ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error ${error.message}`));
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
    return { page, noise };
  }

  /** A screenshot of the whole page, kept where ESCI_SCREENSHOTS says. */
  async function screenshot(page: Page, name: string): Promise<Buffer> {
    const picture = await page.screenshot({ fullPage: true });
    const kept = process.env.ESCI_SCREENSHOTS;
    if (kept !== undefined) {
      mkdirSync(kept, { recursive: true });
      writeFileSync(join(kept, `${name.replace(/\W+/g, '-')}.png`), picture);
    }
    return picture;
  }

  describe.each([
    { which: 'committed', views: VIEWS.slice(0, 1), checked: VIEWS.slice(2, 3) },
    { which: 'hostile', views: VIEWS, checked: VIEWS.slice(1, 2) },
  ] as const)('the $which report', ({ which, views, checked }) => {
    it.each(views)(
      'is quiet, fits and looks its part: $name',
      async ({ name, width, height, colorScheme }) => {
        const { page, noise } = await opened(files[which], { viewport: { width, height }, colorScheme });
        const picture = await screenshot(page, `${which} ${name}`);
        expect(picture.readUInt32BE(16)).toBe(width); // of the PNG's header
        expect(picture.readUInt32BE(20)).toBeGreaterThan(3 * height);
        expect(noise).toEqual([`request ${pathToFileURL(files[which]).href}`]);
        const look = await page.evaluate(`({
        wide: document.documentElement.scrollWidth,
        paper: getComputedStyle(document.body).backgroundColor,
        ink: getComputedStyle(document.querySelector('.chart text')).fill,
        title: document.title,
      })`);
        expect(look).toEqual({
          wide: width,
          paper: rgb(PALETTE.paper[colorScheme]),
          ink: rgb(PALETTE.ink[colorScheme]),
          title: 'Which models to run',
        });
        await page.context().close();
      },
    );

    it.each(checked)(
      'has no violation that axe-core knows: $name',
      async ({ width, height, colorScheme }) => {
        const { page } = await opened(files[which], {
          viewport: { width, height },
          colorScheme,
          bypassCSP: true, // only so that the check itself may run
        });
        await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
        await page.addScriptTag({ path: AXE });
        const { violations, passes } = (await page.evaluate('axe.run()')) as AxeResults;
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([]);
        expect(passes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['color-contrast', 'td-headers-attr']),
        );
        await page.context().close();
      },
    );
  });

  it('shows hostile names, queries and titles as text', async () => {
    const { page } = await opened(files.hostile, { viewport: { width: 1280, height: 900 } });
    const seen = (await page.evaluate(`({
      elements: document.querySelectorAll('script, img, iframe, object, [onerror]').length,
      heads: [...document.querySelectorAll('#comparison tbody th')].map((head) => head.textContent),
      query: document.querySelector('.card dd').innerText,
      text: document.body.innerText,
    })`)) as { elements: number; heads: string[]; query: string; text: string };
    expect(seen.elements).toBe(0);
    expect(seen.heads.filter((head) => NAMES.includes(head) || head.includes('[U+202E]'))).toHaveLength(5);
    expect(seen.heads).toContain(HOSTILE);
    expect(seen.query).toBe(HOSTILE);
    expect(seen.text).toContain('[U+202E]trebbel[U+202C]');
    expect(seen.text).not.toContain('\u202e');
    await page.context().close();
  });

  it('can be used by keyboard: a visible skip link first, then details that open', async () => {
    const { page } = await opened(files.hostile, { viewport: { width: 1280, height: 900 } });
    await page.keyboard.press('Tab');
    const skip = await page.evaluate(
      `({ text: document.activeElement.innerText, left: document.activeElement.getBoundingClientRect().left,
          outline: getComputedStyle(document.activeElement).outlineStyle })`,
    );
    expect(skip).toEqual({ text: 'Skip to the report', left: 16, outline: 'solid' });
    const details = page.locator('details').first();
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.getAttribute('open')).not.toBeNull();
    expect(await details.locator('p').first().isVisible()).toBe(true);
    await page.context().close();
  });

  it.each([
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ])(
    'has the sentence, the figures and a chart in the first screen of $width x $height',
    async (viewport) => {
      for (const file of [files.plain, files.sample]) {
        const { page } = await opened(file, { viewport });
        const ends = (await page.evaluate(`['.decision', '.tiles', '.lead svg'].map(
        (part) => document.querySelector(part).getBoundingClientRect().bottom)`)) as number[];
        expect(ends.every((end) => end > 0)).toBe(true);
        expect(Math.max(...ends)).toBeLessThanOrEqual(viewport.height);
        await page.context().close();
      }
    },
  );

  it('has at most 2,000 words before what is folded', async () => {
    for (const file of [files.plain, files.sample]) {
      const { page } = await opened(file, { viewport: { width: 1280, height: 800 } });
      const words = (await page.evaluate(`(() => {
        for (const part of document.querySelectorAll('svg, details:not([open]) > :not(summary)')) part.remove();
        return document.body.innerText.split(/\\s+/).length;
      })()`)) as number;
      expect(words).toBeGreaterThan(300);
      expect(words).toBeLessThanOrEqual(2000);
      await page.context().close();
    }
  });

  it('shows the card of the set that is picked, by keyboard, without script', async () => {
    const { page } = await opened(files.plain, {
      viewport: { width: 1280, height: 800 },
      javaScriptEnabled: true,
    });
    const pick = page.locator('.pick').first();
    const shown = async () => pick.locator('.picked > :visible').allInnerTexts();
    await pick.locator('input').first().check();
    const before = await shown();
    await pick.locator('input').first().press('ArrowRight');
    const after = await shown();
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
    const outline = await page.evaluate(
      `getComputedStyle(document.querySelector('.pick input:checked + label')).outlineStyle`,
    );
    expect(outline).toBe('solid');
    await page.context().close();
  });

  it.each([390, 700, 1280])('ends no line with the mark of a key at %i pixels', async (width) => {
    const { page } = await opened(files.sample, { viewport: { width, height: 844 } });
    const places = (await page.evaluate(`[...document.querySelectorAll('.key')].map((key) => {
      const word = document.createRange();
      word.setStart(key.nextSibling, 0);
      word.setEnd(key.nextSibling, 1);
      return [key.getBoundingClientRect().right, word.getBoundingClientRect().left];
    })`)) as [number, number][];
    expect(places.length).toBeGreaterThan(15);
    for (const [mark, word] of places) expect(word).toBeGreaterThan(mark - 1); // not on the next line
    await page.context().close();
  });

  it('keeps the name of the row in sight where a table scrolls', async () => {
    const { page } = await opened(files.plain, { viewport: { width: 390, height: 844 } });
    const places = (await page.evaluate(`(() => {
      const box = document.querySelector('#contributions .scroll');
      const head = box.querySelector('tbody th');
      const left = () => head.getBoundingClientRect().left - box.getBoundingClientRect().left;
      const before = left();
      box.scrollLeft = 200;
      return { wide: box.scrollWidth - box.clientWidth, moved: box.scrollLeft, before, after: left() };
    })()`)) as { wide: number; moved: number; before: number; after: number };
    expect(places.wide).toBeGreaterThan(50);
    expect(places.moved).toBeGreaterThan(50);
    expect(places.after).toBe(places.before);
    await page.context().close();
  });
});

/** `#0b6a8e` as a browser computes it. */
function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}
