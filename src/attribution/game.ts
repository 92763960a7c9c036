import { type Encoding, encodeTable } from '../ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../ensemble/foreign/foreign-ensemble.js';
import { type ForeignScoring, planForeignScoring } from '../ensemble/foreign/score.js';
import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { attributeRows } from './attribute.js';
import { planAttribution } from './plan.js';
import type { AttributionPlan } from './plan-types.js';
import { groupPlayers, type Players } from './players.js';

/**
 * The largest leaves of trees whose attributions are added up in float32 sum up to at most this. Of 400 trees of depth 6
 * with leaves of up to 0.2 the largest error against the walk was 2.1e-7 at 1, 7e-8 at 0.25, 8.5e-7 at 4; at 0.25 it
 * took 6% more time.
 */
const MOST_SUM = 1;

/** The game of an ensemble's columns among players, planned once: plain data that can be sent to workers. */
export interface GamePlan {
  readonly players: readonly string[];
  readonly outputs: number;
  /** [output] the margin expected before anything is known of a row */
  readonly bias: Float64Array;
  /** [output] how far bias + contributions may lie from a margin by rounding alone */
  readonly rounding: Float64Array;
  readonly plan: AttributionPlan;
}

/** A game, and what its rows are encoded and scored with. */
export interface KeptPlan {
  readonly encoding: Encoding;
  readonly scoring: ForeignScoring;
  readonly game: GamePlan;
}

/**
 * Plans a game of players that own the model's columns. Attribution is by look-ups, however few rows will come: what is
 * planned is to be kept, and a kept plan explains a single row in less time than the walk needs for it. Throws 'internal' if
 * players are not given for the model's columns. O(nodes * path players).
 */
export function planGame(foreign: ForeignEnsemble, players: Players): GamePlan {
  const { columns, derived, ensemble, offset } = foreign;
  if (players.ofColumn.length !== columns.length) {
    throw new EsciSelectError(
      'internal',
      `players are given for ${players.ofColumn.length} columns, the model has ${columns.length}`,
    );
  }
  const owners = groupPlayers(
    players.names,
    derived.map(({ source }) => players.ofColumn[source]),
  );
  const plan = planAttribution(ensemble, owners, { lookup: true, mostSum: MOST_SUM });
  return {
    players: players.names,
    outputs: ensemble.classes,
    bias: offset.map((own, k) => plan.bias[k] + own),
    rounding: plan.rounding,
    plan,
  };
}

/** The players that the columns of a model are, each its own. */
export function columnsOwnPlayers({ columns }: Pick<ForeignEnsemble, 'columns'>): Players {
  const names = columns.map((_, column) => String(column));
  return groupPlayers(
    names,
    names.map((_, column) => column),
  );
}

/** A plan to keep, slim enough to be sent to workers: without the trees where look-ups are all that is needed. */
export function keepPlan(foreign: ForeignEnsemble, players: Players): KeptPlan {
  const game = planGame(foreign, players);
  const { derived, thresholds, ensemble } = foreign;
  return {
    encoding: { derived, thresholds, ensemble: { featureNames: ensemble.featureNames } },
    scoring: planForeignScoring(foreign),
    game: game.plan.lookup === null ? game : { ...game, plan: { ...game.plan, trees: [] } },
  };
}

/** Contributions [row][player][output] of an encoded table's rows. O(rows). */
export function attributeGame({ plan, players, outputs }: GamePlan, features: FeatureMatrix): Float64Array {
  const total = new Float64Array(features.rows * players.length * outputs);
  attributeRows(plan, features, { from: 0, to: features.rows }, total);
  return total;
}

/** Rows of the user's table, [row][column of the model]. */
export interface RowValues {
  readonly rows: number;
  readonly values: Float32Array | Float64Array;
}

/**
 * The encoded table of values that lie row by row: those that are float32 already, in a model that tests nothing but
 * numbers, are passed on as they are. Throws 'data' where float32 cannot keep a double on its side of thresholds.
 */
export function encodeRows(
  { encoding }: Pick<KeptPlan, 'encoding'>,
  { rows, values }: RowValues,
): FeatureMatrix {
  const { derived, ensemble } = encoding;
  const columns = derived.length;
  const names = ensemble.featureNames;
  const plain = derived.every((column, at) => column.source === at && passesOn(column));
  if (plain && values instanceof Float32Array) return { rows, columns, names, values };
  const width = rows === 0 ? 0 : values.length / rows;
  const sources = Array.from({ length: width }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => values[row * width + column]),
  );
  const { features, unresolved } = encodeTable(encoding, sources);
  if (unresolved === 0) return features;
  throw new EsciSelectError(
    'data',
    `${unresolved} values lie between thresholds that are nearer to each other than float32 can tell apart`,
    {
      hint: 'train on the column as float32, or give its ranks in place of its values, in training and here',
    },
  );
}

function passesOn(column: ForeignEnsemble['derived'][number]): boolean {
  return column.kind === 'number' && column.missing === 'missing';
}
