import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCorpus } from './corpus.mjs';
import { mutate } from './mutate.mjs';
import { runProgram, Trier } from './pool.mjs';
import { randomOf } from './random.mjs';
import { place, READERS, runFiles, TARGETS } from './targets.mjs';

const LIMIT_MS = 10_000;
/** A start of the program takes seconds by itself. */
const PROGRAM_LIMIT_MS = 20_000;
const PROGRAM_EVERY = 100;
const DEFECTS = new Set([70, 'hang', 'signal']);

/**
 * Tries damaged inputs and damaged run folders. The same seed gives the same damage and, but for times, the same result.
 * `keep` is a folder to which inputs that show a defect are written.
 */
export async function fuzz({ inputs, runCases, seed, processes, keep, onProgress }) {
  const folder = mkdtempSync(join(tmpdir(), 'esci-fuzz-'));
  try {
    const corpus = await makeCorpus(folder);
    await checkWhole(corpus, folder);
    const readers = await readersOf(corpus, folder);
    const session = { corpus, folder, seed, keep, readers, results: [], onProgress };
    await share(processes, inputs, session, tryInput);
    await share(processes, runCases, session, tryRun);
    return { seed, readers, results: session.results.sort((a, b) => (a.case < b.case ? -1 : 1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function share(processes, count, session, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: processes }, async (_, worker) => {
      const trier = new Trier({ data: session.corpus.data, run: session.corpus.run }, LIMIT_MS);
      const at = join(session.folder, `worker-${worker}`);
      for (let number = next++; number < count; number = next++) {
        const result = await work(session, trier, number, at);
        session.results.push(result);
        session.onProgress?.(result, session);
        rmSync(at, { recursive: true, force: true });
      }
      trier.close();
    }),
  );
}

async function tryInput({ corpus, seed, keep }, trier, number, at) {
  const input = corpus.inputs[number % corpus.inputs.length];
  const random = randomOf(seed, `input ${number}`);
  const { how, bytes } = damage(input.bytes, random);
  const path = place(at, input, bytes);
  const outcome = await trier.try({ target: input.target, path });
  const { argv } = TARGETS[input.target];
  const isDefect = DEFECTS.has(outcome.exit);
  const program =
    argv !== null && (isDefect || number % PROGRAM_EVERY === 0)
      ? await runProgram(argv(path, corpus), PROGRAM_LIMIT_MS)
      : null;
  const result = {
    case: `input ${String(number).padStart(6, '0')}`,
    kind: input.kind,
    how,
    ...outcome,
    program,
  };
  if ((isDefect || DEFECTS.has(program?.exit)) && keep)
    cpSync(at, join(keep, `input-${number}`), { recursive: true });
  return shown(result, at);
}

/** Throws unless every input is accepted as long as it is whole: only then does a refusal say anything. */
async function checkWhole(corpus, folder) {
  const trier = new Trier({ data: corpus.data, run: corpus.run }, LIMIT_MS);
  const refused = [];
  for (const input of corpus.inputs) {
    const at = join(folder, 'whole');
    const { exit, message } = await trier.try({ target: input.target, path: place(at, input, input.bytes) });
    if (exit !== 0) refused.push(`${input.kind}: ${message}`);
    rmSync(at, { recursive: true, force: true });
  }
  trier.close();
  if (refused.length > 0) throw new Error(`whole inputs are refused:\n${refused.join('\n')}`);
}

/** Up to three damages, one after another. */
function damage(original, random) {
  let bytes = original;
  const names = [];
  for (let left = 1 + random.below(3) * random.below(2); left > 0; left--) {
    const mutation = mutate(bytes, random);
    bytes = mutation.bytes;
    names.push(mutation.how);
  }
  return { how: names[names.length - 1], bytes };
}

async function tryRun({ corpus, seed, keep, readers }, trier, number, at) {
  const files = Object.keys(readers);
  const file = files[number % files.length];
  const random = randomOf(seed, `run ${number}`);
  const run = join(at, 'run');
  cpSync(corpus.run, run, { recursive: true });
  const original = readFileSync(join(run, file));
  const { how, bytes } = damage(original, random);
  const name = { case: `run ${String(number).padStart(6, '0')}`, kind: `run file ${file}`, how };
  if (bytes.equals(original)) return { ...name, exit: 'unchanged', program: null };
  writeFileSync(join(run, file), bytes);
  const reader = readers[file];
  const outcome = await trier.try({ reader, run, file });
  const program =
    reader !== null && number % PROGRAM_EVERY === 0
      ? await runProgram(READERS[reader].argv(run), PROGRAM_LIMIT_MS)
      : null;
  const refused =
    reader === null || (outcome.exit === 3 && outcome.path !== undefined && outcome.hint !== undefined);
  const accepted = !refused || outcome.kept === true || (program !== null && program.exit !== 3);
  const result = { ...name, ...outcome, accepted, program };
  if (accepted && keep) cpSync(at, join(keep, `run-${number}`), { recursive: true });
  return shown(result, at);
}

/** For each file of the run, the quickest command that reads it; null for those that only a next `train` looks at. */
async function readersOf({ data, run }, folder) {
  const trier = new Trier({ data, run }, 60_000);
  const readers = {};
  for (const file of runFiles(run)) {
    readers[file] = null;
    for (const reader of Object.keys(READERS)) {
      const copy = join(folder, 'probe');
      cpSync(run, copy, { recursive: true });
      writeFileSync(join(copy, file), '');
      const { exit } = await trier.try({ reader, run: copy, file });
      rmSync(copy, { recursive: true, force: true });
      if (exit === 0) continue;
      readers[file] = reader;
      break;
    }
  }
  trier.close();
  return readers;
}

/** A result without the paths of this machine. */
function shown(result, at) {
  const clean = (text) => text?.replaceAll(at, '.');
  const { path, ...rest } = result;
  return { ...rest, path: clean(path), message: clean(result.message) };
}

/** An empty folder for inputs that show a defect. */
export function emptyFolder(path) {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}
