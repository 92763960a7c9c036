/** The laws of Shapley values as reusable checks: each throws an assertion error where the law is broken. */
import { expect } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { type PlanOptions, planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers, groupPlayers, type Players } from '../../src/attribution/players.js';
import type { FeatureMatrix, TreeEnsemble } from '../../src/ensemble/tree.js';
import type { Random } from '../../src/math/random.js';
import { referenceMargins } from './random-ensembles.js';

/** Largest difference that is rounding of float64. */
export const ROUNDING = 1e-9;

/** An ensemble, who plays, the rows to explain and how to plan. */
export interface Situation {
  readonly ensemble: TreeEnsemble;
  readonly players: Players;
  readonly table: FeatureMatrix;
  readonly options?: PlanOptions;
  /** largest difference that passes where a law is not kept to the bit; default ROUNDING */
  readonly tolerance?: number;
}

/** Attributions [row][player][class] of all rows. */
export function attribute({ ensemble, players, table, options }: Situation): Float64Array {
  const out = new Float64Array(table.rows * players.names.length * ensemble.classes);
  attributeRows(planAttribution(ensemble, players, options), table, { from: 0, to: table.rows }, out);
  return out;
}

/** Largest |a - b|; infinite for different lengths or values that are not numbers. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at] - b[at]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

/** Efficiency: bias + the sum over players = margin. */
export function expectAdditivity(situation: Situation): void {
  const { ensemble, players, table, tolerance = ROUNDING } = situation;
  const { bias } = planAttribution(ensemble, players);
  const attributions = attribute(situation);
  const width = players.names.length * ensemble.classes;
  const totals = referenceMargins(ensemble, table).map((_, cell) => {
    const row = Math.floor(cell / ensemble.classes);
    const k = cell % ensemble.classes;
    let total = bias[k];
    for (let player = 0; player < players.names.length; player++) {
      total += attributions[row * width + player * ensemble.classes + k];
    }
    return total;
  });
  expect(distance(totals, referenceMargins(ensemble, table))).toBeLessThan(tolerance);
}

/** Dummy: a player none of whose columns is tested gets exactly 0. */
export function expectDummy(situation: Situation): void {
  const { ensemble, players } = situation;
  const used = new Set(
    ensemble.trees.flatMap((tree) =>
      [...tree.feature].filter((_, node) => tree.left[node] >= 0).map((column) => players.ofColumn[column]),
    ),
  );
  const attributions = attribute(situation);
  attributions.forEach((value, at) => {
    const player = Math.floor(at / ensemble.classes) % players.names.length;
    if (!used.has(player)) expect(value).toBe(0);
  });
}

/** Symmetry: in the ensemble joined with its mirror image (columns a and b swapped), equal columns get equal shares. */
function expectSymmetry(situation: Situation, a: number, b: number): void {
  const { ensemble, table, options, tolerance = ROUNDING } = situation;
  const swap = (column: number) => (column === a ? b : column === b ? a : column);
  const mirrored = ensemble.trees.map((tree) => ({ ...tree, feature: tree.feature.map(swap) }));
  const joined: TreeEnsemble = {
    ...ensemble,
    trees: [...ensemble.trees, ...mirrored],
    treeClass: Int32Array.from([...ensemble.treeClass, ...ensemble.treeClass]),
  };
  const values = table.values.slice();
  for (let row = 0; row < table.rows; row++)
    values[row * table.columns + b] = values[row * table.columns + a];
  const attributions = attribute({
    ensemble: joined,
    players: featurePlayers(joined),
    table: { ...table, values },
    options,
  });
  const share = (column: number) =>
    attributions.filter((_, at) => Math.floor(at / ensemble.classes) % table.columns === column);
  expect(distance(share(a), share(b))).toBeLessThan(tolerance);
}

/** A row's attributions are the same bytes wherever it stands in the table. */
export function expectRowOrderInvariance(situation: Situation, order: readonly number[]): void {
  const { table, ensemble, players } = situation;
  const { columns } = table;
  const values = Float32Array.from({ length: table.values.length }, (_, at) => {
    return table.values[order[Math.floor(at / columns)] * columns + (at % columns)];
  });
  const before = attribute(situation);
  const after = attribute({ ...situation, table: { ...table, values } });
  const width = ensemble.classes * players.names.length;
  expect(after).toEqual(after.map((_, at) => before[order[Math.floor(at / width)] * width + (at % width)]));
}

