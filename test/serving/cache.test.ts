import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AskedAnswers, Asker } from '../../src/serving/answering/servable.js';
import type { Bundle } from '../../src/serving/bundle/open.js';
import { type CacheOutcome, cachedAsker } from '../../src/serving/cache/cached-asker.js';
import { answerKey, packAnswer, unpackAnswer } from '../../src/serving/cache/entry.js';
import { openLmdbStore } from '../../src/serving/cache/lmdb-store.js';
import { type CacheOptions, openCache } from '../../src/serving/cache/open.js';
import type { Pair, PairText } from '../../src/serving/pair.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-select-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (title: string): PairText => ({
  title,
  description: null,
  bullets: null,
  brand: null,
  color: null,
});
const pair = (more: Partial<Pair> = {}): Pair => ({
  query: 'red lamp',
  queryId: null,
  locale: 'us',
  productId: 'A1',
  text: text('lamp'),
  given: new Map(),
  ...more,
});
const model = { kind: 'text', sha256: 'a'.repeat(64) } as const;

describe('the key of an answer', () => {
  it('is another for whatever decides the answer', () => {
    const keys = [
      answerKey(model, pair()),
      answerKey({ ...model, sha256: 'b'.repeat(64) }, pair()),
      answerKey(model, pair({ locale: 'es' })),
      answerKey(model, pair({ query: 'red lamps' })),
      answerKey(model, pair({ productId: 'A2' })),
      answerKey(model, pair({ text: text('lamp ') })),
      answerKey(model, pair({ text: { ...text('lamp'), brand: 'x' } })),
      answerKey(model, pair({ text: { ...text('lamp'), color: 'x' } })),
      answerKey({ ...model, kind: 'graph' }, pair({ queryId: '7' })),
      answerKey({ ...model, kind: 'graph' }, pair({ queryId: '8' })),
      answerKey({ ...model, sha256: 'c'.repeat(64), kind: 'own' }, pair({ queryId: '7' })),
      answerKey({ ...model, sha256: 'c'.repeat(64), kind: 'own' }, pair({ queryId: '8' })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is the same for what does not', () => {
    expect(answerKey(model, pair({ given: new Map([['other', [1]]]), queryId: '7' }))).toBe(
      answerKey(model, pair()),
    );
  });
});

describe('an entry', () => {
  it('is read as it was written, and not under another key, cut, or altered', () => {
    const values = Float32Array.of(0.1, 0.2, 0.3, 0.4);
    const bytes = packAnswer('key', values);
    expect(unpackAnswer('key', bytes, 4)).toEqual(values);
    expect(unpackAnswer('other', bytes, 4)).toBeNull();
    expect(unpackAnswer('key', bytes.subarray(0, 20), 4)).toBeNull();
    expect(unpackAnswer('key', bytes, 5)).toBeNull();
    for (const at of [0, 9, 23]) {
      const altered = bytes.slice();
      altered[at] ^= 4;
      expect(unpackAnswer('key', altered, 4)).toBeNull();
    }
  });
});

describe('the store in a folder', () => {
  it('keeps what was put for the next process', async () => {
    const path = join(folder, 'kept');
    const store = await openLmdbStore(path, 2 ** 20);
    await store.put([
      ['a', Uint8Array.of(1)],
      ['b', Uint8Array.of(2, 3)],
    ]);
    await store.close();
    const again = await openLmdbStore(path, 2 ** 20);
    expect((await again.get(['b', 'c', 'a'])).map((bytes) => bytes && [...bytes])).toEqual([
      [2, 3],
      null,
      [1],
    ]);
    expect(await again.stats()).toMatchObject({ kind: 'lmdb', entries: 2 });
    await again.close();
  });

  it('forgets what is not used where it is full, and keeps what is', async () => {
    const store = await openLmdbStore(join(folder, 'full'), 40_000);
    const value = new Uint8Array(100).fill(7);
    await store.put([['used', value]]);
    for (let at = 0; at < 1000; at++) {
      await store.put([[`entry ${at}`, value]]);
      await store.get(['used']);
    }
    const [used, first, last] = await store.get(['used', 'entry 0', 'entry 999']);
    expect([used?.length, first, last?.length]).toEqual([100, null, 100]);
    expect((await store.stats()).entries).toBeLessThan(400);
    await store.close();
  });
});

/** A model that counts what it is asked, and answers when it is told to. */
function counting(classes: number): { asker: Asker; asked: string[]; release: () => void } {
  const asked: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const ask = async (_model: string, pairs: readonly Pair[]): Promise<AskedAnswers> => {
    asked.push(...pairs.map(({ productId }) => productId));
    await gate;
    return {
      values: Float32Array.from({ length: pairs.length * classes }, (_, at) => at + pairs.length),
      silent: pairs.map(({ productId }) => (productId === 'silent' ? 'nothing to say' : null)),
      cached: new Uint8Array(pairs.length),
    };
  };
  return { asker: { nodes: null, dispose: async () => {}, ask }, asked, release: () => open() };
}

async function asking(options: CacheOptions = {}) {
  const { asker, asked, release } = counting(2);
  const cache = await openCache(options);
  const outcomes: CacheOutcome[] = [];
  const manifest = { classes: ['yes', 'no'], models: [{ name: 'm', ...model }] };
  const cached = cachedAsker({ manifest } as unknown as Bundle, asker, cache, (_, outcome) =>
    outcomes.push(outcome),
  );
  return { cached, cache, asked, release, outcomes };
}

describe('asking through a cache', () => {
  it('computes a key once, however many ask for it at a time', async () => {
    const { cached, asked, release, outcomes } = await asking();
    const many = Array.from({ length: 20 }, () => cached.ask('m', [pair(), pair({ productId: 'A2' })]));
    await new Promise((resolve) => setImmediate(resolve));
    release();
    const answers = await Promise.all(many);
    expect(asked).toEqual(['A1', 'A2']);
    for (const { values } of answers) expect(values).toEqual(answers[0].values);
    await cached.ask('m', [pair()]);
    expect(asked).toEqual(['A1', 'A2']);
    expect(outcomes.filter((outcome) => outcome === 'computed')).toHaveLength(2);
    expect(outcomes.at(-1)).toBe('memory');
  });

  it('finds what another process computed', async () => {
    const path = join(folder, 'shared');
    const first = await asking({ folder: path });
    first.release();
    const { values } = await first.cached.ask('m', [pair()]);
    await first.cache.close();
    const second = await asking({ folder: path });
    second.release();
    const again = await second.cached.ask('m', [pair()]);
    expect([again.values, [...again.cached], second.asked]).toEqual([values, [1], []]);
    expect((await second.cached.ask('m', [pair({ text: text('changed') })])).cached[0]).toBe(0);
    await second.cache.close();
  });

  it('does not keep silence, nor a failure', async () => {
    const { cached, asked, release } = await asking();
    release();
    await cached.ask('m', [pair({ productId: 'silent' })]);
    expect((await cached.ask('m', [pair({ productId: 'silent' })])).silent).toEqual(['nothing to say']);
    expect(asked).toEqual(['silent', 'silent']);
  });

  it('keeps nothing where told so, but still computes once what is asked at a time', async () => {
    const { cached, asked, release, outcomes } = await asking({ folder: 'none' });
    const both = [cached.ask('m', [pair()]), cached.ask('m', [pair()])];
    release();
    const [one, other] = await Promise.all(both);
    expect(other.values).toEqual(one.values);
    expect((await cached.ask('m', [pair()])).cached[0]).toBe(0);
    expect([asked, outcomes]).toEqual([
      ['A1', 'A1'],
      ['computed', 'flight', 'computed'],
    ]);
  });

  it('computes where the store fails, and tells of it', async () => {
    const problems: string[] = [];
    const onProblem = (problem: Error) => problems.push(problem.message);
    const { cached, asked, release, cache } = await asking({ folder: 'redis://127.0.0.1:1', onProblem });
    release();
    expect((await cached.ask('m', [pair()])).cached[0]).toBe(0);
    expect((await cached.ask('m', [pair()])).cached[0]).toBe(1); // from memory
    expect([asked, problems.length > 0]).toEqual([['A1'], true]);
    await cache.close();
  });
});
