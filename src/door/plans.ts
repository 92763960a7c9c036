import { columnsOwnPlayers, type KeptPlan, keepPlan } from '../attribution/game.js';
import { groupPlayers } from '../attribution/players.js';
import type { ForeignEnsemble, Iterations } from '../ensemble/foreign/foreign-ensemble.js';
import { parseEnsemble } from '../ensemble/foreign/format.js';
import { EsciSelectError } from '../errors.js';
import { roundsOf } from '../pipeline/foreign/open.js';

/** What a caller needs to know of a model before it can name players and send rows. */
export interface OpenedModel {
  readonly format: string;
  readonly objective: string;
  readonly link: string;
  readonly outputs: number;
  readonly trees: number;
  readonly columns: readonly {
    readonly name: string;
    readonly categorical: boolean;
    readonly levels: unknown;
  }[];
  /** whether doubles that are no float32 are to be sent as doubles: the engine compares doubles */
  readonly comparesDoubles: boolean;
}

/** A plan's facts: [output] the expected margin, and about how many bytes it keeps. */
export interface MadePlan {
  readonly bias: readonly number[];
  readonly players: readonly string[];
  readonly outputs: number;
  readonly bytes: number;
}

/** Models and plans by the caller's keys. The caller alone decides what is dropped: here everything is kept until then. */
export class Plans {
  readonly #models = new Map<string, ForeignEnsemble>();
  readonly #plans = new Map<string, KeptPlan>();

  /** Reads a model. Throws 'model' for what is none, 'usage' where its best round is not its last and nothing was said. */
  open(key: string, bytes: Uint8Array, iterations?: Iterations): OpenedModel {
    // text decoders refuse bytes that other threads could change
    const foreign = roundsOf(parseEnsemble(Uint8Array.from(bytes)), iterations);
    this.#models.set(key, foreign);
    const { format, objective, link, ensemble, columns, thresholds } = foreign;
    return {
      format,
      objective,
      link,
      outputs: ensemble.classes,
      trees: ensemble.trees.length,
      columns: columns.map(({ name, categorical, levels }) => ({ name, categorical, levels })),
      comparesDoubles: thresholds.some((own) => own !== null && own.length > 0),
    };
  }

  /** Plans a game of a model's columns: each its own player, or owned by players. Throws 'internal' for unknown keys. */
  plan(key: string, model: string, players: { names: string[]; ofColumn: number[] } | null): MadePlan {
    const foreign = this.#models.get(model);
    if (foreign === undefined) throw new EsciSelectError('internal', `no model is kept as ${model}`);
    const owners =
      players === null ? columnsOwnPlayers(foreign) : groupPlayers(players.names, players.ofColumn);
    const plan = keepPlan(foreign, owners);
    this.#plans.set(key, plan);
    const { bias, outputs } = plan.game;
    return { bias: [...bias], players: plan.game.players, outputs, bytes: bytesOf(plan) };
  }

  /** Throws 'internal' for a plan that is not kept. */
  get(key: string): KeptPlan {
    const plan = this.#plans.get(key);
    if (plan === undefined) throw new EsciSelectError('internal', `no plan is kept as ${key}`);
    return plan;
  }

  has(key: string): boolean {
    return this.#plans.has(key);
  }

  drop(key: string): void {
    this.#models.delete(key);
    this.#plans.delete(key);
  }
}

/** Bytes of a plan's look-up tables, which are nearly all of it. */
function bytesOf({ game }: KeptPlan): number {
  let bytes = 0;
  for (const group of game.plan.lookup?.groups ?? []) {
    for (const tree of group.trees) bytes += tree.tables.byteLength + tree.program.byteLength;
  }
  return bytes;
}
