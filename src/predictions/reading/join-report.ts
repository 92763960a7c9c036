import type { Examples, Finding } from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import type { Table } from '../../io/table.js';
import type { JoinReading, JoinReport } from '../file-reading.js';
import type { LayoutContext, ModelColumns } from '../layout/column-layout.js';
import { answersAt, percent, sampleRows, shareRight } from '../layout/spot-check.js';
import type { Alignment } from './alignment.js';
import { type Candidate, shownColumn } from './indexes.js';

/** Another key that would score this much more makes a join doubtful. */
const DOUBTFUL = 0.1;

/** What a table's first model answers in a sample of rows, and how often that is right under a join. */
export function spotCheck(
  table: Table,
  model: ModelColumns,
  context: Pick<LayoutContext, 'classes' | 'match'>,
  label: Examples['label'],
): (candidate: Pick<Candidate, 'locate'>) => { right: number | null; joined: number; rows: number } {
  const rows = sampleRows(table.rows);
  const answers = answersAt(table, model, rows, context);
  return (candidate) => {
    const targets = candidate.locate(table, rows);
    const joined = targets.reduce((count, target) => count + (target >= 0 ? 1 : 0), 0);
    return { right: shareRight(answers, targets, label), joined, rows: rows.length };
  };
}

/** The report of one file's join. */
export function reportJoin(
  table: Table,
  alignment: Alignment,
  examples: Examples,
  check: ReturnType<typeof spotCheck>,
): JoinReport {
  const { columns, of, why, targets } = alignment;
  let joined = 0;
  for (let row = 0; row < targets.length; row++) if (targets[row] >= 0) joined++;
  const locate: Candidate['locate'] = (_, rows) =>
    rows === null ? targets : Int32Array.from(rows, (row) => targets[row]);
  const { right } = check({ locate });
  const taken = { columns, of, why, rows: table.rows, joined, examples: examples.rows, right };
  const others = alignment.others.map((other) => {
    const seen = check(other);
    return { ...taken, columns: other.columns, of: other.of, why: 'not taken', ...seen };
  });
  return { path: table.path, taken, others };
}

/** How files were joined, those alike in one note, and a warning for each that another key would serve far better. */
export function joinFindings(reports: readonly JoinReport[]): Finding[] {
  const alike = new Map<string, JoinReport[]>();
  for (const report of reports) {
    if (report.taken.columns.length === 0) continue;
    const key = [report.taken.columns.join(), report.taken.of, report.taken.why].join('\u0000');
    alike.set(key, [...(alike.get(key) ?? []), report]);
  }
  const notes = [...alike.values()].map((same): Finding => {
    const files = same.length === 1 ? '' : ` in each of ${same.length} files`;
    return {
      severity: 'note',
      code: 'import-join',
      message: `${sentence(same)}${files}`,
      count: same.length,
      places: same.slice(0, 3).map(({ path }) => ({ path })),
    };
  });
  return [...notes, ...reports.flatMap(doubtful)];
}

function sentence(same: readonly JoinReport[]): string {
  const [{ taken }] = same;
  const is = taken.columns.length > 1 ? 'are' : 'is';
  const by = `${taken.columns.map(quote).join(' and ')} ${is} matched with ${taken.of} (${taken.why})`;
  const joined = `${range(same.map((each) => each.taken.joined))} of ${range(same.map((each) => each.taken.rows))} rows are among the ${taken.examples} examples`;
  const shares = same.flatMap((each) => each.taken.right ?? []);
  const right =
    shares.length === 0 ? '' : `; right on ${range(shares.map(percent))} of the labelled rows looked at`;
  const others = same.flatMap((each) => each.others.filter((other) => other.right !== null));
  const next = others.filter((other) => other.columns.join() === others[0].columns.join());
  const instead =
    next.length === 0
      ? ''
      : `, by ${next[0].columns.map(shownColumn).join(' and ')} it would be ${range(next.map((other) => percent(other.right!)))}`;
  return `${by}: ${joined}${right}${instead}`;
}

/** `3`, or `3 to 5`. */
function range(values: readonly (number | string)[]): string {
  const sorted = [...values].sort((a, b) => Number.parseFloat(String(a)) - Number.parseFloat(String(b)));
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  return low === high ? String(low) : `${low} to ${high}`;
}

function doubtful({ path, taken, others }: JoinReport): Finding[] {
  const better = others.find(
    ({ right }) => right !== null && taken.right !== null && right > taken.right + DOUBTFUL,
  );
  if (better === undefined) return [];
  const shown = (key: JoinReading) => `${key.columns.map(shownColumn).join(' and ')} (${key.of})`;
  return [
    {
      severity: 'warning',
      code: 'doubtful-join',
      message: `joined by ${shown(taken)} the file is right on ${percent(taken.right!)}, by ${shown(better)} it would be on ${percent(better.right!)}`,
      count: taken.rows,
      places: [{ path }],
      hint: `if its rows belong to the examples by the latter, give --key ${better.columns.map((name) => name || "''").join(',')}`,
    },
  ];
}
