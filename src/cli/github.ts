import { appendFile } from 'node:fs/promises';
import { cannotWrite } from '../pipeline/for-terminal.js';
import { annotations, outputLines, stepOutputs } from '../report/ci/github.js';
import type { GateResult } from '../report/comparison.js';
import type { Report } from '../report/report.js';

/** What a step of GitHub Actions is told. */
export interface StepResult {
  readonly gates: readonly GateResult[];
  readonly cautions: readonly string[];
  /** Markdown for the summary of the job */
  readonly summary: string;
  readonly report: Report | null;
  /** the folder of the report */
  readonly path: string | null;
}

/** A summary may have 1 MiB a step; more is refused whole. */
const MOST_SUMMARY_BYTES = 1024 * 1024;

/**
 * Adds to the summary of the job and to the step's outputs, where GitHub's variables name their files, and gives the lines of
 * workflow commands to print. Without those variables only the lines are left. Throws 'io'.
 */
export async function tellGithub({ gates, cautions, summary, report, path }: StepResult): Promise<string[]> {
  const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_OUTPUT: outputFile } = process.env;
  if (Buffer.byteLength(summary) < MOST_SUMMARY_BYTES) await append(summaryFile, summary);
  await append(outputFile, outputLines(stepOutputs(gates, report, path)));
  return annotations(gates, cautions);
}

async function append(path: string | undefined, text: string): Promise<void> {
  if (path === undefined || path === '') return;
  await appendFile(path, text).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
}
