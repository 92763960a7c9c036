import type {
  FileReading,
  JoinReading,
  PredictionInspection,
} from '../pipeline/commands/inspect-predictions.js';
import { count } from '../report/format.js';
import { renderFinding } from './inspection.js';
import { plain } from './text.js';

/** `data inspect --predictions` for people: of each file the key, the columns of every model, and why. */
export function renderPredictions({ files, findings }: PredictionInspection): string {
  const shown = findings.filter(({ code }) => code !== 'import-layout' && code !== 'import-join');
  return [...files.map(renderFile), ...shown.map(renderFinding)].join('\n');
}

function renderFile({ path, rows, join, models, ignored, notes }: FileReading): string {
  const lines = [
    `${plain(path)}: ${count(rows)} rows`,
    `  key      ${renderJoin(join.taken)}: ${join.taken.why}`,
    ...join.others.map((other) => `  not key  ${renderJoin(other)}`),
    ...models.flatMap(({ model, kind, columns }) => [
      `  model    ${plain(model ?? 'as its column names it')} (${kind})`,
      ...columns.map(({ column, holds }) => `           ${name(column)} is ${plain(holds)}`),
    ]),
    ...(ignored.length === 0 ? [] : [`  ignored  ${ignored.map(name).join(', ')}`]),
    ...notes.map((note) => `  note     ${plain(note)}`),
  ];
  return lines.join('\n');
}

function renderJoin({ columns, of, joined, rows, right }: JoinReading): string {
  const by = columns.length === 0 ? 'position' : columns.map(name).join(' and ');
  const share = right === null ? '' : `, right on ${(100 * right).toFixed(1)}%`;
  return `${by} matched with ${plain(of)}, ${count(joined)} of ${count(rows)} rows are examples${share}`;
}

function name(column: string): string {
  return column === '' ? '(no name)' : `'${plain(column)}'`;
}
