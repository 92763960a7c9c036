import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EsciSelectError, quote } from '../../errors.js';
import type { RuntimeName } from './kind.js';
import { GUIDE } from './settings.js';

/** What an installed runtime is. */
export interface Runtime {
  readonly name: RuntimeName;
  readonly version: string;
}

/** In order of preference. */
const NAMES: readonly RuntimeName[] = ['onnxruntime-node', 'onnxruntime-web'];

/** The version that is tested; another is used as well. */
export const TESTED_VERSION = '1.30.0';

/** The runtimes that are installed, the fastest first. Loads nothing. */
export function installedRuntimes(): Runtime[] {
  const require = createRequire(import.meta.url);
  return NAMES.flatMap((name): Runtime[] => {
    const version = versionOf(require, name);
    return version === null ? [] : [{ name, version }];
  });
}

/** A package's version: from its package.json, which need not be among what it exports. */
function versionOf(require: NodeJS.Require, name: string): string | null {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(join(folder, name, 'package.json')) as { version: string }).version;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/**
 * The fastest runtime that is installed.
 *
 * @throws EsciSelectError('usage') where none is
 */
export function findRuntime(installed: readonly Runtime[] = installedRuntimes()): Runtime {
  const [first] = installed;
  if (first !== undefined) return first;
  throw new EsciSelectError('usage', 'no ONNX runtime is installed, and language models need one', {
    hint: `npm install onnxruntime-node@${TESTED_VERSION} --ignore-scripts (or onnxruntime-web@${TESTED_VERSION}, which is slower): ${GUIDE}`,
  });
}

/** The installed runtimes for people, once the one that is used has been loaded; null without. */
export async function describeRuntimes(): Promise<string | null> {
  const runtimes = installedRuntimes();
  if (runtimes.length === 0) return null;
  await importRuntime(runtimes[0].name);
  const [used, ...others] = runtimes.map(({ name, version }) => `${name} ${version}`);
  const more = others.length === 0 ? '' : `; ${others.join(', ')} is there too`;
  return `${used}, loads; train --models encoder:FOLDER uses it${more}`;
}

/** Whole numbers of a batch, [row][token], all rows of one length. */
interface SessionInput {
  readonly ids: readonly (readonly number[])[];
  readonly types: readonly (readonly number[])[];
}

/** An output: float32 values in row-major order. */
export interface SessionOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A model in memory, ready to run in this thread. */
export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(input: SessionInput): Promise<SessionOutput[]>;
  close(): Promise<void>;
}

/** What is used of the packages; both have the same interface. */
interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}
interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Record<string, OrtTensor>,
    options: { logSeverityLevel: number },
  ): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}
interface Ort {
  readonly env: { readonly wasm: { numThreads?: number }; logLevel?: string };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: string | Uint8Array, options: Record<string, unknown>): Promise<OrtSession>;
  };
}

/** A model's file, and files beside it that hold weights. */
export interface ModelFiles {
  /** absolute */
  readonly path: string;
  /** by the names that the model has for them */
  readonly external: readonly string[];
}

/** The runtimes' level of messages that stop the process. */
const SILENT = 4;

/** Inputs that a model may have; what it lacks is not given. */
const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];

/**
 * Loads a model into this thread, to run on one core. O(bytes).
 *
 * @throws EsciSelectError('usage') where the package cannot be loaded, 'data' where it does not take the model
 */
export async function openSession(name: RuntimeName, model: ModelFiles): Promise<Session> {
  const ort = await importRuntime(name);
  ort.env.logLevel = 'fatal'; // what fails is thrown, and told once
  if (name === 'onnxruntime-web') ort.env.wasm.numThreads = 1;
  const session = await createSession(ort, name, model);
  const unknown = session.inputNames.find((input) => !INPUTS.includes(input));
  if (unknown !== undefined) {
    await session.release();
    throw new EsciSelectError('data', `model has the input ${quote(unknown)}, which nothing here gives`, {
      path: model.path,
      hint: `inputs may be ${INPUTS.join(', ')}: export for feature-extraction or text-classification`,
    });
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: (input) => runSession(ort, session, input, model.path),
    close: () => session.release(),
  };
}

async function importRuntime(name: RuntimeName): Promise<Ort> {
  const require = createRequire(import.meta.url);
  try {
    const entry = name === 'onnxruntime-web' ? webEntry(require) : require.resolve(name);
    const loaded = await import(pathToFileURL(entry).href);
    return (loaded.InferenceSession === undefined ? loaded.default : loaded) as Ort;
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new EsciSelectError('usage', `${name} cannot be loaded: ${reason}`, {
      hint: `install it again: npm install ${name}@${TESTED_VERSION} --ignore-scripts`,
      cause,
    });
  }
}

/** The build for Node of onnxruntime-web, as an ES module. */
function webEntry(require: NodeJS.Require): string {
  return join(dirname(require.resolve('onnxruntime-web')), 'ort.node.min.mjs');
}

async function createSession(ort: Ort, name: RuntimeName, model: ModelFiles): Promise<OrtSession> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: SILENT };
  try {
    if (name === 'onnxruntime-node') return await ort.InferenceSession.create(model.path, options);
    const externalData: { path: string; data: Uint8Array }[] = [];
    for (const name of model.external) {
      externalData.push({ path: name, data: await readFile(join(dirname(model.path), name)) });
    }
    return await ort.InferenceSession.create(await readFile(model.path), { ...options, externalData });
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new EsciSelectError('data', `${name} does not take the model: ${reason}`, {
      path: model.path,
      hint: 'export the model again, in 32-bit floats and for opset 14 to 20',
      cause,
    });
  }
}

async function runSession(
  ort: Ort,
  session: OrtSession,
  { ids, types }: SessionInput,
  path: string,
): Promise<SessionOutput[]> {
  const shape = [ids.length, ids[0].length];
  const tensor = (rows: readonly (readonly number[])[]) =>
    new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), shape);
  const given = new Map<string, () => OrtTensor>([
    ['input_ids', () => tensor(ids)],
    ['attention_mask', () => tensor(ids.map((row) => row.map(() => 1)))],
    ['token_type_ids', () => tensor(types)],
    ['position_ids', () => tensor(ids.map((row) => row.map((_, at) => at)))],
  ]);
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, given.get(name)!()]));
  const answers = await session.run(feeds, { logSeverityLevel: SILENT }).catch((cause: Error) => {
    throw new EsciSelectError('data', `model fails on ${shape.join(' x ')} tokens: ${firstLine(cause)}`, {
      path,
      hint: 'tokenizer.json and model.onnx must be of the same model; maxTokens must be within its positions',
      cause,
    });
  });
  return session.outputNames.map((name) => {
    const { type, dims, data } = answers[name];
    if (type === 'float32') return { name, shape: [...dims], values: (data as Float32Array).slice() };
    throw new EsciSelectError('data', `output ${quote(name)} of the model is ${type}, expected float32`, {
      path,
      hint: 'export the model in 32-bit floats',
    });
  });
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0];
}
