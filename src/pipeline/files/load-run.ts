import type { Examples } from '../../data/examples/examples.js';
import { readExamples } from '../../data/examples/file.js';
import type { Protocol } from '../../evaluation/protocol.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { ProtocolSummary } from '../../selection/decision.js';
import { EXAMPLES_FILE } from '../stages/data.js';
import { readPredictions } from '../stages/import.js';
import { PROTOCOL_FILE } from '../stages/protocol.js';
import { DECLARED_FILE, MEASURED_FILE, readCostTable, withCosts } from './measured.js';
import { readProtocol } from './protocol.js';
import { type RunSettings, readSettings } from './settings.js';

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
  const settings = await readSettings(run);
  const examples = await readExamples(run.file(EXAMPLES_FILE), { text: options.text ?? false });
  const protocol = await readProtocol(run.file(PROTOCOL_FILE));
  const matrix = await readPredictions(run, examples);
  const tables = [await readCostTable(run.file(MEASURED_FILE)), await readCostTable(run.file(DECLARED_FILE))];
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