/** Renumbering the players renumbers their attributions. `order[new player]` is the old one. */
function expectPlayerOrderInvariance(situation: Situation, order: readonly number[]): void {
  const { ensemble, players, table, tolerance = ROUNDING } = situation;
  const renumbered = groupPlayers(
    order.map((old) => players.names[old]),
    players.ofColumn.map((old) => order.indexOf(old)),
  );
  const before = attribute(situation);
  const after = attribute({ ...situation, players: renumbered });
  const { classes } = ensemble;
  const expected = after.map((_, at) => {
    const row = Math.floor(at / (order.length * classes));
    const player = Math.floor(at / classes) % order.length;
    return before[(row * order.length + order[player]) * classes + (at % classes)];
  });
  expect(table.rows).toBeGreaterThan(0);
  expect(distance(after, expected)).toBeLessThan(tolerance);
}

/** Linearity: the attributions of an ensemble are the sums of those of its trees. */
function expectLinearity(situation: Situation): void {
  const { ensemble, tolerance = ROUNDING } = situation;
  const whole = attribute(situation);
  const sum = new Float64Array(whole.length);
  ensemble.trees.forEach((tree, index) => {
    const alone = { ...ensemble, trees: [tree], treeClass: ensemble.treeClass.slice(index, index + 1) };
    attribute({ ...situation, ensemble: alone }).forEach((value, at) => {
      sum[at] += value;
    });
  });
  expect(distance(whole, sum)).toBeLessThan(tolerance);
}

/** One player who owns every column gets margin - bias. */
function expectGrandPlayer(situation: Situation): void {
  const { ensemble, table, options, tolerance = ROUNDING } = situation;
  const players = groupPlayers(['all'], new Int32Array(table.columns));
  const { bias } = planAttribution(ensemble, players);
  const margins = referenceMargins(ensemble, table);
  const expected = margins.map((margin, at) => margin - bias[at % ensemble.classes]);
  expect(distance(attribute({ ensemble, players, table, options }), expected)).toBeLessThan(tolerance);
}

/** Any cut of the rows into blocks gives the same bytes. */
export function expectBlockInvariance({ ensemble, players, table, options }: Situation, size: number): void {
  const plan = planAttribution(ensemble, players, options);
  const width = players.names.length * ensemble.classes;
  const pieces = new Float64Array(table.rows * width);
  for (let from = 0; from < table.rows; from += size) {
    const to = Math.min(from + size, table.rows);
    attributeRows(plan, table, { from, to }, pieces.subarray(from * width, to * width));
  }
  expect(pieces).toEqual(attribute({ ensemble, players, table, options }));
}

/** Has every law checked by `law`, which draws the situations; rows are cut into blocks of at most `mostRows`. */
export function checkLaws(
  law: (name: string, check: (situation: Situation, random: Random) => void) => void,
  mostRows: number,
): void {
  law('additivity: bias + attributions = margin', (situation) => expectAdditivity(situation));
  law('dummy: a player that is not tested gets 0', (situation) => expectDummy(situation));
  law('symmetry: exchangeable columns get equal shares', (situation) => expectSymmetry(situation, 0, 2));
  law('linearity: an ensemble is the sum of its trees', (situation) => expectLinearity(situation));
  law('one player who owns all gets margin - bias', (situation) => expectGrandPlayer(situation));
  law('rows may be cut into any blocks', (situation, random) =>
    expectBlockInvariance(situation, 1 + random.integer(mostRows)),
  );
  law('rows may stand in any order', (situation, random) =>
    expectRowOrderInvariance(situation, random.shuffle([...Array(situation.table.rows).keys()])),
  );
  law('players may be numbered in any order', (situation, random) =>
    expectPlayerOrderInvariance(situation, random.shuffle([...situation.players.names.keys()])),
  );
}
