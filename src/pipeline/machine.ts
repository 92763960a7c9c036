import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { kernelFile } from '../kernels/wasm.js';
import { SAMPLE_DATA, type TrainingBackend } from './train-options.js';

/** One thing that the tool needs of the machine, and what was found. */
export interface Check {
  readonly name: string;
  /** warning: works, but not everything or not well; error: commands will fail */
  readonly status: 'ok' | 'warning' | 'error';
  readonly found: string;
  /** what to do about it */
  readonly hint?: string;
}

/** What `doctor` finds. */
export interface Diagnosis {
  readonly schema: 'esci-select/doctor/1';
  readonly checks: readonly Check[];
}

/** Oldest Node.js that the dependencies support. */
const OLDEST_NODE = [20, 19] as const;
const GIB = 2 ** 30;

/**
 * Tries everything that commands need of this machine, by doing it: compiles kernels, starts a thread, trains nothing,
 * reads no data of the user, and leaves nothing behind.
 *
 * @param folder where runs will be written; it need not exist yet
 *
 * @example
 * import { examineMachine } from 'esci-select';
 *
 * const { checks } = await examineMachine('my-run');
 * checks.find(({ name }) => name === 'kernels').status; // => 'ok'
 */
export async function examineMachine(folder: string): Promise<Diagnosis> {
  const checks: Check[] = [nodeCheck(process.versions.node), simdCheck()];
  checks.push(await attempt('threads', threadCheck, 'run with --threads 1'));
  checks.push(await attempt('kernels', kernelCheck, 'npm run build compiles them'));
  checks.push(await attempt('TensorFlow.js', tensorflowCheck, 'install the dependencies again: npm install'));
  checks.push(await attempt('native TensorFlow', nativeCheck, 'leave --backend at wasm'));
  checks.push(await attempt('ONNX runtime', onnxCheck, 'leave encoder: and onnx: out of --models'));
  checks.push(await attempt('DuckDB', duckdbCheck, 'install the dependencies again, optional ones included'));
  checks.push(memoryCheck(memoryNow()));
  checks.push(await attempt('write access', () => writeCheck(folder), 'give another folder with --run'));
  checks.push(await attempt('disk', () => diskCheck(folder), 'give another folder with --run'));
  checks.push(await attempt('sample data', sampleCheck, 'install the package again'));
  return { schema: 'esci-select/doctor/1', checks };
}

/** A check that throws is an error with what was thrown. */
async function attempt(name: string, check: () => Promise<Check> | Check, hint: string): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return { name, status: 'error', found: (error as Error).message.split('\n')[0], hint };
  }
}

/** Whether a version of Node.js is new enough. */
export function nodeCheck(version: string): Check {
  const [major, minor] = version.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const found = `${version} on ${process.platform} ${process.arch}`;
  if (ok) return { name: 'Node.js', status: 'ok', found };
  return { name: 'Node.js', status: 'error', found, hint: `use ${OLDEST_NODE.join('.')} or newer` };
}

/** A module with one function that splats an i32 into a vector: valid only where SIMD is there. */
const SIMD_MODULE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

function simdCheck(): Check {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: { validate(bytes: Uint8Array): boolean } };
  const name = 'WebAssembly SIMD';
  if (WebAssembly?.validate(SIMD_MODULE)) return { name, status: 'ok', found: 'there' };
  return {
    name,
    status: 'error',
    found: 'missing',
    hint: 'use a Node.js for x64 or arm64, without --jitless',
  };
}

/** Starts a thread that adds to memory it shares with this one. */
async function threadCheck(): Promise<Check> {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads'); Atomics.add(new Int32Array(workerData), 0, 7);`,
    { eval: true, workerData: shared.buffer, execArgv: [] },
  );
  await new Promise<void>((done, failed) => worker.once('exit', () => done()).once('error', failed));
  if (shared[0] !== 7) throw new Error('a worker thread does not share memory');
  const cores = availableParallelism();
  return {
    name: 'threads',
    status: 'ok',
    found: `${cores} ${cores === 1 ? 'core' : 'cores'}, memory is shared between threads`,
  };
}

/** Every kernel file; scripts/build.mjs makes one of each source in src/kernels/assembly. */
export const KERNELS = [
  'attention',
  'attribution',
  'layers',
  'pool',
  'scoring',
  'tables',
  'training',
] as const;

function kernelCheck(): Check {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object };
  };
  for (const name of KERNELS) new WebAssembly.Module(readFileSync(kernelFile(name)));
  return { name: 'kernels', status: 'ok', found: `${KERNELS.join(', ')}: built, and compile here` };
}

