import type { Table } from '../../io/table.js';
import type { ClassReading } from '../layout/class-order.js';

/** A table in which every prediction is a number or a word of its own, and what had to be done for that. */
export interface PreparedTable {
  readonly table: Table;
  readonly notes: readonly string[];
}

/** Nothing yet. */
export function prepareTable(
  table: Table,
  _classes: readonly string[],
  _readings: readonly ClassReading[],
  _order: readonly number[] | null,
): PreparedTable {
  return { table, notes: [] };
}
