import { access } from 'node:fs/promises';
import type { LoadOptions } from '../../data/examples/load-options.js';
import { EsciSelectError } from '../../errors.js';
import { type Asker, askHere, prepareServable } from '../../serving/answering/servable.js';
import { type Bundle, openBundle } from '../../serving/bundle/open.js';
import { cachedAsker } from '../../serving/cache/cached-asker.js';
import { answerKey, unpackAnswer } from '../../serving/cache/entry.js';
import { type AnswerCache, isRedisUrl, openCache } from '../../serving/cache/open.js';
import type { StoreStats } from '../../serving/cache/store.js';
import type { Pair } from '../../serving/pair.js';
import type { PipelineContext } from '../events.js';
import { pairParts } from '../predicting/pairs.js';

/** What a cache holds, tier by tier. */
export interface CacheReport {
  readonly schema: 'esci-select/cache/1';
  readonly stores: readonly StoreStats[];
}

/** What a cache is filled from, or held against. */
export interface CacheTask {
  readonly cache: string;
  readonly cacheSize?: number;
  readonly bundle: string;
  /** files or folders of pairs, such as a log of what was asked */
  readonly data: readonly string[];
  readonly load?: LoadOptions;
}

/** How a cache was filled. */
export interface WarmedCache extends CacheReport {
  readonly pairs: number;
  /** answers of models that were computed, and that were there */
  readonly computed: number;
  readonly found: number;
}

/** How a cache's answers compare with fresh ones. */
export interface VerifiedCache {
  readonly schema: 'esci-select/cache-verified/1';
  readonly pairs: number;
  /** answers of models: the same as fresh ones, not in the cache, and other than fresh ones */
  readonly same: number;
  readonly absent: number;
  readonly different: number;
}

/** What is in a cache. Throws 'usage' where there is none, 'io' where it cannot be read. */
export async function cacheStats(folder: string): Promise<CacheReport> {
  const cache = await openExisting(folder);
  try {
    return {
      schema: 'esci-select/cache/1',
      stores: (await cache.stats()).filter(({ kind }) => kind !== 'memory'),
    };
  } finally {
    await cache.close();
  }
}

/** Computes the answers to pairs that a cache does not have yet. Throws as `predict`. */
export async function warmCache(task: CacheTask, context: PipelineContext): Promise<WarmedCache> {
  const bundle = await openBundle(task.bundle);
  const problems: Error[] = [];
  const cache = await openCache({
    folder: task.cache,
    mostBytes: task.cacheSize,
    onProblem: (problem) => problems.push(problem),
  });
  const counts = { pairs: 0, computed: 0, found: 0 };
  try {
    const asker = cachedAsker(bundle, await askHere(bundle), cache, (_, outcome) => {
      counts[outcome === 'computed' ? 'computed' : 'found']++;
    });
    const servable = await prepareServable(bundle, asker);
    for await (const { pairs } of partsOf(task, bundle)) {
      await servable.answer(pairs);
      counts.pairs += pairs.length;
      report(context, counts.pairs);
      if (problems.length > 0) throw storeFails(task.cache, problems[0]);
    }
    await servable.dispose();
    return { schema: 'esci-select/cache/1', ...counts, stores: await cache.stats() };
  } finally {
    await cache.close();
  }
}

/** Compares some of a cache's answers, of pairs drawn evenly from the data, with fresh ones. Throws as `predict`. */
export async function verifyCache(
  task: CacheTask & { readonly sample: number },
  context: PipelineContext,
): Promise<VerifiedCache> {
  const bundle = await openBundle(task.bundle);
  const cache = await openExisting(task.cache);
  const counts = { pairs: 0, same: 0, absent: 0, different: 0 };
  try {
    const fresh = await askHere(bundle);
    const servable = await prepareServable(bundle, comparing({ bundle, cache, fresh, counts }));
    const total = await countPairs(task, bundle);
    const step = Math.max(1, Math.floor(total / task.sample));
    let at = 0;
    for await (const { pairs } of partsOf(task, bundle)) {
      const some = pairs.filter(() => at++ % step === 0).slice(0, task.sample - counts.pairs);
      await servable.answer(some);
      counts.pairs += some.length;
      report(context, counts.pairs);
    }
    await servable.dispose();
    return { schema: 'esci-select/cache-verified/1', ...counts };
  } finally {
    await cache.close();
  }
}

interface Comparison {
  readonly bundle: Bundle;
  readonly cache: AnswerCache;
  readonly fresh: Asker;
  readonly counts: { same: number; absent: number; different: number };
}

/** Answers afresh, and counts how the cache's answers compare. */
function comparing({ bundle, cache, fresh, counts }: Comparison): Asker {
  const { classes, models } = bundle.manifest;
  return {
    ...fresh,
    async ask(model, pairs: readonly Pair[]) {
      const entry = models.find(({ name }) => name === model)!;
      const keys = pairs.map((pair) => answerKey(entry, pair));
      const kept = await cache.read(keys);
      const answers = await fresh.ask(model, pairs);
      keys.forEach((key, at) => {
        if (answers.silent[at] !== null) return;
        const bytes = kept[at];
        const values = bytes === null ? null : unpackAnswer(key, bytes, classes.length);
        const own = answers.values.subarray(at * classes.length, (at + 1) * classes.length);
        if (values === null) counts.absent++;
        else
          counts[values.every((value, k) => Math.abs(value - own[k]) <= TOLERANCE) ? 'same' : 'different']++;
      });
      return answers;
    },
  };
}

/** What the last digits of a product of matrices may differ by with the number of its rows. */
const TOLERANCE = 1e-6;

function partsOf({ data, load = {} }: CacheTask, bundle: Bundle) {
  const source = { data, load, predictions: [], importing: {}, models: [], onUnused: () => {} };
  return pairParts(source, bundle.manifest.classes);
}

async function countPairs(task: CacheTask, bundle: Bundle): Promise<number> {
  let total = 0;
  for await (const { pairs } of partsOf(task, bundle)) total += pairs.length;
  return total;
}

function report(context: PipelineContext, done: number): void {
  context.onEvent?.({ kind: 'progress', stage: 'cache', done, total: done, message: 'pairs' });
}

/** A cache that is there: asking makes none. */
async function openExisting(folder: string): Promise<AnswerCache> {
  const found =
    isRedisUrl(folder) ||
    (await access(folder).then(
      () => true,
      () => false,
    ));
  if (!found) {
    throw new EsciSelectError('usage', 'there is no cache', {
      path: folder,
      hint: `fill one with: esci-select cache warm --cache ${folder} --bundle bundle --data pairs.csv`,
    });
  }
  return openCache({
    folder,
    onProblem: (problem) => {
      throw storeFails(folder, problem);
    },
  });
}

function storeFails(folder: string, cause: Error): EsciSelectError {
  return new EsciSelectError('io', `cache cannot be used: ${cause.message}`, {
    path: folder,
    hint: 'check that it can be written, or that the server is up',
    cause,
  });
}
