import type { Finding } from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import type { ImportedModel } from '../import-options.js';

/** Correlation from which two models count as copies of each other. */
const TWIN = 0.99;
/** Rows looked at, evenly spaced: enough for three digits of a correlation. */
const SAMPLE_ROWS = 20_000;
/** A sum of squared deviations below this is rounding. */
const NO_VARIATION = 1e-9;

/**
 * Groups of models whose probabilities, each class centred on its mean, correlate by 0.99 or more over the rows both
 * cover (directly or through another of the group). Such models share one credit between them in any ranking.
 * O(models^2 x min(rows, 20,000) x classes).
 */
export function findTwins(models: readonly ImportedModel[], classes: number): Finding[] {
  const samples = models.map((model) => twinSample(model.values, classes));
  const groupOf = models.map((_, index) => index);
  const lowest = models.map(() => 1);
  for (let a = 0; a < models.length; a++) {
    for (let b = a + 1; b < models.length; b++) {
      const similarity = correlation(samples[a], samples[b], classes);
      if (!(similarity >= TWIN)) continue;
      const [kept, merged] = [groupOf[a], groupOf[b]];
      lowest[kept] = Math.min(lowest[kept], lowest[merged], similarity);
      groupOf.forEach((group, index) => {
        if (group === merged) groupOf[index] = kept;
      });
    }
  }
  return [...new Set(groupOf)].flatMap((group) => {
    const names = models.filter((_, index) => groupOf[index] === group).map(({ card }) => quote(card.name));
    return names.length < 2 ? [] : [twinFinding(names, lowest[group])];
  });
}

function twinFinding(names: readonly string[], lowest: number): Finding {
  const message = `models ${names.join(', ')} are near-copies (correlation from ${lowest.toFixed(4)}): they share one credit`;
  return { severity: 'note', code: 'near-duplicate-models', message, count: names.length };
}

/** A model that is there already: what it is compared by. */
export interface EarlierModel {
  readonly name: string;
  /** of its values as stored */
  readonly sha256: string;
  /** `twinSample` of its values */
  readonly sample: Float32Array;
}

/**
 * New models that are copies of models that were there before, or near-copies, each with the one it is most like. As
 * `findTwins` by definition and cost.
 */
export function findEarlierTwins(
  models: readonly ImportedModel[],
  earlier: readonly EarlierModel[],
  classes: number,
): Finding[] {
  return models.flatMap(({ card, values }): Finding[] => {
    const own = twinSample(values, classes);
    const exact = earlier.find(({ sha256 }) => sha256 === card.sha256);
    const likeness = earlier.map(({ sample }) => correlation(own, sample, classes));
    const most = Math.max(...likeness.filter((like) => like >= TWIN));
    const twin = exact ?? earlier[likeness.indexOf(most)];
    if (twin === undefined) return [];
    const isExact = twin === exact;
    const kind = isExact ? 'an exact copy' : `a near-copy (correlation ${most.toFixed(4)})`;
    const message = `model ${quote(card.name)} is ${kind} of ${quote(twin.name)}, which the run has already: they share one credit`;
    return [{ severity: isExact ? 'warning' : 'note', code: 'near-duplicate-models', message, count: 2 }];
  });
}

/** Evenly spaced rows [row][class]. */
export function twinSample(values: Float32Array, classes: number): Float32Array {
  const rows = values.length / classes;
  const step = Math.max(1, Math.ceil(rows / SAMPLE_ROWS));
  const sample = new Float32Array(Math.ceil(rows / step) * classes);
  for (let at = 0; at < sample.length; at++) {
    sample[at] = values[Math.floor(at / classes) * step * classes + (at % classes)];
  }
  return sample;
}

/** Pooled over the classes, over the rows that both have; NaN where one of them does not vary. */
export function correlation(a: Float32Array, b: Float32Array, classes: number): number {
  const pooled = { ab: 0, aa: 0, bb: 0 };
  for (let k = 0; k < classes; k++) {
    const sums = classSums(a, b, k, classes);
    pooled.ab += sums.ab;
    pooled.aa += sums.aa;
    pooled.bb += sums.bb;
  }
  const { ab, aa, bb } = pooled;
  return aa < NO_VARIATION || bb < NO_VARIATION ? Number.NaN : ab / Math.sqrt(aa * bb);
}

/** A class's sums of products of deviations from its means. */
function classSums(
  a: Float32Array,
  b: Float32Array,
  k: number,
  classes: number,
): { ab: number; aa: number; bb: number } {
  let [count, sumA, sumB, ab, aa, bb] = [0, 0, 0, 0, 0, 0];
  for (let at = k; at < a.length; at += classes) {
    if (Number.isNaN(a[at]) || Number.isNaN(b[at])) continue;
    count++;
    sumA += a[at];
    sumB += b[at];
    ab += a[at] * b[at];
    aa += a[at] * a[at];
    bb += b[at] * b[at];
  }
  if (count === 0) return { ab: 0, aa: 0, bb: 0 };
  return {
    ab: ab - (sumA * sumB) / count,
    aa: aa - (sumA * sumA) / count,
    bb: bb - (sumB * sumB) / count,
  };
}
