import type { TreeEnsemble } from '../ensemble/tree.js';
import { EsciSelectError, quote } from '../errors.js';

/** Who shares a prediction: every column of the table belongs to one player. */
export interface Players {
  readonly names: readonly string[];
  /** [column] index into `names` */
  readonly ofColumn: Int32Array;
}

/**
 * Every column is a player of its own: classic per-feature SHAP.
 *
 * @example
 * import { featurePlayers } from 'esci-select';
 *
 * featurePlayers({ featureNames: ['a', 'b'] }); // => { names: [ 'a', 'b' ], ofColumn: Int32Array(2) [ 0, 1 ] }
 */
export function featurePlayers(ensemble: Pick<TreeEnsemble, 'featureNames'>): Players {
  const names = [...ensemble.featureNames];
  return { names, ofColumn: Int32Array.from(names, (_, column) => column) };
}

/**
 * Columns merged into players, for example a model's class probabilities into that model. A player may own no column
 * (its contribution is 0). Throws 'internal' where names repeat or a column's player does not exist.
 *
 * @example
 * import { groupPlayers } from 'esci-select';
 *
 * // two models that give two class probabilities each
 * groupPlayers(['lexical', 'graph'], [0, 0, 1, 1]).ofColumn; // => Int32Array(4) [ 0, 0, 1, 1 ]
 */
export function groupPlayers(names: readonly string[], ofColumn: ArrayLike<number>): Players {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new EsciSelectError('internal', `player ${quote(name)} is given twice`);
    seen.add(name);
  }
  for (let column = 0; column < ofColumn.length; column++) {
    const player = ofColumn[column];
    if (!Number.isInteger(player) || player < 0 || player >= names.length) {
      throw new EsciSelectError(
        'internal',
        `column ${column} belongs to player ${player}, expected a whole number from 0 to ${names.length - 1}`,
      );
    }
  }
  return { names: [...names], ofColumn: Int32Array.from(ofColumn) };
}