/** Multiplies two small matrices on the backend that models are trained on unless told otherwise. */
async function tensorflowCheck(): Promise<Check> {
  const { version_core } = await import('@tensorflow/tfjs-core');
  return {
    name: 'TensorFlow.js',
    status: 'ok',
    found: `${version_core}, backend ${await multiplyOn('wasm')}`,
  };
}

/** Multiplies two small matrices; returns the name of the backend that did. */
async function multiplyOn(backend: TrainingBackend): Promise<string> {
  const { prepareTensorflow } = await import('../models/tfjs/backend.js');
  const tf = await import('@tensorflow/tfjs-core');
  await prepareTensorflow({ backend });
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0]);
  if (product !== 11) throw new Error(`a product that is 11 came out as ${product}`);
  return tf.getBackend();
}

/** The native library is optional: without it everything works. Where it is installed, it multiplies as well. */
async function nativeCheck(): Promise<Check> {
  const name = 'native TensorFlow';
  const { nativeInstallation } = await import('../models/tfjs/native.js');
  const installed = nativeInstallation();
  if (installed === null) {
    return {
      name,
      status: 'ok',
      found: 'not installed; models train on WebAssembly, which needs nothing more',
    };
  }
  try {
    await multiplyOn('tensorflow');
    const found = `${installed.version}, computes; train --backend tensorflow uses it`;
    return { name, status: 'ok', found };
  } catch (error) {
    const found = `${installed.version}, does not work: ${(error as Error).message.split('\n')[0]}`;
    const hint = 'models train on WebAssembly, which needs nothing more; docs/native-tensorflow.md builds it';
    return { name, status: 'warning', found, hint };
  } finally {
    await multiplyOn('wasm');
  }
}

/** Optional: only language models need one. The runtime that would be used is loaded. */
async function onnxCheck(): Promise<Check> {
  const { describeRuntimes, TESTED_VERSION } = await import('../models/encoder/runtime.js');
  const name = 'ONNX runtime';
  const found = await describeRuntimes();
  if (found !== null) return { name, status: 'ok', found };
  return {
    name,
    status: 'ok',
    found: `not installed; only language models need it: npm install onnxruntime-node@${TESTED_VERSION}`,
  };
}

async function duckdbCheck(): Promise<Check> {
  const { DuckDBInstance, version } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = await (await connection.run('SELECT 40 + 2')).getRows();
    if (Number(rows[0][0]) !== 42) throw new Error(`40 + 2 came out as ${String(rows[0][0])}`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return { name: 'DuckDB', status: 'ok', found: `${version()}, answers queries` };
}

/** Memory in bytes. */
export interface Memory {
  /** of the machine, or of the container this runs in where that is less */
  readonly total: number;
  readonly free: number;
  /** limit of the JavaScript heap */
  readonly heap: number;
}

function memoryNow(): Memory {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { total, free: Math.min(total, freemem()), heap: getHeapStatistics().heap_size_limit };
}

/** Whether there is memory enough for the sample (1 GiB); the official large version takes about 2 GiB. */
export function memoryCheck({ total, free, heap }: Memory): Check {
  const found = `${gib(free)} free of ${gib(total)}, JavaScript heap at most ${gib(heap)}`;
  if (free >= GIB) return { name: 'memory', status: 'ok', found };
  return {
    name: 'memory',
    status: 'warning',
    found,
    hint: 'end other programs, or give --memory-limit and --threads 1',
  };
}

/** Writes and removes a file in the folder, or in the nearest folder above it that exists. */
async function writeCheck(folder: string): Promise<Check> {
  const there = existing(folder);
  const scratch = await mkdtemp(join(there, '.esci-select-doctor-'));
  try {
    await writeFile(join(scratch, 'file'), 'text');
    if ((await readdir(scratch)).length !== 1) throw new Error('a file that was written is not there');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return { name: 'write access', status: 'ok', found: `files can be written in ${there}` };
}

async function diskCheck(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(existing(folder));
  return diskSpace(bavail * bsize);
}

/** Whether a disk has room for runs: the sample's takes 6 MB, one of the official large version some GB. */
export function diskSpace(free: number): Check {
  const found = `${gib(free)} free where runs are written`;
  const hint = 'make room, or give another folder with --run';
  if (free >= 2 * GIB) return { name: 'disk', status: 'ok', found };
  return { name: 'disk', status: free >= GIB / 10 ? 'warning' : 'error', found, hint };
}

async function sampleCheck(): Promise<Check> {
  const files = (await readdir(SAMPLE_DATA)).filter((file) => file.endsWith('.parquet'));
  if (files.length === 0) throw new Error('the simulated sample is missing');
  return { name: 'sample data', status: 'ok', found: `${files.length} parquet files` };
}

function existing(folder: string): string {
  let at = resolve(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
