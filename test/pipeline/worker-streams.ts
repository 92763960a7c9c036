import { tableFromIPC } from 'apache-arrow';
import { ArrowStreamWriter } from '../../src/io/arrow/stream-write.js';
import type { NamedColumn } from '../../src/io/arrow/write.js';
import { sliceColumn } from '../../src/io/table.js';
import {
  type WorkerOptions,
  type WorkerStatistics,
  workerAttribute,
} from '../../src/pipeline/commands/worker-attribute.js';

/** Numbers as float32, null where missing; anything else as text. */
export function columnOf(name: string, values: readonly (number | string | null)[]): NamedColumn {
  if (values.some((value) => typeof value === 'string')) {
    return { name, column: { kind: 'text', values: values as (string | null)[] } };
  }
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  return { name, column: { kind: 'number', values: Float32Array.from(values as number[]), missing } };
}

/** An Arrow IPC stream of columns in batches of so many rows. */
export function streamOf(columns: readonly NamedColumn[], batchRows: number): Uint8Array[] {
  const writer = new ArrowStreamWriter();
  const rows = columns[0].column.values.length;
  const slice = (from: number, to: number) =>
    columns.map(({ name, column }) => ({ name, column: sliceColumn(column, from, to) }));
  const bytes = writer.write(slice(0, 0));
  for (let from = 0; from < rows; from += batchRows) {
    bytes.push(...writer.write(slice(from, Math.min(rows, from + batchRows))));
  }
  return [...bytes, ...writer.finish()];
}

/** Rows of columns in another order. */
export function pick(columns: readonly NamedColumn[], rows: readonly number[]): NamedColumn[] {
  return columns.map(({ name, column }) => {
    if (column.kind === 'text')
      return { name, column: { ...column, values: rows.map((row) => column.values[row]) } };
    if (column.kind !== 'number') throw new Error('not needed');
    const values = Float32Array.from(rows, (row) => column.values[row]);
    const missing = column.missing === null ? null : Uint8Array.from(rows, (row) => column.missing![row]);
    return { name, column: { kind: 'number', values, missing } };
  });
}

export interface WorkerAnswer {
  readonly statistics: WorkerStatistics;
  readonly lines: readonly Record<string, unknown>[];
  readonly names: readonly string[];
}

/** A worker's answer, read by Arrow itself. */
export async function work(options: WorkerOptions, bytes: readonly Uint8Array[]): Promise<WorkerAnswer> {
  const out: Uint8Array[] = [];
  const statistics = await workerAttribute(options, {
    input: inPieces(Buffer.concat(bytes)),
    write: async (piece) => {
      out.push(piece.slice());
    },
  });
  const table = tableFromIPC(Buffer.concat(out));
  return {
    statistics,
    lines: table.toArray().map((row) => row.toJSON()),
    names: table.schema.fields.map(({ name }) => name),
  };
}

/** Bytes in pieces that respect no bounds of messages. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4099) yield bytes.subarray(at, at + 4099);
}

/** A plain `groupBy(quantity, cell).sum`, as JSON in order of the keys. */
export function merged(parts: readonly WorkerAnswer[]): string {
  const sums = new Map<string, { hi: bigint; lo: bigint }>();
  for (const { lines } of parts) {
    for (const { query = '', quantity, cell, hi, lo } of lines) {
      const key = `${query} ${quantity} ${cell}`;
      const known = sums.get(key) ?? { hi: 0n, lo: 0n };
      sums.set(key, { hi: known.hi + (hi as bigint), lo: known.lo + (lo as bigint) });
    }
  }
  const all = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(all.map(([key, { hi, lo }]) => [key, String(hi), String(lo)]));
}
