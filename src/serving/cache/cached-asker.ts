import type { AskedAnswers, Asker } from '../answering/servable.js';
import type { BundledModel } from '../bundle/manifest.js';
import type { Bundle } from '../bundle/open.js';
import type { Pair } from '../pair.js';
import { answerKey, packAnswer, unpackAnswer } from './entry.js';
import type { AnswerCache } from './open.js';

/** Where answers were found. */
export type CacheOutcome = 'memory' | 'store' | 'flight' | 'computed';

/** One answer; silence is not kept, because it costs nothing to find out. */
interface Found {
  readonly values: Float32Array;
  readonly silent: string | null;
  readonly outcome: CacheOutcome;
}

/**
 * Answers through a cache: from memory, from its store, from a computation that is under way for the same key, or by
 * asking; each key is computed once, however many ask for it at a time.
 */
export function cachedAsker(
  bundle: Bundle,
  inner: Asker,
  cache: AnswerCache,
  onOutcome?: (model: string, outcome: CacheOutcome) => void,
): Asker {
  const { classes, models } = bundle.manifest;
  const byName = new Map(models.map((model) => [model.name, model]));
  const flights = new Map<string, Promise<Found>>();
  return {
    nodes: inner.nodes,
    dispose: () => inner.dispose(),
    async ask(model, pairs) {
      const entry = byName.get(model)!;
      const keys = pairs.map((pair) => answerKey(entry, pair));
      const found = findAll({ entry, inner, cache, flights, classes: classes.length }, keys, pairs);
      return assemble(await Promise.all(found), classes.length, (outcome) => onOutcome?.(model, outcome));
    },
  };
}

interface Finder {
  readonly entry: BundledModel;
  readonly inner: Asker;
  readonly cache: AnswerCache;
  readonly flights: Map<string, Promise<Found>>;
  readonly classes: number;
}

/** [pair] its answer, or the promise of it. Between the look and the registering nothing else runs. */
function findAll(
  finder: Finder,
  keys: readonly string[],
  pairs: readonly Pair[],
): (Found | Promise<Found>)[] {
  const { cache, flights } = finder;
  const due = new Map<string, Pair>();
  const found = keys.map((key, at): Found | Promise<Found> | null => {
    const values = cache.recall(key);
    if (values !== undefined) return { values, silent: null, outcome: 'memory' };
    const flight = flights.get(key);
    if (flight !== undefined) return flight.then((answer) => ({ ...answer, outcome: 'flight' }));
    due.set(key, pairs[at]);
    return null;
  });
  if (due.size === 0) return found as Found[];
  const batch = findDue(finder, due);
  for (const key of due.keys()) {
    const flight = batch.then((answers) => answers.get(key)!);
    flight.catch(() => {}); // told to whom asks, below
    flights.set(key, flight);
  }
  const land = () => {
    for (const key of due.keys()) flights.delete(key);
  };
  batch.then(land, land);
  return found.map((answer, at) => answer ?? batch.then((answers) => answers.get(keys[at])!));
}

/** Answers to keys that are not in memory: from the store, else computed together, kept, and then given. */
async function findDue(finder: Finder, due: ReadonlyMap<string, Pair>): Promise<Map<string, Found>> {
  const { cache, classes, inner, entry } = finder;
  const keys = [...due.keys()];
  const answers = new Map<string, Found>();
  (await cache.read(keys)).forEach((bytes, at) => {
    const values = bytes === null ? null : unpackAnswer(keys[at], bytes, classes);
    if (values === null) return;
    cache.remember(keys[at], values);
    answers.set(keys[at], { values, silent: null, outcome: 'store' });
  });
  const missing = keys.filter((key) => !answers.has(key));
  if (missing.length === 0) return answers;
  const computed = await inner.ask(
    entry.name,
    missing.map((key) => due.get(key)!),
  );
  const kept: [string, Uint8Array][] = [];
  missing.forEach((key, at) => {
    const values = computed.values.slice(at * classes, (at + 1) * classes);
    const silent = computed.silent[at];
    answers.set(key, { values, silent, outcome: 'computed' });
    if (silent !== null) return;
    cache.remember(key, values);
    kept.push([key, packAnswer(key, values)]);
  });
  await cache.write(kept);
  return answers;
}

function assemble(
  found: readonly Found[],
  classes: number,
  onOutcome: (outcome: CacheOutcome) => void,
): AskedAnswers {
  const values = new Float32Array(found.length * classes);
  found.forEach((answer, at) => {
    values.set(answer.values, at * classes);
    onOutcome(answer.outcome);
  });
  return {
    values,
    silent: found.map(({ silent }) => silent),
    cached: Uint8Array.from(found, ({ outcome }) => Number(outcome === 'memory' || outcome === 'store')),
  };
}
