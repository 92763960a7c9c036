import { runTasks, workerModule } from '../kernels/pool.js';
import type { Contribution } from '../selection/rank.js';
import type { Selection, SelectionRequest } from '../selection/select.js';
import { STRATEGIES } from '../selection/strategies/registry.js';
import type { Contributions } from './contributions.js';
import type { PipelineContext } from './events.js';
import { modelFeatures } from './features.js';
import type { LoadedRun } from './load-run.js';
import type { SelectTask } from './select-task.js';

/** The choice for the deployed ensemble and, when cross-validated, each outer fold's own, made without its rows. */
export interface Selections {
  readonly deployed: Selection;
  readonly folds: readonly Selection[];
}

/**
 * Chooses for the deployed ensemble, and by the same rules for every outer fold, so that the evaluation covers the
 * choosing too. Floors must be met by the deployed choice only: a fold takes the set that comes nearest.
 *
 * @throws EsciSelectError('infeasible') or ('usage') as selectModels
 */
export async function selectAll(
  loaded: LoadedRun,
  contributions: Contributions,
  request: SelectionRequest,
  context: PipelineContext,
): Promise<Selections> {
  const { protocol } = loaded;
  const task = taskMaker(loaded, request);
  const tasks = [
    task(protocol.trainRows, contributions.models, true),
    ...contributions.folds.map((fold, outer) =>
      task(
        protocol.trainRows.filter((row) => protocol.foldOf[row] !== outer),
        fold,
        false,
      ),
    ),
  ];
  const [deployed, ...folds] = await runTasks<SelectTask, Selection>(
    workerModule(import.meta.url, 'select.worker'),
    tasks,
    poolOptions(tasks.length, request, context),
  );
  return { deployed, folds };
}

function taskMaker({ matrix, examples, protocol }: LoadedRun, request: SelectionRequest) {
  const model = modelFeatures(matrix);
  return (rows: Int32Array, contributions: readonly Contribution[], strict: boolean): SelectTask => ({
    model,
    labels: examples.label,
    classes: matrix.classes.length,
    rows,
    foldOf: Int16Array.from(rows, (row) => protocol.foldOf[row]),
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

/** Worker threads only where ensembles are fitted; how many there will be is not known, so steps are counted. */
function poolOptions(tasks: number, request: SelectionRequest, context: PipelineContext) {
  const refits = STRATEGIES[request.strategy].refits || request.floors.length > 0;
  const scored = new Array<number>(tasks).fill(0);
  let finished = 0;
  const tell = () => {
    const fitted = scored.reduce((sum, count) => sum + count, 0);
    const message = `choosing models: ${fitted} sets scored`;
    context.onEvent?.({ kind: 'progress', stage: 'select', done: finished, total: tasks, message });
  };
  return {
    threads: refits ? context.threads : 0,
    signal: context.signal,
    onProgress: (task: number, value: unknown) => {
      scored[task] = value as number;
      tell();
    },
    onDone: () => {
      finished++;
      if (refits) tell();
    },
  };
}
