import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MENDED } from './mended.mjs';

/** What must not happen, by name. */
const DEFECTS = {
  hangs: ({ exit, program }) => exit === 'hang' || program?.exit === 'hang',
  signals: ({ exit, program }) => exit === 'signal' || program?.exit === 'signal',
  internalErrors: ({ exit, program }) => exit === 70 || program?.exit === 70,
  silentAcceptances: ({ accepted }) => accepted === true,
  withoutPath: ({ case: name, exit, path }) =>
    name.startsWith('input') && exit !== 0 && exit !== 70 && typeof exit === 'number' && path === undefined,
};

export function isSound(result) {
  return !Object.values(DEFECTS).some((is) => is(result));
}

/** Counts by kind, by damage and by outcome. */
export function summarise({ seed, readers, results }) {
  const inputs = results.filter(({ case: name }) => name.startsWith('input'));
  const runs = results.filter(({ case: name }) => name.startsWith('run'));
  return {
    schema: 'esci-select/fuzz/1',
    seed,
    inputs: inputs.length,
    runCases: runs.length,
    unchanged: runs.filter(({ exit }) => exit === 'unchanged').length,
    throughTheProgram: results.filter(({ program }) => program !== null).length,
    defects: Object.fromEntries(
      Object.entries(DEFECTS).map(([name, is]) => [name, results.filter(is).length]),
    ),
    kinds: counted(inputs, ({ kind }) => kind),
    damages: counted(results, ({ how }) => how),
    runFiles: counted(runs, ({ kind }) => kind.slice('run file '.length)),
    readers,
  };
}

/** For each name, how many ended with each exit code. */
function counted(results, nameOf) {
  const counts = {};
  for (const result of results) {
    const name = nameOf(result);
    counts[name] ??= {};
    const outcome = result.exit === null ? 'not read' : String(result.exit);
    counts[name][outcome] = (counts[name][outcome] ?? 0) + 1;
  }
  return Object.fromEntries(
    Object.keys(counts)
      .sort()
      .map((name) => [name, counts[name]]),
  );
}

/** Writes fuzz.json and fuzz.md. */
export function writeReport(folder, summary, seconds) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'fuzz.json'), `${JSON.stringify({ ...summary, seconds }, null, 2)}\n`);
  writeFileSync(join(folder, 'fuzz.md'), markdown(summary, seconds));
}

function markdown(summary, seconds) {
  const { defects } = summary;
  return `# Damaged inputs and damaged run folders

\`npm run fuzz -- --inputs ${summary.inputs} --run-cases ${summary.runCases} --seed ${summary.seed}\` made this page and fuzz.json in ${Math.round(seconds / 60)} minutes. The corpus is
made by code (scripts/fuzz): a small valid input of every kind and every file of a finished run, of which bytes are flipped,
cut, repeated and blown up, and JSON values replaced, by a seeded generator. Each is tried in a process of its own that is
ended after 10 s of processor time; every defect and every hundredth also through the program (${summary.throughTheProgram} cases).

| what must not happen | times |
| --- | ---: |
| no answer within 10 s of processor time | ${defects.hangs} |
| end by a signal | ${defects.signals} |
| exit 70, an internal error | ${defects.internalErrors} |
| a changed file of a run read without a word, or kept by a next run | ${defects.silentAcceptances} |
| an error that does not name the file | ${defects.withoutPath} |

## ${summary.inputs} inputs

Exit 0: what was damaged did not matter, such as a digit of a probability, or a column that nobody needs.

${table(summary.kinds, 'input')}

## ${summary.runCases} run folders

One file of a copy of the run is damaged, then the quickest command that reads it is run: it must end with exit 3, the path
and what to run. Files that are for \`train\`, \`rank\` and users (not read) must not be kept: these commands make them again. ${summary.unchanged} damages changed no byte.

${table(summary.runFiles, 'file of the run')}

## Damages

${table(summary.damages, 'damage')}

## Defects found by it, and mended

${MENDED.map((text) => `- ${text}`).join('\n')}
`;
}

function table(counts, title) {
  const exits = [...new Set(Object.values(counts).flatMap(Object.keys))].sort();
  const rows = Object.entries(counts).map(
    ([name, by]) => `| ${name} | ${exits.map((exit) => by[exit] ?? 0).join(' | ')} |`,
  );
  const names = exits.map((exit) => (/^\d+$/.test(exit) ? `exit ${exit}` : exit));
  return [
    `| ${title} | ${names.join(' | ')} |`,
    `| --- | ${exits.map(() => '---:').join(' | ')} |`,
    ...rows,
  ].join('\n');
}
