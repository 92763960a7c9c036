import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EsciSelectError } from '../errors.js';
import { compareReports, type ReportComparison } from '../report/compare.js';
import { checkGate, type GateResult, parseGate } from '../report/gates.js';
import type { Report } from '../report/report.js';
import { parseReport } from '../report/schema.js';
import { reportOfRun } from './report.js';

/** What `compare` finds. */
export interface ComparedReports extends ReportComparison {
  /** in the order given */
  readonly gates: readonly GateResult[];
}

/**
 * Compares two reports, each a report.json, a folder that holds one, or a run, and checks gates.
 *
 * @throws EsciSelectError('usage') on a gate that cannot be read, 'data' on a file that is no report, 'io' without a file
 */
export async function compare(options: {
  base: string;
  next: string;
  gates?: readonly string[];
}): Promise<ComparedReports> {
  const gates = (options.gates ?? []).map(parseGate);
  const comparison = compareReports(await readReport(options.base), await readReport(options.next));
  return { ...comparison, gates: gates.map((gate) => checkGate(gate, comparison)) };
}

async function readReport(path: string): Promise<Report> {
  if (await isThere(join(path, 'run.json'))) return reportOfRun(path);
  const file = (await isThere(join(path, 'report.json'))) ? join(path, 'report.json') : path;
  try {
    return parseReport(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof EsciSelectError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const what =
      code === 'EISDIR' ? 'folder holds no run.json and no report.json' : `report cannot be read (${code})`;
    throw new EsciSelectError('io', what, {
      path: file,
      hint: 'give a report.json, its folder, or a run folder',
      cause,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
