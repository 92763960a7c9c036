import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../../src/serving/bundle/open.js';
import { answerKey, packAnswer } from '../../src/serving/cache/entry.js';
import { openLmdbStore } from '../../src/serving/cache/lmdb-store.js';
import { esciSelect } from '../cli/in-process.js';
import { built, type Deployed, deploy } from './deployed.js';

let deployed: Deployed;
beforeAll(async () => {
  if (built) deployed = await deploy();
});
afterAll(() => {
  if (built) rmSync(deployed.folder, { recursive: true });
});

/** What a command said as JSON, and how it ended. */
async function told(...args: string[]) {
  const { status, stdout, stderr } = await esciSelect(...args, '--json');
  return { status, stderr, json: stdout === '' ? null : JSON.parse(stdout) };
}

describe.skipIf(!built)('cache stats, warm and verify (needs npm run build)', () => {
  it('fills a cache once, counts it, and finds the answer that is not as a fresh one', async () => {
    const { folder, bundle, data } = deployed;
    const cache = join(folder, 'answers');
    const of = ['--cache', cache, '--bundle', bundle, '--data', data];
    const first = await told('cache', 'warm', ...of);
    expect(first.status, first.stderr).toBe(0);
    const lines = readFileSync(data, 'utf8').trim().split('\n').slice(1);
    const rows = lines.length;
    const texts = new Set(
      lines.map((line) =>
        line
          .split(',')
          .filter((_, at) => [1, 3, 4].includes(at))
          .join(),
      ),
    );
    expect(first.json).toMatchObject({ pairs: rows, computed: 3 * rows, found: 0 }); // three of four models have code
    const second = await told('cache', 'warm', ...of);
    expect([second.json.computed, second.json.found]).toEqual([0, 3 * rows]);
    // one of them reads words only: of two queries of the same words it is asked once
    const { json } = await told('cache', 'stats', '--cache', cache);
    expect(json.stores).toMatchObject([{ kind: 'lmdb', entries: texts.size + 2 * rows }]);
    const whole = await told('cache', 'verify', ...of, '--sample', '1000');
    expect([whole.status, whole.json.same, whole.json.absent, whole.json.different]).toEqual([
      ...[0, 3 * rows, 0, 0],
    ]);

    await alter(cache, bundle);
    const wrong = await told('cache', 'verify', ...of, '--sample', '1000');
    expect([wrong.status, wrong.json.same, wrong.json.different]).toEqual([1, 3 * rows - 1, 1]);
    expect(wrong.stderr).toContain('1 answer of the cache is other than computed anew');
  });

  it('names the cache that is not there, and makes none', async () => {
    const cache = join(deployed.folder, 'nowhere');
    for (let turn = 0; turn < 2; turn++) {
      const { status, stderr } = await esciSelect('cache', 'stats', '--cache', cache);
      expect(status).toBe(2);
      expect(stderr).toContain('there is no cache');
      expect(stderr).toContain(`esci-select cache warm --cache ${cache}`);
    }
  });
});

/** Puts a sound entry of other probabilities in the place of one answer. */
async function alter(cache: string, bundle: string): Promise<void> {
  const { models, classes } = (await openBundle(bundle)).manifest;
  const lexical = models.find(({ name }) => name === 'lexical')!;
  const [row] = readFileSync(deployed.data, 'utf8').split('\n').slice(1);
  const [, query, queryId, productId, locale, title, brand] = row.split(',');
  const text = { title, brand, description: null, bullets: null, color: null };
  const key = answerKey(lexical, { query, queryId, locale, productId, text, given: new Map() });
  const store = await openLmdbStore(cache, 2 ** 30);
  expect((await store.get([key]))[0]).not.toBeNull();
  await store.put([[key, packAnswer(key, new Float32Array(classes.length).fill(1 / classes.length))]]);
  await store.close();
}
