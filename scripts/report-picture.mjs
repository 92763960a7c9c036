// Makes docs/images/report.png, the picture in the README, from reports/example/report.html; needs a Chromium: the one on
// PATH, or CHROMIUM=/path. The picture is not compared in CI: browsers draw letters differently.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const picture = join(root, 'docs/images/report.png');
/** Bytes that a README should not be made to load more of. */
const LIMIT = 200_000;

/** Where a browser is: CHROMIUM, or the first of the usual names that starts. */
function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  console.error('no Chromium found: install one, or give CHROMIUM=/path/to/it');
  process.exit(1);
}

const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({
    viewport: { width: 960, height: 650 },
    colorScheme: 'light',
    bypassCSP: true,
  });
  await page.goto(pathToFileURL(join(root, 'reports/example/report.html')).href);
  // the page's first lines and its first chart fit one picture without the sentences and the contents between them
  await page.addStyleTag({
    content: '.evidence, main > .note, nav, .skip, section h2 + .note { display: none }',
  });
  mkdirSync(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
const { size } = statSync(picture);
console.log(`docs/images/report.png: ${size} bytes`);
if (size > LIMIT) {
  console.error(`the picture is larger than ${LIMIT} bytes`);
  process.exit(1);
}
