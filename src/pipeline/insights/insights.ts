import type { Examples } from '../../data/examples/examples.js';
import { readTitles } from '../../data/examples/file.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { createRandom } from '../../math/random.js';
import type { ExplainedExample, Insights } from '../../report/insights.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { Decision } from '../../selection/decision.js';
import { CURVE, ENSEMBLE, EXAMPLES, PROBABILITIES, PROTOCOL } from '../files/layout.js';
import { ruleOf } from '../files/rule.js';
import { describeExample } from './examples.js';
import { explainRows } from './explained-rows.js';
import { gatherPredictions, readModel } from './gather.js';
import { type Disagreements, drawSome, findDisagreements } from './pick.js';
import { type RowTable, rowsOf } from './row-table.js';
import { sampleContributions } from './sample.js';
import { trustOf } from './trust.js';

/** Rows that are explained: enough for a tree of rules, few enough that it takes seconds. */
const SAMPLE_ROWS = 1000;
/** Attributions held at once, [row][column][class]: 128 MiB of float64. */
const MOST_VALUES = 1 << 24;
/** Rows drawn of each kind of disagreement, of which as many as are shown are looked for. */
const CANDIDATES = 30;
const SHOWN = 3;

export interface InsightsInput {
  readonly run: RunFolder;
  readonly decision: Decision;
  /** without text */
  readonly examples: Examples;
}

/**
 * What the run's full ensemble does with single rows: contributions on a seeded sample of the evaluation rows, examples
 * where only one of it and the best single model is right, and rules of whom it listens to. The same for the same run.
 * Streams the predictions model by model: memory does not grow with their number.
 */
export async function findInsights({ run, decision, examples }: InsightsInput): Promise<Insights> {
  const protocol = await PROTOCOL.read(run);
  const random = createRandom(run.manifest.seed).fork('report');
  const bestModel = decision.best[decision.constraints.metric];
  const found = await disagreements({ run, decision, examples }, protocol, random.fork('examples'));
  const columns = decision.ranking.length * decision.classes.length;
  const most = Math.max(
    50,
    Math.min(SAMPLE_ROWS, Math.floor(MOST_VALUES / (columns * decision.classes.length))),
  );
  const sample = drawSome(protocol.evaluationRows.length, most, random.fork('sample'));
  const drawn = [...sample, ...found.ensembleRows, ...found.modelRows];
  const table = await explainedTable({ run, decision, examples }, protocol, drawn);
  const sampled = sample.map((_, at) => at);
  return {
    bestModel,
    trainedOn: protocol.mode === 'cross-validated',
    sample: sampleContributions(table, sampled, decision, protocol.evaluationRows.length),
    disagreements: { ensembleRight: found.ensembleRight, modelRight: found.modelRight },
    examples: await shownExamples(run, table, { found, start: sample.length, bestModel }),
    trust: await trustOf(table, sampled, decision, run.manifest.seed),
    ensembleCurve: await CURVE.read(run),
  };
}

async function disagreements(
  { run, decision, examples }: InsightsInput,
  { evaluationRows }: Protocol,
  random: ReturnType<typeof createRandom>,
): Promise<Disagreements> {
  const classes = decision.classes.length;
  const shape = { rows: examples.rows, classes: decision.classes };
  return findDisagreements({
    labels: Int16Array.from(evaluationRows, (row) => examples.label[row]),
    classes,
    ensemble: (await PROBABILITIES.read(run)).answers,
    model: await readModel(run, decision.best[decision.constraints.metric], shape),
    rows: evaluationRows,
    most: CANDIDATES,
    random,
  });
}

async function explainedTable(
  { run, decision, examples }: InsightsInput,
  { evaluationRows }: Protocol,
  drawn: readonly number[],
): Promise<RowTable> {
  const rows = Int32Array.from(drawn, (at) => evaluationRows[at]);
  const ensemble = await ENSEMBLE.read(run);
  const rule = await ruleOf(run, decision.classes.length);
  const matrix = await gatherPredictions(run, { rows: examples.rows, classes: decision.classes }, rows);
  return rowsOf({ rows, matrix, examples, explained: explainRows(ensemble, matrix), offsets: rule.offsets });
}

/**
 * Of the rows drawn the first few that the ensemble explained decides like the ensembles that were scored: where all is
 * cross-validated, these are others.
 */
async function shownExamples(
  run: RunFolder,
  table: RowTable,
  { found, start, bestModel }: { found: Disagreements; start: number; bestModel: string },
): Promise<ExplainedExample[]> {
  const { ensembleRows, modelRows } = found;
  const pick = (count: number, from: number, right: ExplainedExample['right']) =>
    Array.from({ length: count }, (_, at) => from + at)
      .filter((at) => (table.answer(at) === table.label(at)) === (right === 'ensemble'))
      .slice(0, SHOWN)
      .map((at) => ({ at, right }));
  const shown = [
    ...pick(ensembleRows.length, start, 'ensemble'),
    ...pick(modelRows.length, start + ensembleRows.length, 'model'),
  ];
  const titles = await readTitles(
    await EXAMPLES.verified(run),
    table.examples,
    shown.map(({ at }) => table.rows[at]),
  );
  return shown.map(({ at, right }, index) =>
    describeExample(table, { at, right, bestModel, title: titles[index] }),
  );
}
