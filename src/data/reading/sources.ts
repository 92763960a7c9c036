import { readTable } from '../../io/read.js';
import { textAt } from '../../io/table.js';
import { countOf } from '../checks/findings.js';
import { findColumn, missingColumn } from '../examples/columns.js';
import type { Finding } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import type { DataFile } from './example-columns.js';
import { wholeNumberIds } from './row-identity.js';

/**
 * Where each query came from, [row], by joining the sources files on query ids; null if nothing matches. `groupOf` gives
 * the group of a query id, `group` that of a row.
 */
export async function readSources(
  files: readonly DataFile[],
  groupOf: ReadonlyMap<string, number>,
  group: Int32Array,
  options: LoadOptions,
): Promise<{ source: (string | null)[] | null; findings: Finding[] }> {
  const byGroup = new Map<number, string>();
  let conflicting = 0;
  for (const file of files) {
    const idName = findColumn(file.columns, 'queryId');
    const sourceName = findColumn(file.columns, 'source');
    if (idName === undefined || sourceName === undefined) {
      throw missingColumn('query_id', file.columns, file.path, 'a sources file has query_id and source');
    }
    const table = await readTable(file.path, {
      columns: (name) => name === idName || name === sourceName,
      delimiter: options.delimiter,
      memoryLimit: options.memoryLimit,
      maxUnpacked: options.maxUnpacked,
    });
    const [ids, sources] = [idName, sourceName].map((name) => {
      const column = table.columns.get(name);
      return Array.from({ length: table.rows }, (_, row) =>
        column === undefined ? null : textAt(column, row),
      );
    });
    wholeNumberIds(ids);
    for (let row = 0; row < table.rows; row++) {
      const index = groupOf.get(ids[row] ?? '');
      const source = sources[row];
      if (index === undefined || source === null || source === '') continue;
      if (byGroup.has(index) && byGroup.get(index) !== source) conflicting++;
      else byGroup.set(index, source);
    }
  }
  if (files.length === 0) return { source: null, findings: [] };
  const source = byGroup.size === 0 ? null : Array.from(group, (index) => byGroup.get(index) ?? null);
  return { source, findings: sourceFindings(byGroup.size, groupOf.size, conflicting) };
}

function sourceFindings(known: number, queries: number, conflicting: number): Finding[] {
  const findings: Finding[] = [
    {
      severity: known < queries ? 'warning' : 'note',
      code: 'query-sources',
      message: `the source is known of ${countOf(known, 'query', 'queries')} of ${countOf(queries, 'query id')}`,
      count: known,
    },
  ];
  if (conflicting > 0) {
    const message = `${countOf(conflicting, 'row')} give a query another source than an earlier row, which counts`;
    findings.push({ severity: 'warning', code: 'conflicting-source', message, count: conflicting });
  }
  return findings;
}
