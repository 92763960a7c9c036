import { fitPool, type Pool, type PoolInput, poolMargins } from '../pool/fit.js';
import { singlePool } from '../pool/single.js';
import { poolTrees } from '../pool/trees.js';
import type { TreeEnsemble } from '../tree.js';
import { type Candidate, once } from './candidate.js';
import type { InnerRows } from './inner.js';

/** A pool and those of the folds, in the terms of the inner rows. */
export interface FittedPools {
  readonly whole: () => Pool;
  readonly folds: readonly Pool[];
}

/** Fits the pool without each fold, and on all inner rows when asked. */
export function fitPools(inner: InnerRows, make: (input: PoolInput) => Pool = fitPool): FittedPools {
  const shared = { plan: inner.plan, rows: inner.read, labels: inner.labels };
  return {
    whole: once(() => make({ ...shared, training: Int32Array.from(inner.rows.keys()) })),
    folds: inner.folds.map(({ training }) => make({ ...shared, training })),
  };
}

/** The pool as a candidate. */
export function poolCandidate(inner: InnerRows, pools: FittedPools, names: readonly string[]): Candidate {
  return asCandidate(inner, pools, names, { kind: 'pool', model: null });
}

/** Every single model with its own answers, and as the classes that come with them, to be decided by a rule. */
export function singleCandidates(inner: InnerRows, names: readonly string[]): Candidate[] {
  return inner.plan.sources.flatMap((_, model) =>
    (['single', 'single, own rule'] as const).map((kind) => {
      const pools = fitPools(inner, (input) => singlePool(input, model, kind !== 'single'));
      return asCandidate(inner, pools, names, { kind, model });
    }),
  );
}

function asCandidate(
  inner: InnerRows,
  pools: FittedPools,
  names: readonly string[],
  { kind, model }: Pick<Candidate, 'kind' | 'model'>,
): Candidate {
  const trees = (pool: Pool): TreeEnsemble => poolTrees(inner.plan, pool, inner.read, names);
  return {
    kind,
    model,
    margins: heldMargins(inner, pools),
    get weights() {
      return pools.whole().weights;
    },
    rounds: 0,
    curve: new Float64Array(0),
    foldEnsembles: once(() => pools.folds.map(trees)),
    ensemble: once(() => trees(pools.whole())),
  };
}

/** Margins of the held rows by the pools that did not see them. */
export function heldMargins({ folds, read, held, plan }: InnerRows, pools: FittedPools): Float32Array {
  const margins = new Float32Array(held.length * plan.classes);
  let at = 0;
  folds.forEach((fold, f) => {
    margins.set(poolMargins(pools.folds[f], read, fold.held), at);
    at += fold.held.length * plan.classes;
  });
  return margins;
}
