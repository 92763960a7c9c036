// Measures some of the tasks and fold seeds; each result is kept, so that a run that was stopped goes on.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from './load.mjs';
import { measure } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const cache = join(here, '.cache');

/** A hash of all code that a result depends on. */
function codeHash() {
  const folders = ['dist/ensemble', 'dist/evaluation', 'dist/math', 'dist/kernels'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(js|wasm)$/.test(file))
      .sort()
      .map((file) => join(root, folder, file)),
  );
  return hashOf(...[...files, join(here, 'measure.mjs')].map((file) => readFileSync(file)));
}

/** The result of one task and fold seed, taken from an earlier run where code and data are the same. */
export function createMeasurer() {
  const code = codeHash();
  mkdirSync(cache, { recursive: true });
  return (task, seed, mostRows = Number.POSITIVE_INFINITY) => {
    const parts = [task.labels, task.groups, task.foldsOf[seed], ...task.models.map(({ values }) => values)];
    const data = hashOf(...parts.map(({ buffer }) => Buffer.from(buffer)));
    const path = join(cache, `${task.name}-${seed}-${hashOf(code, data, String(mostRows))}.json`);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
    const started = process.cpuUsage();
    const result = measure(task, task.foldsOf[seed], mostRows);
    const { user, system } = process.cpuUsage(started);
    const kept = {
      task: task.name,
      seed,
      rows: task.labels.length,
      seconds: (user + system) / 1e6,
      ...result,
    };
    writeFileSync(`${path}.tmp`, JSON.stringify(kept));
    renameSync(`${path}.tmp`, path);
    return kept;
  };
}
