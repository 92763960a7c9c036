import { rm } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { readArrow, writeArrow } from '../../io/arrow/read.js';
import { cannotWrite } from '../../io/errors.js';
import { sha256File } from '../../io/hash.js';
import type { Table } from '../../io/table.js';
import type { Behaviours } from './examples.js';

const INDEXES = ['group', 'product'] as const;
const COUNTS = ['impressions', 'clicks', 'adds', 'purchases'] as const;

/** How examples know the behaviours file beside them. */
export interface BehavioursSeal {
  readonly entries: number;
  readonly sha256: string;
}

/** `run/examples.arrow` has its behaviours in `run/examples-behaviours.arrow`. */
export function behavioursPath(examplesPath: string): string {
  return `${examplesPath.replace(/\.arrow$/i, '')}-behaviours.arrow`;
}

/** Writes behaviours as an Arrow IPC file, or removes an older one where there are none. */
export async function writeBehavioursFile(
  path: string,
  behaviours: Behaviours | null,
): Promise<BehavioursSeal | null> {
  if (behaviours === null) {
    await rm(path, { force: true }).catch((error) => {
      throw cannotWrite(path, error);
    });
    return null;
  }
  await writeArrow(
    path,
    [...INDEXES, ...COUNTS].map((name) => ({
      name,
      column: { kind: 'number', values: behaviours[name], missing: null },
    })),
  );
  return { entries: behaviours.entries, sha256: (await sha256File(path)).sha256 };
}

/** Reads behaviours back. Throws 'data' if the file is not the one that the examples were written with. */
export async function readBehavioursFile(path: string, seal: BehavioursSeal): Promise<Behaviours> {
  const { sha256 } = await sha256File(path);
  if (sha256 !== seal.sha256) throw foreign(path);
  const table = await readArrow(path);
  return {
    entries: seal.entries,
    group: Int32Array.from(numbers(table, 'group')),
    product: Int32Array.from(numbers(table, 'product')),
    impressions: Float32Array.from(numbers(table, 'impressions')),
    clicks: Float32Array.from(numbers(table, 'clicks')),
    adds: Float32Array.from(numbers(table, 'adds')),
    purchases: Float32Array.from(numbers(table, 'purchases')),
  };
}

function numbers(table: Table, name: string): ArrayLike<number> {
  const column = table.columns.get(name);
  if (column?.kind !== 'number') throw foreign(table.path);
  return column.values;
}

function foreign(path: string): EsciSelectError {
  return new EsciSelectError('data', 'the behaviours are not those that the examples were written with', {
    path,
    hint: 'run esci-select train again with --force',
  });
}
