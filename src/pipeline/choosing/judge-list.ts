import { UNLABELLED } from '../../data/examples/examples.js';
import { readTitles } from '../../data/examples/file.js';
import { scoreMarginsParallel } from '../../ensemble/scoring/parallel.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import { decide } from '../../evaluation/decision-rule.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { softmaxRows } from '../../math/softmax.js';
import { csvText } from '../../report/csv/cells.js';
import type { Decision } from '../../selection/decision.js';
import { type JudgeCandidate, type JudgeList, pairsToJudge } from '../../selection/to-judge.js';
import type { PipelineContext } from '../events.js';
import { ENSEMBLE, EXAMPLES, PRUNED_ENSEMBLE } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import { keepModels, type ModelFeatures, modelFeatures } from '../stacking/features.js';
import { stackRun } from '../stacking/run-stacks.js';
import { ruleSingles } from './best-singles.js';

/** Pairs listed at most. */
const MOST_PAIRS = 200;

/**
 * Writes the pairs of query and product on which the candidate sets (kept, best, all models, the best single model) disagree
 * most, as a CSV to hand to annotators: what each answers, never the label. Unjudged pairs, or, where there are none, judged
 * ones for a second judgement.
 *
 * @throws EsciSelectError('io') when the file cannot be written
 */
export async function writeJudgeList(
  path: string,
  loaded: LoadedRun,
  decision: Decision,
  context: PipelineContext,
): Promise<JudgeList> {
  const { examples, matrix } = loaded;
  const candidates = await candidatesOf(loaded, decision, context);
  const judged = Array.from(examples.label, (label) => label !== UNLABELLED);
  const list = pairsToJudge(candidates, matrix.classes.length, judged, MOST_PAIRS);
  const rows = list.pairs.map(({ row }) => row);
  const titles = await readTitles(await EXAMPLES.verified(loaded.run), examples, rows);
  const header = [
    'query',
    'product_id',
    'locale',
    'title',
    ...candidates.map(({ name }) => name),
    'disagreement',
  ];
  const lines = list.pairs.map(({ row, answers, disagreement }, at) => [
    examples.query[row],
    examples.productId[row],
    examples.locale[row],
    titles[at] ?? '',
    ...answers.map((answer) => matrix.classes[answer]),
    Math.round(disagreement * 1e4) / 1e4,
  ]);
  await writeFileAtomic(path, csvText(header, lines));
  return list;
}

async function candidatesOf(
  loaded: LoadedRun,
  decision: Decision,
  context: PipelineContext,
): Promise<JudgeCandidate[]> {
  const { run } = loaded;
  const all = modelFeatures(loaded.matrix);
  const { full, pruned } = decision.ensembles!;
  const said = (name: string, ensemble: TreeEnsemble, models: ModelFeatures, offsets: readonly number[]) =>
    candidateOf({ name, ensemble, models, offsets }, context.threads);
  const candidates = [
    await said('kept', await PRUNED_ENSEMBLE.read(run), keepModels(all, decision.kept), pruned.rule.offsets),
    await said('all models', await ENSEMBLE.read(run), all, full.rule.offsets),
    bestSingle(loaded, decision),
  ];
  const best = decision.bestSet?.models ?? decision.kept;
  if (best.length !== decision.kept.length || best.some((model) => !decision.kept.includes(model))) {
    const protocol = { ...loaded.protocol, mode: 'holdout' as const, evaluationRows: new Int32Array() };
    const request = { attribute: false, keep: { deployed: best, folds: [] }, stage: 'rank' };
    const { deployed } = await stackRun({ ...loaded, protocol }, request, context);
    const { ensemble, chosen } = deployed;
    candidates.splice(1, 0, await said('best', ensemble, keepModels(all, best), chosen.rule.offsets));
  }
  return candidates;
}

interface CandidateEnsemble {
  readonly name: string;
  readonly ensemble: TreeEnsemble;
  readonly models: ModelFeatures;
  readonly offsets: readonly number[];
}

async function candidateOf(
  { name, ensemble, models, offsets }: CandidateEnsemble,
  threads: number,
): Promise<JudgeCandidate> {
  const margins = await scoreMarginsParallel(ensemble, models.features, { threads });
  const { classes } = ensemble;
  return { name, probabilities: softmaxRows(margins, classes), answers: decide(margins, classes, offsets) };
}

/** The best single model by the decision's metric, of all rows. */
function bestSingle(loaded: LoadedRun, { bestSingles, constraints, decide: rule }: Decision): JudgeCandidate {
  const wanted = bestSingles!.find(({ score }) => score === constraints.metric) ?? bestSingles![0];
  const [name] = wanted.models;
  const everyRow = Int32Array.from(loaded.examples.id.keys());
  const protocol = { ...loaded.protocol, mode: 'holdout' as const, evaluationRows: everyRow };
  const place = loaded.matrix.cards.findIndex((card) => card.name === name);
  const { ruled } = ruleSingles({ ...loaded, protocol, decide: rule!, seed: loaded.settings.seed });
  return { name, probabilities: ruled[place].probabilities, answers: ruled[place].answers };
}
