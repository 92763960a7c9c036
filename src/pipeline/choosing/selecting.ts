import type { Protocol } from '../../evaluation/protocol.js';
import { type Audit, type AuditPart, finishAudit } from '../../selection/audit.js';
import type { ResampledContributions } from '../../selection/evidence.js';
import type { Contribution } from '../../selection/rank.js';
import { areFittedAgain, type DrawRange } from '../../selection/refit-shares.js';
import { REFITS } from '../../selection/refits.js';
import type { Selection, SelectionRequest } from '../../selection/select.js';
import { STRATEGIES } from '../../selection/strategies/registry.js';
import { pooledRows } from '../../selection/subset-scorer.js';
import { runTasks, workerModule } from '../../threads/pool.js';
import type { PipelineContext } from '../events.js';
import type { Contributions } from '../files/contributions.js';
import type { LoadedRun } from '../files/load-run.js';
import { modelFeatures } from '../stacking/features.js';
import type { AuditTask } from './audit-task.js';
import { isScoring, keptOf } from './select-evidence.js';
import type {
  EvidenceParts,
  EvidenceRequest,
  KeptCounts,
  KeptTask,
  PartTask,
  RestOfEvidence,
  SelectionEvidence,
  SelectResult,
  SelectTask,
} from './select-task.js';

/** The choice for the deployed ensemble and, when cross-validated, each outer fold's own, made without its rows. */
export interface Selections {
  readonly deployed: Selection;
  readonly folds: readonly Selection[];
  /** of the deployed choice; null unless asked for */
  readonly evidence: SelectionEvidence | null;
}

/** From what is chosen, and what is asked of the choice. */
export interface Choosing {
  readonly loaded: LoadedRun;
  readonly contributions: Contributions;
  readonly request: SelectionRequest;
}

/** How sure the choice is to be told: by how many draws of queries, of which contributions. */
export interface EvidenceOptions {
  readonly resampled: ResampledContributions;
  readonly replicates: number;
  /** whether costly measures of contribution are wanted too */
  readonly measures: boolean;
  /** work of the calling thread that nothing here waits for: it is begun while one other thread ends the evidence */
  readonly meanwhile?: () => Promise<unknown>;
}

/**
 * Chooses for the deployed ensemble, and by the same rules for every outer fold, so that the evaluation covers the
 * choosing too. Floors must be met by the deployed choice only: a fold takes the set that comes nearest.
 *
 * @throws EsciSelectError('infeasible') or ('usage') as selectModels
 */
export async function selectAll(
  { loaded, contributions, request }: Choosing,
  context: PipelineContext,
  evidence: EvidenceOptions | null = null,
): Promise<Selections> {
  const { protocol } = loaded;
  const task = taskMaker(loaded, request);
  const wanted = evidence === null ? undefined : evidenceRequest(loaded, evidence);
  const tasks = [
    { ...task(protocol.trainRows, contributions.models, true), evidence: wanted },
    ...contributions.folds.map((fold, outer) => task(withoutFold(protocol, outer), fold, false)),
  ];
  const refits = evidence !== null || STRATEGIES[request.strategy].refits || request.floors.length > 0;
  const quiet = { ...context, threads: 0, onEvent: undefined };
  const chosen = await selectTasks(tasks, refits ? context : quiet, 'choosing models', evidence?.meanwhile);
  const [deployed, ...folds] = chosen;
  return {
    deployed: deployed.selection,
    folds: folds.map(({ selection }) => selection),
    evidence: deployed.evidence,
  };
}

/** The choice for the deployed ensemble alone, with its evidence: nothing is judged by outer folds. Throws as selectAll. */
export async function selectDeployed(
  { loaded, contributions, request }: Choosing,
  context: PipelineContext,
  evidence: EvidenceOptions,
): Promise<{ readonly deployed: Selection; readonly evidence: SelectionEvidence }> {
  const task = taskMaker(loaded, request)(loaded.protocol.trainRows, contributions.models, true);
  const tasks = [{ ...task, evidence: evidenceRequest(loaded, evidence) }];
  const [{ selection, evidence: found }] = await selectTasks(tasks, context, 'comparing sets of models');
  return { deployed: selection, evidence: found! };
}

/** Parts that draws are counted in, for every thread: the last to end are then short. */
const PARTS_PER_THREAD = 2;
/** What of the evidence is found beside the choice, the longest first. */
const PARTS: readonly PartTask['part'][] = ['sets', 'models'];
/** The same where few rows make pools cheap: there the search without limits is a part too. */
const PARTS_OF_FEW: readonly PartTask['part'][] = ['free', ...PARTS];

/**
 * Makes selections on threads. Where a strategy goes by pools, the parts of the first selection's evidence are tasks of their
 * own: together they take longer than all the rest. So are, where rows are few, the draws, on which pools are then fitted
 * anew, and the search without limits; where rows are many, both need most of the choice's pools, and go with it. The
 * results are the same either way.
 */
