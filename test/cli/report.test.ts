import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReport } from '../../src/report/schemas/report.js';
import { elements, parseHtml, textOf } from '../report/parse-html.js';
import { esciSelect } from './in-process.js';

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];
const folder = mkdtempSync(join(tmpdir(), 'esci-report-'));
const run = join(folder, 'run');
afterAll(() => rmSync(folder, { recursive: true }));

/** 160 rows of 40 queries, and two models: one listens to the label, one less so, one of them under a hostile name. */
function writeInputs(): void {
  let state = 7;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const labels = Array.from({ length: 160 }, () => Math.floor(random() * 4));
  const examples = labels.map((label, at) => `e${at},query ${at % 40},${at % 40},p${at},us,${'ESCI'[label]}`);
  const head = 'example_id,query,query_id,product_id,product_locale,esci_label';
  writeFileSync(join(folder, 'examples.csv'), `${[head, ...examples].join('\n')}\n`);
  mkdirSync(join(folder, 'predictions'));
  for (const [model, strength] of [
    ['<b>plain&', 2],
    ['__proto__', 0.5],
  ] as const) {
    const lines = labels.map((label, at) => {
      const raw = CLASSES.map((_, k) => Math.exp(random() * 1.5 + (k === label ? strength : 0)));
      const sum = raw.reduce((a, b) => a + b);
      return [`e${at}`, ...raw.map((value) => (value / sum).toFixed(6))].join(',');
    });
    const text = `${[['example_id', ...CLASSES].join(','), ...lines].join('\n')}\n`;
    writeFileSync(join(folder, 'predictions', `${model}.csv`), text);
  }
}

/** Every file below a folder, by its relative path. */
function filesOf(path: string): Map<string, string> {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const names = entries.map((entry) => relative(path, join(entry.parentPath, entry.name))).sort();
  return new Map(names.map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

beforeAll(async () => {
  writeInputs();
  const train = ['--models', 'none', '--no-measure', '--folds', '3', '--rounds', '10', '--threads', '1'];
  const inputs = ['--data', join(folder, 'examples.csv'), '--predictions', join(folder, 'predictions')];
  expect(await esciSelect('train', '--run', run, ...inputs, ...train)).toMatchObject({ status: 0 });
  const rank = ['--budget', '1', '--replicates', '100', '--threads', '1'];
  expect(await esciSelect('rank', '--run', run, ...rank)).toMatchObject({ status: 0 });
});

describe('esci-select report', () => {
  it('writes the same bytes for the same run wherever it lies, without a path or a time', async () => {
    const first = join(folder, 'first');
    const second = join(folder, 'second');
    const moved = join(folder, 'elsewhere');
    cpSync(run, moved, { recursive: true });
    const formats = ['--format', 'html,md,json,csv'];
    expect(await esciSelect('report', '--run', run, '--out', first, ...formats)).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect((await esciSelect('report', '--run', moved, '--out', second, ...formats)).status).toBe(0);
    const files = filesOf(first);
    expect(filesOf(second)).toEqual(files);
    for (const text of files.values()) {
      expect(text).not.toContain(basename(folder));
      expect(text).not.toMatch(/\b20\d\d-\d\d-\d\dT|\b\d\d:\d\d:\d\d\b/);
    }
    const names = [...files.keys()];
    expect(names.filter((name) => !/^(tables|charts)/.test(name))).toEqual([
      'report.html',
      'report.json',
      'report.md',
    ]);
    for (const chart of ['comparison-macroF1', 'contributions', 'beeswarm', 'calibration-1', 'frontier-1']) {
      expect(names).toEqual(expect.arrayContaining([`charts/${chart}.svg`, `charts/${chart}.vl.json`]));
    }
    const root = parseHtml(files.get('report.html')!);
    const heads = elements(root, 'th').map(textOf);
    expect(heads).toEqual(expect.arrayContaining(['<b>plain&', '__proto__']));
    const models = parseReport(files.get('report.json')!, 'report.json').decision.metrics.models;
    expect(Object.keys(models).sort()).toEqual(['<b>plain&', '__proto__']);
  });

  it('writes only the formats asked for, by default the page, Markdown, JSON and results per query', async () => {
    const html = join(folder, 'html');
    await esciSelect('report', '--run', run, '--out', html, '--format', 'md');
    expect([...filesOf(html).keys()]).toEqual(['report.md']);
    const defaults = join(folder, 'defaults');
    await esciSelect('report', '--run', run, '--out', defaults);
    const top = readdirSync(defaults).sort();
    expect(top).toEqual(['charts', 'paired.json', 'report.html', 'report.json', 'report.md']);
    expect(await esciSelect('compare', defaults, run, '--fail-on', 'macroF1 drop > 0')).toMatchObject({
      status: 0,
    });
  });

  it('names the nearest format where one is mistyped', async () => {
    const { status, stderr } = await esciSelect('report', '--run', run, '--format', 'htm');
    expect(status).toBe(2);
    expect(stderr).toContain("did you mean 'html'?");
  });
});
