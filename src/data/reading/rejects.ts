import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { textAt } from '../../io/table.js';
import { countOf } from '../checks/findings.js';
import type { RowProblems } from '../checks/problems.js';
import type { Finding } from '../examples/examples.js';
import { fileOfRow, placeOfRow, type Rows } from './rows.js';

/**
 * Leaves out the bad rows and writes them to `path`, one JSON object per line: path, line or row, problem, and the values
 * that were read. Returns the rows kept; kept + rejected = rows in is asserted. Throws 'io' if the file cannot be written.
 */
export async function rejectRows(
  path: string,
  rows: Rows,
  selected: Int32Array,
  problems: RowProblems,
): Promise<{ kept: Int32Array; finding: Finding }> {
  const kept = selected.filter((row) => !problems.has(row));
  const bad = problems.rows();
  if (kept.length + bad.length !== selected.length) {
    throw new EsciSelectError(
      'internal',
      `${kept.length} rows kept and ${bad.length} rejected of ${selected.length}`,
    );
  }
  const lines = bad.map(([row, problem]) =>
    JSON.stringify({ ...placeOfRow(rows, row), problem, values: valuesOf(rows, row) }),
  );
  await writeFileAtomic(path, lines.map((line) => `${line}\n`).join(''));
  if (kept.length === 0) {
    throw new EsciSelectError('data', `all ${countOf(bad.length, 'row')} were rejected`, {
      path: rows.tables[0].path,
      hint: 'the rejects file says why',
    });
  }
  const message = `${countOf(bad.length, 'row')} of ${countOf(selected.length, 'row')} left out for errors as asked`;
  return {
    kept,
    finding: { severity: bad.length > 0 ? 'warning' : 'note', code: 'rejected', message, count: bad.length },
  };
}

function valuesOf(rows: Rows, row: number): Record<string, string | null> {
  const file = fileOfRow(rows, row);
  const values: Record<string, string | null> = Object.create(null);
  for (const [name, column] of rows.tables[file].columns)
    values[name] = textAt(column, row - rows.first[file]);
  return values;
}
