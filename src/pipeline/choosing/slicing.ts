import type { Examples } from '../../data/examples/examples.js';
import { quantileSorted } from '../../math/quantiles.js';
import type { SelectionRequest } from '../../selection/select.js';
import { gainsBySlice, type SlicedModel, type SliceTable } from '../../selection/slices.js';
import { createSubsetScorer, type ScoredSet } from '../../selection/subset-scorer.js';
import type { LoadedRun } from '../files/load-run.js';
import { modelFeatures } from '../stacking/features.js';
import { frontierRows } from './select-frontier.js';

/** Draws behind the intervals. */
const MOST_REPLICATES = 500;

/** What is cut into slices. */
export interface SlicingInput {
  /** names of the set's models */
  readonly kept: readonly string[];
  readonly request: Pick<SelectionRequest, 'metric' | 'seed'>;
  readonly replicates: number;
  /** sets that were scored for the frontiers, which are on the same rows: they are not scored again */
  readonly known: readonly ScoredSet[];
}

/**
 * Where each model earns its place: what the set kept gains by every model kept, and would gain by every other, by class,
 * locale, source of the query and how often it is asked. Out of fold on at most 5,000 training rows, by small ensembles
 * as choosing uses them. O(models) ensembles.
 */
export function sliceModels(
  { matrix, examples, protocol }: LoadedRun,
  { kept: keptNames, request, replicates, known }: SlicingInput,
): readonly SliceTable[] {
  const rows = protocol.trainRows;
  const model = modelFeatures(matrix);
  const queries = Int32Array.from(rows, (row) => examples.group[row]);
  const scorer = createSubsetScorer({
    features: model.features,
    classes: matrix.classes.length,
    labels: examples.label,
    rows,
    foldOf: Int16Array.from(rows, (row) => protocol.foldOf[row]),
    queries,
    seed: request.seed,
    perQuery: true,
    mostRows: frontierRows({ model }),
    known,
  });
  const kept = keptNames.map((name) => matrix.cards.findIndex((card) => card.name === name));
  const models = matrix.cards.map(({ name }, place): SlicedModel => {
    const others = kept.filter((other) => other !== place);
    const without = others.length === 0 ? null : scorer.statistics(others);
    return {
      model: name,
      kept: kept.includes(place),
      without,
      with: scorer.statistics([...others, place]),
    };
  });
  return gainsBySlice({
    classes: matrix.classes,
    metric: request.metric,
    kept: scorer.statistics(kept),
    models,
    cuts: cutsOf(examples, scorer.queries()),
    options: { replicates: Math.min(replicates, MOST_REPLICATES), seed: request.seed },
  });
}

/** What the queries can be told apart by; only cuts into more than one slice. */
function cutsOf(examples: Examples, queries: Int32Array): { by: string; of: string[] }[] {
  const firstRow = new Map<number, number>();
  examples.group.forEach((group, row) => {
    if (!firstRow.has(group)) firstRow.set(group, row);
  });
  const ofRow = (value: (row: number) => string) =>
    Array.from(queries, (query) => value(firstRow.get(query)!));
  const { source } = examples;
  const cuts = [
    { by: 'locale', of: ofRow((row) => examples.locale[row]) },
    ...(source === null ? [] : [{ by: 'source', of: ofRow((row) => source[row] ?? 'unknown') }]),
    ...frequencies(examples, queries),
  ];
  return cuts.filter(({ of }) => new Set(of).size > 1);
}

/** Thirds of the queries by how often they were asked, where behaviours tell. */
function frequencies(
  { behaviours, groupKeys }: Examples,
  queries: Int32Array,
): { by: string; of: string[] }[] {
  if (behaviours === null) return [];
  const shown = new Float64Array(groupKeys.length);
  for (let entry = 0; entry < behaviours.entries; entry++) {
    shown[behaviours.group[entry]] += behaviours.impressions[entry];
  }
  const own = Float64Array.from(queries, (query) => shown[query]);
  const sorted = own.slice().sort();
  const [low, high] = [quantileSorted(sorted, 1 / 3), quantileSorted(sorted, 2 / 3)];
  const name = (value: number) => (value <= low ? 'rare' : value <= high ? 'middling' : 'frequent');
  return [{ by: 'query frequency', of: Array.from(own, name) }];
}
