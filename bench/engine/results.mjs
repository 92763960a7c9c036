// The results on disk: every cell as raw runs in bench-engine.json, from which bench-engine.md is written each time.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { render } from './render.mjs';

export const describeMachine = () => ({
  cpu: cpus()[0].model,
  logicalCpus: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
});

/** Earlier results of the same machine, to be added to; results of another machine are not mixed with these. */
export function openResults(folder) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'bench-engine.json');
  const machine = describeMachine();
  const empty = { machine, peers: {}, cells: [] };
  if (!existsSync(path)) return { folder, ...empty };
  const earlier = JSON.parse(readFileSync(path, 'utf8'));
  if (JSON.stringify(earlier.machine) === JSON.stringify(machine)) return { folder, ...earlier };
  process.stderr.write(`${path} is of another machine and starts anew\n`);
  return { folder, ...empty };
}

/** Notes what peers there are. Cells that were measured against another version of a peer are dropped. */
export function notePeers(results, peers) {
  for (const { name, facts } of peers) {
    const changed = JSON.stringify(results.peers[name] ?? facts) !== JSON.stringify(facts);
    if (changed) results.cells = results.cells.filter(({ runs }) => runs.every(({ who }) => who !== name));
    results.peers[name] = facts;
  }
}

const keyOf = ({ section, data, columns, threads }) => `${section} ${data} ${columns} ${threads}`;

/** Adds a cell in place of those that it repeats, and writes both files: what was measured outlives an interruption. */
export function addCell(results, cell) {
  const covered = (old) =>
    keyOf(old) === keyOf(cell) && old.rowCounts.every((rows) => cell.rowCounts.includes(rows));
  results.cells = [...results.cells.filter((old) => !covered(old)), cell].sort(inOrder);
  writeResults(results);
}

/** Notes how near the kernels come to the machine on a table of so many columns. */
export function addLimits(results, found) {
  const others = (results.limits ?? []).filter(({ columns }) => columns !== found.columns);
  results.limits = [...others, found].sort((a, b) => a.columns - b.columns);
  writeResults(results);
}

export function writeResults({ folder, ...rest }) {
  writeFileSync(join(folder, 'bench-engine.json'), `${JSON.stringify(rest, null, 1)}\n`);
  writeFileSync(join(folder, 'bench-engine.md'), render(rest));
}

const ORDER = ['shap', 'recipe', 'training', 'scoring'];
const inOrder = (a, b) =>
  ORDER.indexOf(a.section) - ORDER.indexOf(b.section) ||
  b.data.localeCompare(a.data) ||
  a.columns - b.columns ||
  Math.max(...a.rowCounts) - Math.max(...b.rowCounts) ||
  a.threads - b.threads;

/** What is to be done when the run is interrupted, in the order given. */
const cleaners = [];

/** Calls `clean`, with all that were given before, when the run is interrupted: files of hundreds of megabytes must not stay behind. */
export function onStop(clean) {
  cleaners.push(clean);
  if (cleaners.length > 1) return;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      for (const each of cleaners) each();
      process.exit(130);
    });
  }
}
