import type { GateResult } from '../comparison.js';
import type { Report } from '../report.js';
import { visible } from '../visible.js';

/** What GitHub shows of a step: ten errors and ten warnings; the rest is dropped without a word, so it is counted here. */
const MOST_ANNOTATIONS = 10;

/**
 * Workflow commands that mark what failed on the pull request: an error per gate that failed, a warning per caution, at most
 * ten lines in all, the last of which counts what is left out.
 *
 * Source: GitHub's "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit, core/src/command.ts.
 */
export function annotations(gates: readonly GateResult[], cautions: readonly string[]): string[] {
  const failed = gates.filter((gate) => gate.failed);
  const all = [
    ...failed.map(({ gate, message }) => command('error', `gate failed: ${gate}`, message)),
    ...cautions.map((caution) => command('warning', 'comparison', caution)),
  ];
  if (all.length <= MOST_ANNOTATIONS) return all;
  const left = all.length - MOST_ANNOTATIONS + 1;
  const level = failed.length >= MOST_ANNOTATIONS ? 'error' : 'warning';
  return [
    ...all.slice(0, MOST_ANNOTATIONS - 1),
    command(level, 'esci-select', `${left} more are in the summary of the job`),
  ];
}

function command(level: 'error' | 'warning', title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** A message of a workflow command. */
export function escapeData(text: string): string {
  return visible(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** A property of a workflow command, in which a colon and a comma mean something too. */
export function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** Outputs of a step, by name. `kept` is a JSON array, which `fromJSON` reads, because names may hold commas. */
export function stepOutputs(
  gates: readonly GateResult[],
  report: Report | null,
  path: string | null,
): Map<string, string> {
  const failed = gates.filter((gate) => gate.failed).length;
  const outputs = new Map([
    ['passed', String(failed === 0)],
    ['failed-gates', String(failed)],
  ]);
  if (report !== null) {
    outputs.set('kept', JSON.stringify(report.decision.kept));
    outputs.set('macro-f1', String(report.decision.metrics.pruned.macroF1));
  }
  if (path !== null) outputs.set('report-path', path);
  return outputs;
}

/**
 * Lines for the file that $GITHUB_OUTPUT names: each value between two lines of a delimiter that no value has.
 *
 * Source: GitHub's "Workflow commands for GitHub Actions", multiline strings.
 */
export function outputLines(outputs: ReadonlyMap<string, string>): string {
  const text = [...outputs.values()].join('\n');
  let delimiter = 'esci_select_end';
  while (text.includes(delimiter)) delimiter += '_';
  return [...outputs].map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join('');
}
