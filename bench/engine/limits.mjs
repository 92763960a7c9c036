// How near our kernels come to the machine: what one thread of WebAssembly adds and reads at most, measured here, and what
// each kernel needs at least for the rows that it did in the same run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { attributeRows } from '../../dist/attribution/attribute.js';
import { isDense, vectorWidth } from '../../dist/attribution/lookup/table.js';
import { planScoring } from '../../dist/ensemble/scoring/plan.js';
import { scoreMargins } from '../../dist/ensemble/scoring/score.js';
import { fromXgboostJson } from '../../dist/ensemble/xgboost/json.js';
import { CLASSES, firstRows } from './data.mjs';
import { fitForLimits, planFor } from './ours.mjs';

/** Additions of registers of four float32, twelve chains of them, and sums over registers in memory. */
const SOURCE = `
let sink: v128 = f32x4.splat(0);
export function add(times: i32): void {
  let ${Array.from({ length: 12 }, (_, at) => `a${at} = f32x4.splat(${at})`).join(', ')};
  const step = sink;
  for (; times > 0; times -= 12) {
    ${Array.from({ length: 12 }, (_, at) => `a${at} = f32x4.add(a${at}, step);`).join(' ')}
  }
  sink = ${Array.from({ length: 12 }, (_, at) => `a${at}`).reduce((sum, next) => `f32x4.add(${sum}, ${next})`)};
}
export function read(from: usize, bytes: usize, times: i32): void {
  let ${Array.from({ length: 8 }, (_, at) => `a${at} = f32x4.splat(0)`).join(', ')};
  for (; times > 0; times--) {
    for (let at = from, end = from + bytes; at < end; at += 128) {
      ${Array.from({ length: 8 }, (_, at) => `a${at} = f32x4.add(a${at}, v128.load(at, ${16 * at}));`).join(' ')}
    }
  }
  sink = ${Array.from({ length: 8 }, (_, at) => `a${at}`).reduce((sum, next) => `f32x4.add(${sum}, ${next})`)};
}
`;

/** Bytes that lie in the first and in the second level of the cache, and in neither. */
const NEAR = 2 ** 14;
const MIDDLE = 2 ** 18;
const FAR = 2 ** 28;
const REPEATS = 5;
const ROWS = 100_000;
const ROUNDS = 5;

