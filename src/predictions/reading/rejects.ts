import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';

/** A row of one model that was left out, and why. */
export interface RejectedRow {
  readonly path: string;
  /** physical line for text formats */
  readonly line?: number;
  /** data row from 0 */
  readonly row: number;
  readonly model: string;
  readonly reason: string;
}

/** Rows left out on the user's request, as JSON Lines, one row of one model each. */
export class Rejects {
  readonly #path: string;
  readonly #rows: RejectedRow[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  get count(): number {
    return this.#rows.length;
  }

  add(row: RejectedRow): void {
    this.#rows.push(row);
  }

  /** Write the file; it is written even when nothing was rejected, so that an old one never misleads. */
  async write(): Promise<void> {
    await writeFileAtomic(this.#path, this.#rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}

/** What became of the rows of one model of one file; RELIABILITY 20: every row in is accounted for. */
export interface RowAccount {
  readonly rows: number;
  kept: number;
  /** without a value, opted in */
  missing: number;
  /** with an id that no example has, opted in */
  extra: number;
  rejected: number;
}

/** Throws 'internal' unless rows in = kept + missing + extra + rejected. */
export function checkAccount(account: RowAccount, path: string, model: string): void {
  const { rows, kept, missing, extra, rejected } = account;
  if (rows === kept + missing + extra + rejected) return;
  const parts = `${kept} kept + ${missing} missing + ${extra} extra + ${rejected} rejected`;
  throw new EsciSelectError('internal', `rows of model ${model} do not add up: ${rows} in, ${parts}`, {
    path,
  });
}
