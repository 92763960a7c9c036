// `npm run mutate`: breaks a seeded sample of the code in small ways, and counts what the tests notice. Half an hour on 2 cores.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { instrument } from './mutation/instrument.mjs';
import { mutantsOf } from './mutation/mutants.mjs';
import { writeReports } from './mutation/report.mjs';

const root = join(import.meta.dirname, '..');
const ROOMS = ['evaluation', 'selection', 'predictions', 'ensemble', 'attribution'];
const TESTS = [...ROOMS, 'properties', 'oracles'].map((room) => `test/${room}/**/*.test.ts`);
/** Tests of the first round take at most so long, in ms: most mutants are noticed there. */
const ROUNDS = [300, 6000];
/** A process that writes nothing for so long is in an endless loop that no switch can end, as in WebAssembly. */
const SILENT_MS = 240_000;

const { values: flags } = parseArgs({
  options: {
    mutants: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    name: { type: 'string', default: 'mutation' },
    keep: { type: 'string' },
    tests: { type: 'string' },
  },
});

/** Whole numbers below a limit, the same for a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** The sources of the rooms, but for what runs in threads of its own, from the build. */
function sourceFiles() {
  return ROOMS.flatMap((room) =>
    readdirSync(join(root, 'src', room), { recursive: true, withFileTypes: true }),
  )
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.worker.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map((path) =>
      ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ES2023, true),
    );
}

/** A sample of all mutants, with ids in the order of the sources. */
function sample(files, count, seed) {
  const all = files.flatMap((file) => mutantsOf(file).map((mutant) => ({ ...mutant, file })));
  const random = randomFrom(seed);
  const order = all.map((_, at) => at);
  for (let at = order.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  const chosen = order.slice(0, count).sort((a, b) => a - b);
  return { total: all.length, mutants: chosen.map((at, id) => ({ ...all[at], id })) };
}

/** Where a mutant is and what it does, in words. */
function describe({ id, kind, node, text, file }) {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  const before = node.getText(file).replace(/\s+/g, ' ');
  return { id, kind, place: `${file.fileName}:${line + 1}`, before, after: text.replace(/\s+/g, ' ') };
}

function vitest(env, args) {
  const script = join(root, 'node_modules/vitest/vitest.mjs');
  const config = ['--config', join(root, 'scripts/mutation/vitest.config.mjs')];
  const options = {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  };
  return spawn(process.execPath, [script, 'run', ...config, ...args], options);
}

/** Runs vitest until it ends, or has told nothing for too long; false in that case. */
function finished(child, journal) {
  return new Promise((resolve) => {
    let silent = false;
    const watch = setInterval(() => {
      const told = existsSync(journal) ? statSync(journal).mtimeMs : 0;
      if (Date.now() - Math.max(told, begun) < SILENT_MS) return;
      silent = true;
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    }, 5000);
    const begun = Date.now();
    child.on('exit', () => {
      clearInterval(watch);
      resolve(!silent);
    });
  });
}

function linesOf(journal) {
  if (!existsSync(journal)) return [];
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** One process's share of a round: started again where a mutant brought it down, without that mutant. */
async function runShare(env, journal) {
  for (;;) {
    const done = await finished(vitest({ ...env, MUTATION_JOURNAL: journal }, []), journal);
    const last = linesOf(journal).at(-1);
    if (last?.verdict !== 'begun') {
      if (!done) throw new Error(`tests were silent for ${SILENT_MS / 1000} s without a mutant`);
      return;
    }
    writeFileSync(journal, `${JSON.stringify({ ...last, verdict: 'timeout' })}\n`, { flag: 'a' });
  }
}

/** What is done beside the tests: each file as a whole, with one mutant on. */
async function runWhole(env, journal) {
  const lines = linesOf(journal);
  const dead = new Set(
    lines.filter(({ verdict }) => verdict === 'killed' || verdict === 'timeout').map(({ mutant }) => mutant),
  );
  const tried = new Set(lines.filter(({ whole }) => whole).map(({ mutant, test }) => `${mutant} ${test}`));
  const beside = new Map(lines.filter((line) => line.beside).map((line) => [line.file, line.beside]));
  for (const [file, mutants] of beside) {
    for (const mutant of mutants) {
      if (dead.has(mutant) || tried.has(`${mutant} ${file}`)) continue;
      const own = {
        MUTATION_TESTS: file,
        MUTATION_RUNNER: 'scripts/mutation/whole-runner.mjs',
        MUTATION_ACTIVE: String(mutant),
      };
      const child = vitest({ ...env, ...own }, [file, '--bail', '1']);
      const code = new Promise((resolve) => child.on('exit', resolve));
      const ended = await finished(child, journal);
      const verdict = !ended ? 'timeout' : (await code) === 0 ? 'survived' : 'killed';
      if (verdict !== 'survived') dead.add(mutant);
      const line = { mutant, test: file, verdict, whole: true, ms: 0 };
      writeFileSync(journal, `${JSON.stringify(line)}\n`, { flag: 'a' });
    }
  }
}

/** With --keep and --tests, a run goes on from where it was, with these tests alone, as if it had not seen them before. */
function forget(journal, tests) {
  const kept = linesOf(journal)
    .filter(({ verdict, test, mutant }) => mutant === undefined || !isOpen(verdict) || !isOf(test, tests))
    .map((line) => ('ms' in line ? { ...line, ms: 0 } : line));
  writeFileSync(journal, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const isOpen = (verdict) => verdict === 'survived' || verdict === 'begun';
const isOf = (test, files) => files.some((file) => test === file || test.startsWith(`${file} >`));

const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'esci-mutation-'));
mkdirSync(folder, { recursive: true });
const files = sourceFiles();
const { total, mutants } = sample(files, Number(flags.mutants), Number(flags.seed));
const sources = files.map((file) => {
  const own = mutants.filter((mutant) => mutant.file === file);
  return [file.fileName, instrument(file, own)];
});
writeFileSync(join(folder, 'sources.json'), JSON.stringify(sources));
console.log(`${mutants.length} of ${total} mutants in ${files.length} files`);
const shares = Number(flags.processes);
const journals = Array.from({ length: shares }, (_, share) => join(folder, `journal-${share}.jsonl`));
const env = {
  MUTATION_SOURCES: join(folder, 'sources.json'),
  MUTATION_TESTS: flags.tests ?? TESTS.join(','),
  MUTATION_COUNT: String(mutants.length),
  MUTATION_RUNNER: 'scripts/mutation/runner.mjs',
};
if (flags.tests !== undefined) for (const journal of journals) forget(journal, flags.tests.split(','));
const began = performance.now();
for (const longest of ROUNDS) {
  await Promise.all(
    journals.map((journal, share) =>
      runShare(
        { ...env, MUTATION_LONGEST_MS: String(longest), MUTATION_SHARE: `${share}/${shares}` },
        journal,
      ),
    ),
  );
  console.log(`tests of at most ${longest} ms: ${Math.round((performance.now() - began) / 60_000)} min`);
}
await Promise.all(journals.map((journal) => runWhole(env, journal)));
const described = mutants.map(describe);
writeReports(join(root, 'reports'), flags, total, described, journals.flatMap(linesOf));
if (flags.keep === undefined) rmSync(folder, { recursive: true });
