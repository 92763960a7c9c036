import type { Protocol } from '../../evaluation/protocol.js';
import { writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';
import { metadataOf, numbersOf, readOwnTable } from './arrow-columns.js';

const TRAIN = 1;
const EVALUATE = 2;

/** Saves a protocol as Arrow: columns role (1 train, 2 evaluate, 3 both) and fold, [row]. */
export async function writeProtocol(path: string, protocol: Protocol): Promise<void> {
  const role = new Int32Array(protocol.foldOf.length);
  for (const row of protocol.trainRows) role[row] |= TRAIN;
  for (const row of protocol.evaluationRows) role[row] |= EVALUATE;
  const columns = [
    { name: 'role', column: numbers(role) },
    { name: 'fold', column: numbers(Int32Array.from(protocol.foldOf)) },
  ];
  const { mode, reason, folds } = protocol;
  await writeArrow(path, columns, new Map([['protocol', JSON.stringify({ mode, reason, folds })]]));
}

type Head = Pick<Protocol, 'mode' | 'reason' | 'folds'>;

/** Reads what `writeProtocol` wrote. Throws 'data' where it is something else. */
export async function readProtocol(path: string): Promise<Protocol> {
  const own = await readOwnTable(path);
  const { table } = own;
  const head = metadataOf(own, 'protocol', isHead);
  const role = numbersOf(own, 'role');
  const fold = numbersOf(own, 'fold');
  const having = (bit: number) => {
    const rows = new Int32Array(table.rows);
    let count = 0;
    for (let row = 0; row < table.rows; row++) if ((role[row] & bit) !== 0) rows[count++] = row;
    return rows.slice(0, count);
  };
  return {
    ...head,
    trainRows: having(TRAIN),
    evaluationRows: having(EVALUATE),
    foldOf: Int16Array.from(fold),
  };
}

function isHead(value: unknown): value is Head {
  const { mode, reason, folds } = (value ?? {}) as Partial<Record<keyof Head, unknown>>;
  const known = mode === 'holdout' || mode === 'cross-validated';
  return known && typeof reason === 'string' && Number.isInteger(folds);
}

function numbers(values: Int32Array): NumberColumn {
  return { kind: 'number', values, missing: null };
}
