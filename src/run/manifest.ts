import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { VERSION } from '../assets.js';
import { EsciSelectError, quote } from '../errors.js';
import { writeFileAtomic } from '../io/atomic.js';
import { cannotRead, systemCode } from '../io/errors.js';
import { canonicalJson, sha256 as sha256Of } from '../io/hash.js';

/** Name of the manifest in its run folder. */
export const MANIFEST_NAME = 'run.json';

/** A file that a stage wrote. */
export interface StageOutput {
  /** relative to the run folder, with forward slashes */
  readonly path: string;
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits */
  readonly sha256: string;
}

/** A stage that is done: what it was made from, as a key, and what it wrote, sorted by path. */
export interface StageRecord {
  readonly key: string;
  readonly outputs: readonly StageOutput[];
}

/** A file that was read, by a name without machine paths. */
interface RunInput {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a run is, apart from its stages. */
export interface RunHeader {
  readonly seed: number;
  /** the options that decide results: no paths of this machine, no number of threads */
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly RunInput[];
  /** of esci-select */
  readonly version: string;
}

/** A run folder's run.json. Records of user-chosen names have no prototype, so that `__proto__` is an ordinary name. */
export interface Manifest {
  readonly schema: 1 | 2;
  readonly tool: { readonly name: string; readonly version: string };
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly RunInput[];
  readonly stages: Readonly<Record<string, StageRecord>>;
}

/** Schema 2 is 1 with a checksum over the file, so that run.json itself is what was written; runs of version 1 are still read. */
const SCHEMA = 2;
const UNSIGNED_SCHEMA = 1;
const HINT = 'give --force to start this run anew, or another --run';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const bytes = z.number().int().nonnegative();
const relativePath = z.string().refine(isInside, 'expected a relative path inside the run folder');
const record = z.custom<Record<string, unknown>>(isRecord, 'expected an object');

const MANIFEST = z.strictObject({
  schema: z.union([z.literal(SCHEMA), z.literal(UNSIGNED_SCHEMA)]),
  checksum: sha256.optional(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  seed: z.number().int(),
  options: record,
  inputs: z.array(z.strictObject({ name: z.string(), bytes, sha256 })),
  stages: record,
});
const STAGE = z.strictObject({
  key: z.string(),
  outputs: z.array(z.strictObject({ path: relativePath, bytes, sha256 })),
});

/** Whether a run was written as this version writes them. */
export function isCurrent({ schema, tool }: Manifest): boolean {
  return schema === SCHEMA && tool.version === VERSION;
}

/** The manifest of a run without stages. */
export function newManifest(header: RunHeader): Manifest {
  const { seed, options, inputs, version } = header;
  return { schema: SCHEMA, tool: { name: 'esci-select', version }, seed, options, inputs, stages: noNames() };
}

/** The manifest with other header fields and the same stages. */
export function withHeader(manifest: Manifest | null, header: RunHeader): Manifest {
  return { ...newManifest(header), stages: manifest?.stages ?? noNames() };
}

/** The manifest with one stage added or replaced. */
export function withStage(manifest: Manifest, name: string, stage: StageRecord): Manifest {
  const stages = Object.assign(noNames<StageRecord>(), manifest.stages);
  stages[name] = stage;
  return { ...manifest, stages };
}

/** The manifest with some stages left out. */
export function withoutStages(manifest: Manifest, names: readonly string[]): Manifest {
  const stages = Object.assign(noNames<StageRecord>(), manifest.stages);
  for (const name of names) delete stages[name];
  return { ...manifest, stages };
}

/** run.json's text: indented, keys sorted, so that equal manifests are equal bytes. */
export function formatManifest(manifest: Manifest): string {
  const unsigned = { ...manifest, schema: SCHEMA };
  const checksum = sha256Of(canonicalJson(unsigned));
  return `${JSON.stringify(JSON.parse(canonicalJson({ ...unsigned, checksum })), null, 2)}\n`;
}

/** Replaces a folder's run.json atomically. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, MANIFEST_NAME), formatManifest(manifest));
}

/**
 * A folder's manifest, or null if it has none. Throws 'data' if it is not JSON, of another schema or malformed, and 'io'
 * if it cannot be read.
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, MANIFEST_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw cannotRead(path, error);
  }
  return parseManifest(text, path);
}

/** A manifest from run.json's text; `path` is for messages. Throws 'data' if it is malformed or of another schema. */
export function parseManifest(text: string, path: string): Manifest {
  const json = parseJson(text, path);
  const schema = isRecord(json) && Object.hasOwn(json, 'schema') ? json.schema : undefined;
  if (schema !== SCHEMA && schema !== UNSIGNED_SCHEMA) {
    throw new EsciSelectError('data', `run manifest has schema ${quote(schema)}, expected ${SCHEMA}`, {
      path,
      hint: HINT,
    });
  }
  const { checksum, ...manifest } = check(MANIFEST, json, path, []);
  const stages = noNames<StageRecord>();
  for (const [name, stage] of Object.entries(manifest.stages)) {
    stages[name] = check(STAGE, stage, path, ['stages', name]);
  }
  const options = Object.assign(noNames(), manifest.options);
  const read = { ...manifest, options, stages };
  const isAsWritten = schema === UNSIGNED_SCHEMA ? checksum === undefined : text === formatManifest(read);
  if (isAsWritten) return read;
  throw new EsciSelectError('data', 'run manifest is not as it was written: it was changed or damaged', {
    path,
    hint: HINT,
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `run manifest is not JSON: ${(cause as Error).message}`;
    throw new EsciSelectError('data', message, { path, hint: HINT, cause });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, path: string, within: readonly string[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = quote([...within, ...issue.path].map(String).join('.'));
  throw new EsciSelectError('data', `run manifest is malformed at ${place}: ${issue.message}`, {
    path,
    hint: HINT,
  });
}

/** Whether a path is relative, in normal form and with forward slashes, and so stays inside any folder. */
export function isInside(path: string): boolean {
  return (
    !/^[A-Za-z]:|[\\\0]/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noNames<T = unknown>(): Record<string, T> {
  return Object.create(null);
}
