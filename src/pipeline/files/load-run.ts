import type { Examples } from '../../data/examples/examples.js';
import { boostingOptions } from '../../ensemble/boosting-options.js';
import type { Protocol } from '../../evaluation/protocol.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { ProtocolSummary } from '../../selection/decision.js';
import { withCosts } from './costs.js';
import { DECLARED_COSTS, EXAMPLES, MEASURED_COSTS, PROTOCOL, SETTINGS } from './layout.js';
import { readPredictions } from './predictions.js';
import { readCostTable } from './run-costs.js';
import type { RunSettings } from './settings.js';

/** A trained run, read back. */
export interface LoadedRun {
  readonly run: RunFolder;
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly protocolKey: string;
  /** cards carry their measured and declared costs */
  readonly matrix: PredictionMatrix;
  readonly settings: RunSettings;
}

/** Reads what later commands need of a run; the examples' text only when asked for. */
export async function loadRun(run: RunFolder, options: { text?: boolean } = {}): Promise<LoadedRun> {
  const saved = await SETTINGS.read(run);
  const { seed, stack = 'trees', decide = 'argmax' } = saved;
  const settings = { seed, stack, decide, boosting: boostingOptions(saved.boosting) };
  const examples = await EXAMPLES.read(run, { text: options.text ?? false });
  const protocol = await PROTOCOL.read(run);
  const matrix = await readPredictions(run, examples);
  const tables = [await readCostTable(run, MEASURED_COSTS), await readCostTable(run, DECLARED_COSTS)];
  return {
    run,
    examples,
    protocol,
    protocolKey: run.manifest.stages.protocol.key,
    matrix: { ...matrix, cards: matrix.cards.map((card) => withCosts(card, ...tables)) },
    settings,
  };
}

/** The protocol in numbers, for decisions and trials. */
export function protocolSummary({ protocol, examples }: LoadedRun): ProtocolSummary {
  return {
    mode: protocol.mode,
    reason: protocol.reason,
    folds: protocol.folds,
    trainRows: protocol.trainRows.length,
    evaluationRows: protocol.evaluationRows.length,
    evaluationQueries: new Set(Array.from(protocol.evaluationRows, (row) => examples.group[row])).size,
  };
}

/** How many queries a decision is judged on. */
export function evaluationQueries({ examples, protocol }: LoadedRun): number {
  return new Set(Array.from(protocol.evaluationRows, (row) => examples.group[row])).size;
}
