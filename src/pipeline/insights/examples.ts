import { argmaxAt } from '../../math/softmax.js';
import type { ExplainedExample } from '../../report/insights.js';
import type { RowTable } from './row-table.js';

interface ShownRow {
  readonly at: number;
  readonly right: ExplainedExample['right'];
  readonly bestModel: string;
  readonly title: string | null;
}

/** One row as the report shows it: who answered what, and the log-odds of the one answer over the other in parts. */
export function describeExample(
  table: RowTable,
  { at, right, bestModel, title }: ShownRow,
): ExplainedExample {
  const { examples, matrix } = table;
  const { classes, cards, values } = matrix;
  const row = table.rows[at];
  const best = cards.findIndex(({ name }) => name === bestModel);
  const ensemble = table.answer(at);
  const other = argmaxAt(values, (at * cards.length + best) * classes.length, classes.length);
  const margin = table.margin(at, ensemble) - table.margin(at, other);
  const parts = cards.map(({ name }, model) => ({
    model: name,
    contribution: table.contribution(at, model, ensemble) - table.contribution(at, model, other),
  }));
  return {
    right,
    id: examples.id[row],
    query: examples.query[row],
    title,
    locale: examples.locale[row],
    label: classes[table.label(at)],
    ensemble: classes[ensemble],
    model: classes[other],
    rule: table.offset(ensemble) - table.offset(other),
    bias: margin - parts.reduce((sum, { contribution }) => sum + contribution, 0),
    margin,
    parts: parts.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}
