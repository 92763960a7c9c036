import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { type PairedResults, pairedIntervals, sameRows, scoresOf } from '../../evaluation/paired.js';
import { pairedClassInterval } from '../../evaluation/paired-classes.js';
import { blocking } from '../../io/blocking.js';
import { readReason, systemCode } from '../../io/errors.js';
import { compareReports, type PairedIntervals } from '../../report/compare.js';
import type { ComparedReports, GateResult } from '../../report/comparison.js';
import { checkGate, type Judged } from '../../report/gates/check.js';
import { parseGatesFile } from '../../report/gates/file.js';
import type { ClassGate, Gate } from '../../report/gates/gate.js';
import { parseGate } from '../../report/gates/parse.js';
import { parsePaired } from '../../report/paired-file.js';
import type { Report } from '../../report/report.js';
import { parseReport } from '../../report/schemas/report.js';
import { comparisonLines } from '../../report/tables.js';
import { RunFolder } from '../../run/run-folder.js';
import { PAIRED_RESULTS } from '../files/layout.js';
import { isForeignRun } from '../foreign/run.js';
import { reportOfRun } from './report.js';
import { notCompared } from './report-foreign.js';

/** What to compare, and when that fails. */
export interface CompareOptions {
  /** a report.json, a folder that holds one, or a run */
  readonly base: string;
  readonly next: string;
  /** gates such as `macroF1 drop > 0.005` */
  readonly gates?: readonly string[];
  /** JSON files of gates */
  readonly gateFiles?: readonly string[];
}

/**
 * Compares two reports and checks gates. Intervals are paired where both have their results per query (a run has; a
 * report.json where paired.json lies beside it) on the same rows.
 *
 * @throws EsciSelectError('usage') on a gate that cannot be read, 'data' on a file that is no report, 'io' without a file
 *
 * @example
 * import { compare } from 'esci-select';
 *
 * // a folder of `report`, and a run
 * const { gates } = await compare({ base: 'my-report', next: 'my-run', gates: ['macroF1 drop > 0.005'] });
 * gates.map(({ failed }) => failed); // => [ false ]
 */
export async function compare(options: CompareOptions): Promise<ComparedReports> {
  const gates = await allGates(options);
  const base = await readSide(options.base);
  const next = await readSide(options.next);
  const { paired, caution } = pair(base, next);
  const comparison = compareReports(base.report, next.report, paired);
  const judged: Judged = {
    next: next.report,
    earlier: { base: base.report, comparison },
    classInterval: caution.length > 0 ? undefined : (gate) => classInterval(gate, base, next),
  };
  return {
    ...comparison,
    cautions: [...comparison.cautions, ...caution],
    gates: gates.map((gate) => checkGate(gate, judged)),
  };
}

/** What to judge without an earlier report. */
export interface JudgeOptions extends Pick<CompareOptions, 'gates' | 'gateFiles'> {
  /** a report.json, a folder that holds one, or a run */
  readonly next: string;
  /** passes over gates that compare with an earlier report, instead of refusing them */
  readonly mayLackBaseline?: boolean;
}

/**
 * Checks gates on one report by itself: levels of scores, classes, locales and costs, and the models kept.
 *
 * @throws EsciSelectError('usage') on a gate that cannot be read or compares with an earlier report
 *
 * @example
 * import { judge } from 'esci-select';
 *
 * const [gate] = await judge({ next: 'my-run', gates: ['macroF1 < 0.05'] });
 * gate.failed; // => false
 */
export async function judge(options: JudgeOptions): Promise<GateResult[]> {
  const gates = await allGates(options);
  const { report } = await readSide(options.next);
  const { mayLackBaseline } = options;
  return gates.map((gate) => checkGate(gate, { next: report, earlier: null, mayLackBaseline }));
}

function classInterval(gate: ClassGate, base: Side, next: Side) {
  const { decision, reproduction } = next.report;
  const { predictor, score } = gate;
  const of = { predictor, score, class: decision.classes.indexOf(gate.class) };
  if (of.class < 0) return null;
  const options = { replicates: decision.replicates, seed: reproduction.seed };
  return pairedClassInterval(base.paired!, next.paired!, of, options);
}

async function allGates({ gates, gateFiles }: Pick<CompareOptions, 'gates' | 'gateFiles'>): Promise<Gate[]> {
  const all = (gates ?? []).map(parseGate);
  for (const path of gateFiles ?? []) all.push(...parseGatesFile(await readGiven(path, GATES_HINT), path));
  return all;
}

/** A report, and its results per query where they were kept. */
interface Side {
  readonly report: Report;
  readonly paired: PairedResults | null;
}

const REPORT_HINT = 'give a report.json, its folder, or a run folder';
const GATES_HINT = 'give a JSON file such as {"gates": ["macroF1 drop > 0.005"]}';

async function readSide(path: string): Promise<Side> {
  if (await isThere(join(path, 'run.json'))) {
    const run = await RunFolder.open(path);
    if (isForeignRun(run)) throw notCompared(path);
    const paired = PAIRED_RESULTS.isIn(run) ? await PAIRED_RESULTS.read(run) : null;
    return { report: await reportOfRun(path), paired };
  }
  const file = (await isThere(join(path, 'report.json'))) ? join(path, 'report.json') : path;
  const text = await readGiven(file, REPORT_HINT);
  const report = await blocking(() => parseReport(text, file));
  return { report, paired: await readPaired(join(dirname(file), 'paired.json')) };
}

async function readPaired(path: string): Promise<PairedResults | null> {
  if (!(await isThere(path))) return null;
  const text = await readFile(path, 'utf8');
  return blocking(() => parsePaired(text, path));
}

/** Paired intervals where there can be any, and a caution where there could not. */
function pair(base: Side, next: Side): { paired: PairedIntervals; caution: string[] } {
  const none = (why: string) => ({ paired: new Map(), caution: [why] });
  if (base.paired === null || next.paired === null) {
    const which =
      base.paired === next.paired ? 'neither report has' : `the ${base.paired ? 'new' : 'base'} report lacks`;
    return none(
      `${which} results per query, so intervals are not paired (compare run folders, or reports written with --format json,paired)`,
    );
  }
  if (!sameRows(base.paired, next.paired))
    return none('the two were judged on different rows or labels, so intervals are not paired');
  const stray = [base, next].find((side) => !belongs(side.paired!, side.report));
  if (stray !== undefined) {
    const which = stray === base ? 'base' : 'new';
    return none(
      `results per query beside the ${which} report are of another report, so intervals are not paired`,
    );
  }
  const { replicates } = next.report.decision;
  const { seed } = next.report.reproduction;
  return { paired: pairedIntervals(base.paired, next.paired, { replicates, seed }), caution: [] };
}

/** Whether results per query add up to the scores of the report: files of two runs may lie side by side. */
function belongs(paired: PairedResults, { decision }: Report): boolean {
  const scores = scoresOf(paired);
  return comparisonLines(decision).every(({ name, evaluation }) => {
    const { accuracy, logLoss } = scores.get(name) ?? { accuracy: -1, logLoss: -1 };
    return (
      evaluation.rows === 0 || (close(accuracy, evaluation.accuracy) && close(logLoss, evaluation.logLoss))
    );
  });
}

function close(a: number, b: number | null): boolean {
  return b !== null && Math.abs(a - b) <= 1e-9;
}

async function readGiven(path: string, hint: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const what =
      systemCode(cause) === 'EISDIR'
        ? 'folder holds no run.json and no report.json'
        : `cannot read: ${readReason(cause)}`;
    throw new EsciSelectError('io', what, { path, hint, cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
