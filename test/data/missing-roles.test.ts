import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { esciSelect } from '../cli/in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-missing-roles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WORDS = ['exact', 'substitute', 'complement', 'irrelevant'];

/** A file of 60 judged pairs under a header, its cells in the order label, query, product, amount. */
function judged(name: string, header: string, labels: readonly string[] = WORDS): string {
  const lines = Array.from({ length: 60 }, (_, row) => {
    const query = `red shoes ${Math.floor(row / 5)}`;
    return [labels[row % labels.length], query, `B${1000 + row}`, (row / 7).toFixed(2)].join(',');
  });
  writeFileSync(join(folder, name), `${[header, ...lines].join('\n')}\n`);
  return join(folder, name);
}

/** The flags of a hint, as a shell reads them. */
function flagsOf(hint: string): string[] {
  const flags = /add ((?:--column (?:'[^']*'|[^\s;]+) ?)+)/.exec(hint)?.[1] ?? '';
  return [...flags.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

/** Tries a file, and tries again as the hint says. */
async function followed(path: string, ...more: string[]) {
  const command = ['data', 'inspect', path, '--json'];
  const first = await esciSelect(...command, ...more);
  expect(first.status).toBe(3);
  const { message, hint } = JSON.parse(first.stderr).error;
  const second = await esciSelect(...command, ...more, ...flagsOf(hint));
  return { message, hint, second };
}

describe('a file of which no column is known', () => {
  it.each([
    ['grade,search_term,sku,price', '--column label=grade --column query=search_term --column productId=sku'],
    ['a,b,c,d', '--column label=a --column query=b --column productId=c'],
    [
      'my verdict,Search Phrase,offer,x',
      "--column 'label=my verdict' --column 'query=Search Phrase' --column productId=offer",
    ],
    ['lable,qeury,prodcut_id,n', '--column label=lable --column query=qeury --column productId=prodcut_id'],
  ])('is read when the one hint is followed: %s', async (header, flags) => {
    const { message, hint, second } = await followed(judged('judged.csv', header));
    expect(message).toBe(
      `label, query and productId: no column has a known name; columns found: ${header.split(',').join(', ')}`,
    );
    expect(hint).toBe(`if that is what they hold, add ${flags}`);
    expect(second.status).toBe(0);
    const { summary } = JSON.parse(second.stdout);
    expect(summary).toMatchObject({ rows: 60, queries: 12, products: 60 });
  });

  it('is told only what is missing', async () => {
    const { hint, second } = await followed(judged('part.csv', 'grade,query,c,d'));
    expect(hint).toBe('if that is what they hold, add --column label=grade --column productId=c');
    expect(second.status).toBe(0);
  });

  it('takes no price for a label, and no title for a product', async () => {
    const { hint } = await followed(judged('titles.csv', 'x,keyword,item_title,rating'));
    expect(hint).toContain('--column label=x --column query=keyword');
    expect(hint).not.toContain('rating');
  });

  it('lets train be run as the hint says', async () => {
    const path = judged('train.csv', 'grade,search_term,sku,price');
    const lines = Array.from({ length: 60 }, (_, row) =>
      [row, ...WORDS.map((_, k) => (k === row % 3 ? 0.7 : 0.1))].join(','),
    );
    const predictions = join(folder, 'model.csv');
    writeFileSync(predictions, `${['id', ...WORDS].join(',')}\n${lines.join('\n')}\n`);
    const run = ['--models', 'none', '--predictions', predictions, '--run', join(folder, 'run')];
    const command = [
      'train',
      '--data',
      path,
      ...run,
      '--folds',
      '3',
      '--stack',
      'pool',
      '--threads',
      '1',
      '--json',
      '--quiet',
    ];
    const first = await esciSelect(...command);
    expect(first.status).toBe(3);
    const second = await esciSelect(...command, ...flagsOf(JSON.parse(first.stderr).error.hint));
    expect([second.status, second.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  });
});
