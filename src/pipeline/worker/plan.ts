import { type Attributor, createAttributor } from '../../attribution/attributor.js';
import { groupPlayers } from '../../attribution/players.js';
import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { atPath } from '../../errors.js';
import type { Emitted, Flush } from '../emitted.js';
import { judgedClasses, outputNames } from '../foreign/outputs.js';
import { columnsAsPlayers, type EnsemblePlayers, readPlayers } from '../foreign/players-file.js';
import { type Emitter, emitterOf } from './emitters.js';
import type { InputLayout } from './input-rows.js';
import { Judge } from './judging.js';

/** A worker's model and what it gives back. */
export interface WorkerOptions {
  readonly ensemble: string;
  /** without it every column is a player */
  readonly players?: string;
  readonly iterations?: 'all' | 'best';
  readonly emit: Emitted;
  readonly flush: Flush;
  /** columns that are no features: label, queryId, and id, which is given back with rows */
  readonly columns?: ReadonlyMap<string, string>;
  /** replicates of the Poisson bootstrap over queries; 0 for none */
  readonly bootstrap: number;
  readonly seed: number;
}

/** Everything that is made once, when the columns of the rows are known. */
export interface WorkerPlan {
  readonly layout: InputLayout;
  readonly players: EnsemblePlayers;
  readonly attributor: Attributor;
  readonly judge: Judge | null;
  readonly emitter: Emitter;
}

/** Plans the attribution of rows of a layout. Throws 'usage' where players or classes do not fit the model. */
export async function planWorker(
  { ensemble, players: path, columns, bootstrap, seed, emit }: WorkerOptions,
  foreign: ForeignEnsemble,
  layout: InputLayout,
): Promise<WorkerPlan> {
  const players =
    path === undefined
      ? columnsAsPlayers(foreign.columns)
      : await readPlayers(path, foreign.columns, layout.names);
  const outputs = outputNames(foreign, players.classes, path);
  const names = players.players.map(({ name }) => name);
  const owners = groupPlayers(names, players.ofColumn);
  const attributor = atPath(ensemble, () => createAttributor(foreign, owners));
  const label = columns?.get('label');
  const classes = label === undefined ? null : judgedClasses({ players, foreign, outputs });
  const model = { attributor, outputs, classes, bootstrap: { replicates: bootstrap, seed } };
  return {
    layout,
    players,
    attributor,
    judge: classes === null ? null : new Judge(foreign, classes, label!),
    emitter: emitterOf(emit, model),
  };
}