/** The least seconds of several runs. */
function fastest(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** What one thread does in a second at most: additions of registers, and bytes read and added by where they lie. */
export async function measureLimits() {
  const options = { optimizeLevel: 3, runtime: 'stub', enable: ['simd'], importMemory: true, noAssert: true };
  const { binary, error, stderr } = await asc.compileString(SOURCE, options);
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const memory = new WebAssembly.Memory({ initial: FAR / 65_536 + 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  new Float32Array(memory.buffer).fill(1); // pages that were never written would all be one
  const additions = 1.2e8;
  const bytesPerSecond = (bytes) => {
    const times = Math.max(1, Math.round(2 ** 30 / bytes));
    return (bytes * times) / fastest(() => exports.read(65_536, bytes, times));
  };
  return {
    additions: additions / fastest(() => exports.add(additions)),
    near: bytesPerSecond(NEAR),
    middle: bytesPerSecond(MIDDLE),
    far: bytesPerSecond(FAR),
  };
}

/**
 * What a row takes at least in all units of one table: a register is added up; in games whose sums are not in registers, units'
 * registers of the same four players are, and four rows' totals are turned round by eight shuffles, and added to sums that are
 * read and written. Descriptions of units are as src/kernels/assembly/attribution/quads.ts reads them.
 */
function lookUps({ lookup, players }) {
  const count = players.names.length;
  const trees = lookup.groups.flatMap((group) => group.trees);
  if (isDense(count)) {
    const registers = trees.reduce((sum, { units }) => sum + (units * vectorWidth(count)) / 4, 0);
    return { operations: registers, bytes: 16 * registers, level: 'middle' };
  }
  let registers = 0;
  let quads = 0;
  for (const tree of trees) {
    quads += tree.quads;
    for (let quad = 0, at = tree.units; quad < tree.quads; quad++) {
      registers += tree.vectors[at + 4];
      at += 5 + 2 * tree.vectors[at + 4];
    }
  }
  return { operations: registers + 2 * quads, bytes: 16 * registers + 32 * quads, level: 'near' };
}

/** What each kernel does to a row at least: additions of registers, and bytes of tables or sums. */
function explainLine(quantity, path, features) {
  const plan = planFor(quantity, path, new Uint8Array(features.columns));
  const block = 16_384;
  const out = new Float64Array(block * plan.players.names.length * CLASSES);
  const seconds = fastest(() => {
    for (let from = 0; from < features.rows; from += block) {
      const to = Math.min(features.rows, from + block);
      out.fill(0);
      attributeRows(plan, features, { from, to }, out.subarray(0, (out.length / block) * (to - from)));
    }
  });
  const { operations, bytes, level } = lookUps(plan);
  const { rows } = features;
  return {
    kernel: `attribution, ${quantity}`,
    seconds,
    additions: operations * rows,
    bytes: bytes * rows,
    level,
  };
}

function scoreLine(path, features) {
  const ensemble = fromXgboostJson(readFileSync(path), path);
  const { trees } = planScoring(ensemble);
  const seconds = fastest(() => scoreMargins(ensemble, features));
  // a selection takes three operations on 128 rows' bits, and a leaf a quarter of an addition
  const nodes = trees.reduce(
    (sum, { method, depth, splits }) => sum + (method === 'select' ? 2 ** depth - 1 : splits),
    0,
  );
  const additions = features.rows * ((3 * nodes) / 128 + trees.length / 4);
  const bytes = features.rows * ((16 * nodes) / 128 + 4 * trees.length);
  return { kernel: 'scoring', seconds, additions, bytes, level: 'middle' };
}

/** Rows in the root and in the smaller child of every split: those that are added to histograms. */
function rowsAdded({ trees, features }) {
  let added = 0;
  for (const tree of trees) {
    const counts = new Int32Array(tree.left.length);
    for (let row = 0; row < features.rows; row++) {
      let node = 0;
      for (;;) {
        counts[node]++;
        if (tree.left[node] < 0) break;
        const isLeft = features.values[row * features.columns + tree.feature[node]] < tree.threshold[node];
        node = isLeft ? tree.left[node] : tree.right[node];
      }
    }
    added += counts[0];
    tree.left.forEach((left, node) => {
      // the children of the last level are searched for nothing
      if (left >= 0 && (tree.left[left] >= 0 || tree.left[tree.right[node]] >= 0)) {
        added += Math.min(counts[left], counts[tree.right[node]]);
      }
    });
  }
  return added;
}

function trainLine(features, labels) {
  const grow = fitForLimits(features, labels, ROUNDS);
  let trees = [];
  const seconds = fastest(() => {
    trees = grow().trees;
  });
  const updates = rowsAdded({ trees, features }) * features.columns;
  // an update is an addition to half a register, which is read and written
  return { kernel: 'training', seconds, additions: updates / 2, bytes: 16 * updates, level: 'near' };
}

/** A line for each kernel on the first rows of a table, one thread: parts of what the machine does at most. */
export async function compareWithLimits({ folder, model, features, labels }) {
  const limits = await measureLimits();
  const some = firstRows(features, Math.min(ROWS, features.rows));
  const path = join(folder, model);
  const lines = [
    explainLine('features', path, some),
    explainLine('models', path, some),
    scoreLine(path, some),
    trainLine(some, labels),
  ].map((line) => ({
    ...line,
    rows: some.rows,
    ofAdditions: line.additions / line.seconds / limits.additions,
    ofBytes: line.bytes / line.seconds / limits[line.level],
  }));
  return { columns: features.columns, limits, lines };
}
