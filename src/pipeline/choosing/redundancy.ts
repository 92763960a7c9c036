import { attributeModels } from '../../attribution/models.js';
import { groupPlayers } from '../../attribution/players.js';
import { gatherRows } from '../../ensemble/feature-matrix.js';
import { scoreMargins } from '../../ensemble/scoring/score.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import { createRandom } from '../../math/random.js';
import { type Cluster, clustersOf, type Redundancy, similarities } from '../../selection/redundancy.js';
import { ENSEMBLE } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import { type ModelFeatures, modelFeatures } from '../stacking/features.js';

/** Rows compared, and rows credited, at most: a correlation is then known to two digits, a credit to about 3%. */
const MOST_ROWS = 20_000;
const MOST_CREDIT_ROWS = 1000;

/**
 * Which models of a run say the same, on training rows, and what such a cluster is worth as one player of the full
 * ensemble beside what its members are worth alone. Credits come from rows that the ensemble was fitted on: they compare
 * a cluster with its members, not with the ranking, whose rows are unseen.
 */
export async function findRedundancy(loaded: LoadedRun): Promise<Redundancy> {
  const { matrix, examples, protocol, settings, run } = loaded;
  const stream = createRandom(settings.seed).fork('redundancy');
  const shuffled = stream.shuffle(Int32Array.from(protocol.trainRows));
  const rows = shuffled.slice(0, MOST_ROWS).sort();
  const creditRows = shuffled.slice(0, MOST_CREDIT_ROWS).sort();
  const pairs = similarities(matrix, examples.label, rows);
  const names = matrix.cards.map(({ name }) => name);
  const found = clustersOf(names, pairs);
  if (found.length === 0) return { pairs, clusters: [], rows: rows.length, creditRows: 0 };
  const ensemble = await ENSEMBLE.read(run);
  const clusters = creditClusters(ensemble, modelFeatures(matrix), creditRows, found);
  return { pairs, clusters, rows: rows.length, creditRows: creditRows.length };
}

function creditClusters(
  ensemble: TreeEnsemble,
  all: ModelFeatures,
  rows: Int32Array,
  found: readonly { models: string[]; similarity: number }[],
): Cluster[] {
  const features = gatherRows(all.features, rows);
  const margins = scoreMargins(ensemble, features);
  const creditsOf = (models: readonly string[], modelOfColumn: Int32Array) =>
    attributeModels({ ensemble, features, margins, models, modelOfColumn }).groupShap.meanAbsolute;
  const own = creditsOf(all.models, all.modelOfColumn);
  const voiceOf = voices(all.models, found);
  const names = [...new Set(voiceOf)].map((voice) => `voice ${voice}`);
  const players = groupPlayers(
    names,
    all.modelOfColumn.map((model) => voiceOf[model]),
  );
  const joint = creditsOf(players.names, players.ofColumn);
  return found.map(({ models, similarity }) => ({
    models,
    similarity,
    credit: joint[voiceOf[all.models.indexOf(models[0])]],
    memberCredits: models.map((name) => own[all.models.indexOf(name)]),
  }));
}

/** The number of each model's voice, [model], counted from 0: its cluster's, or its own. */
function voices(models: readonly string[], found: readonly { models: string[] }[]): number[] {
  const number = new Map<string, number>();
  return models.map((name) => {
    const key = found.find((cluster) => cluster.models.includes(name))?.models[0] ?? name;
    if (!number.has(key)) number.set(key, number.size);
    return number.get(key)!;
  });
}
