/** What the threads of the door's crew run: rows of a plan that they keep. */
import { measureAdditivity } from '../attribution/additivity.js';
import { attributeGame, encodeRows, type KeptPlan } from '../attribution/game.js';
import { scoreForeign } from '../ensemble/foreign/score.js';
import { EsciSelectError } from '../errors.js';

/** Rows to explain. */
export interface ExplainTask {
  readonly key: string;
  /** the plan, where the thread has not had it yet */
  readonly plan?: KeptPlan;
  /** plans that the thread need not keep any more */
  readonly drop: readonly string[];
  readonly rows: number;
  /** [row][column], in memory that threads share */
  readonly values: Float32Array | Float64Array;
  /** whether margins are scored, and contributions held against them */
  readonly check: boolean;
  readonly double: boolean;
}

/** What came out. */
export interface Explained {
  /** [row][player][output] */
  readonly values: Float32Array | Float64Array;
  /** what is wrong with the sums of a row: 0 where nothing was checked, above 1 more than rounding explains */
  readonly ofRounding: number;
  /** the row of it in the block */
  readonly row: number;
}

const plans = new Map<string, KeptPlan>();

export function run({ key, plan, drop, rows, values, check, double }: ExplainTask): Explained {
  for (const dropped of drop) plans.delete(dropped);
  if (plan !== undefined) plans.set(key, plan);
  const kept = plans.get(key);
  if (kept === undefined) throw new EsciSelectError('internal', `thread has no plan ${key}`);
  const { game, scoring } = kept;
  const features = encodeRows(kept, { rows, values });
  const attributions = attributeGame(game, features);
  const { ofRounding, row } = check
    ? measureAdditivity({
        ...game,
        attributions,
        margins: scoreForeign(scoring, features),
        from: 0,
        to: rows,
      })
    : { ofRounding: 0, row: -1 };
  return { values: double ? attributions : Float32Array.from(attributions), ofRounding, row };
}
