import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../../src/pipeline/commands/serve.js';
import { built, type Deployed, deploy } from '../serving/deployed.js';
import { findChromium } from './chromium.js';

const AXE = createRequire(import.meta.url).resolve('axe-core');
const program = findChromium();
const NAME = 'the page of serve in a browser (needs chromium on the PATH or CHROMIUM, and npm run build)';

describe.skipIf(program === null || !built)(NAME, () => {
  let deployed: Deployed;
  let server: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    deployed = await deploy();
    const limits = { maxQueue: 8, timeoutMs: 60_000 };
    server = await serve({ bundle: deployed.bundle, host: '127.0.0.1', port: 0, workers: 0, ...limits });
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (deployed !== undefined) rmSync(deployed.folder, { recursive: true });
  });

  async function opened(colorScheme: 'light' | 'dark', width: number) {
    const page = await (
      await browser.newContext({ colorScheme, viewport: { width, height: 850 } })
    ).newPage();
    const noise: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
        noise.push(request.url());
    });
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    await page.goto(server.url);
    await page.waitForSelector('body[data-ready=yes]');
    return { page, noise };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const found = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  }

  async function picture(page: Page, name: string): Promise<void> {
    const folder = process.env.ESCI_SCREENSHOTS;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ fullPage: true, path: join(folder, `${name}.png`) });
  }

  it('labels products of the sample by keyboard, and shows where each answer came from', async () => {
    const { page, noise } = await opened('light', 1280);
    await page.focus('#query');
    await page.keyboard.press('Enter');
    await page.waitForSelector('article');
    const text = await page.textContent('#results');
    for (const said of ['lexical', 'model', 'theirs', 'answer of the sample', 'probability'])
      expect(text).toContain(said);
    await picture(page, 'serve-light');
    await page.click('button[type=submit]');
    await page.waitForFunction(
      "/[1-9][0-9]* without asking/.test(document.getElementById('status').textContent)",
    );
    expect(await page.textContent('#results')).toContain('cache');
    expect(noise).toEqual([]);
  });

  it('labels a query of one’s own, for which nothing is given', async () => {
    const { page } = await opened('light', 1280);
    await page.fill('#query', '<b>blue tent</b>');
    await page.click('button[type=submit]');
    await page.waitForSelector('article');
    expect(await page.textContent('#results')).toContain('silent: no answer is given with the request');
  });

  it.each([
    ['light', 1280],
    ['dark', 375],
  ] as const)('is accessible and fits the screen: %s, %i pixels', async (scheme, width) => {
    const { page } = await opened(scheme, width);
    await page.click('button[type=submit]');
    await page.waitForSelector('article');
    await picture(page, `serve-${scheme}-${width}`);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    // the policy forbids what axe is put in by, so it runs where that is off
    const open = await (await browser.newContext({ colorScheme: scheme, bypassCSP: true })).newPage();
    await open.goto(server.url);
    await open.waitForSelector('body[data-ready=yes]');
    await open.click('button[type=submit]');
    await open.waitForSelector('article');
    expect(await violations(open)).toEqual([]);
  });
});