async function selectTasks(
  tasks: readonly SelectTask[],
  context: PipelineContext,
  doing: string,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<SelectResult[]> {
  const [deployed, ...folds] = tasks;
  const { evidence, rows, model, request } = deployed;
  const pooled = STRATEGIES[request.strategy].pools === true && !isScoring(deployed);
  const module = workerModule(import.meta.url, 'select.worker');
  if (evidence === undefined || !pooled || context.threads <= 1) {
    return runTasks<SelectTask, SelectResult>(module, tasks, poolOptions(tasks.length, context, doing));
  }
  const few = areFittedAgain(Math.min(rows.length, pooledRows(model.features)));
  const partNames = few ? PARTS_OF_FEW : PARTS;
  const ranges = few ? divided(REFITS, PARTS_PER_THREAD * context.threads) : [];
  const all = [
    { ...deployed, evidence: { ...evidence, apart: { pools: few } } },
    ...ranges.map((range): KeptTask => ({ select: { ...deployed, evidence: undefined }, range })),
    ...partNames.map((part): PartTask => ({ select: deployed, part })),
    ...folds,
  ];
  const run = <Result>(work: readonly unknown[]) =>
    runTasks<unknown, Result>(module, work, poolOptions(work.length, context, doing));
  const [own, ...others] = await run<unknown>(all);
  const { selection, evidence: evidenceFound } = own as SelectResult;
  const counts = others.splice(0, ranges.length) as KeptCounts[];
  const found = partNames.map((part, at) => [part, others[at]]);
  const parts = { free: evidenceFound!.unlimited, ...Object.fromEntries(found) } as EvidenceParts;
  const finish = [{ select: deployed, chosen: selection.kept, parts }];
  const [[rest]] = await Promise.all([run<RestOfEvidence>(finish), meanwhile()]);
  const kept = few ? keptOf(counts) : evidenceFound!;
  return [
    { selection, evidence: { ...evidenceFound!, ...kept, ...rest } },
    ...(others.slice(partNames.length) as SelectResult[]),
  ];
}

/** So many draws in so many parts, as even as can be. */
function divided(draws: number, parts: number): DrawRange[] {
  const count = Math.min(draws, parts);
  const ends = Array.from({ length: count + 1 }, (_, part) => Math.round((part * draws) / count));
  return ends.slice(1).map((end, part) => ({ from: ends[part], draws: end - ends[part] }));
}

function evidenceRequest({ protocol, examples }: LoadedRun, evidence: EvidenceOptions): EvidenceRequest {
  return {
    queries: Int32Array.from(protocol.trainRows, (row) => examples.group[row]),
    contributions: evidence.resampled,
    replicates: evidence.replicates,
    measures: evidence.measures,
  };
}

/**
 * What the choice costs: every strategy, choosing without the evaluation rows, against the best of all sets that fit
 * there. Looks at the evaluation rows, so it comes after the choice and changes nothing in it.
 *
 * @throws EsciSelectError('usage') when there are too many sets to try each
 */
export async function auditAll(
  { loaded, contributions, request }: Choosing,
  context: PipelineContext,
): Promise<Audit> {
  const { protocol, matrix } = loaded;
  const task = taskMaker(loaded, request);
  const nested = protocol.mode === 'cross-validated';
  const tasks: AuditTask[] = nested
    ? contributions.folds.map((fold, outer) => ({
        ...task(withoutFold(protocol, outer), fold, false),
        held: protocol.evaluationRows.filter((row) => protocol.foldOf[row] === outer),
      }))
    : [{ ...task(protocol.trainRows, contributions.models, false), held: protocol.evaluationRows }];
  const parts = await runTasks<AuditTask, AuditPart>(
    workerModule(import.meta.url, 'audit.worker'),
    tasks,
    poolOptions(tasks.length, context, 'auditing'),
  );
  const names = matrix.cards.map(({ name }) => name).filter((name) => !request.forbid.includes(name));
  return finishAudit(parts, names, request.metric, request.strategy);
}

/** The training rows of all folds but one. */
export function withoutFold({ trainRows, foldOf }: Protocol, outer: number): Int32Array {
  return trainRows.filter((row) => foldOf[row] !== outer);
}

/** Makes the tasks of one request: on which rows, by which contributions, and whether floors must be met. */
export function taskMaker({ matrix, examples, protocol }: LoadedRun, request: SelectionRequest) {
  const model = modelFeatures(matrix);
  const locales = numbered(examples.locale);
  return (rows: Int32Array, contributions: readonly Contribution[], strict: boolean): SelectTask => ({
    model,
    labels: examples.label,
    classes: matrix.classes.length,
    rows,
    foldOf: Int16Array.from(rows, (row) => protocol.foldOf[row]),
    queries: Int32Array.from(rows, (row) => examples.group[row]),
    locales: Int32Array.from(rows, (row) => locales[row]),
    contributions: contributions.map(({ model: name, shap, groupShap }) => ({
      model: name,
      shap,
      groupShap,
    })),
    cards: matrix.cards,
    request,
    strict,
  });
}

/** Numbers of texts, in order of first appearance. */
export function numbered(texts: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
}

/** How many sets there will be is not known beforehand, so they are counted; tasks make up the progress. */
export function poolOptions(tasks: number, context: PipelineContext, doing: string) {
  const judged = new Array<number>(tasks).fill(0);
  let finished = 0;
  const tell = () => {
    const scored = judged.reduce((sum, count) => sum + count, 0);
    const message = `${doing}: ${scored} ${scored === 1 ? 'set' : 'sets'} scored`;
    context.onEvent?.({ kind: 'progress', stage: 'select', done: finished, total: tasks, message });
  };
  return {
    threads: context.threads,
    signal: context.signal,
    onProgress: (task: number, value: unknown) => {
      judged[task] = value as number;
      tell();
    },
    onDone: () => {
      finished++;
      tell();
    },
  };
}
