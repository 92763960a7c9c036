import { canonicalJson, sha256 } from '../../io/hash.js';
import type { CurvePoint } from '../model.js';
import type { FitResult, FitTask } from './task.js';

/** What a checkpoint must have been made from to be used. */
export function taskFingerprint(task: FitTask, examplesSha256: string): string {
  const { model, fold, seed, foldOf, backend = 'wasm' } = task;
  const folds = sha256(new Uint8Array(foldOf.buffer, foldOf.byteOffset, foldOf.byteLength));
  const most = task.maxTrainRows ?? null;
  const start = filesSha256(task.start);
  const module = task.module?.sha256 ?? null;
  const made = { model, module, fold, seed, folds, backend, most, start, examples: examplesSha256 };
  return sha256(canonicalJson({ version: 4, ...made }));
}

/** One hash of named files; null without files. */
export function filesSha256(files: ReadonlyMap<string, Uint8Array> | undefined): string | null {
  if (files === undefined) return null;
  return sha256(canonicalJson([...files].map(([name, bytes]) => [name, sha256(bytes)])));
}

interface Header {
  readonly fingerprint: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly curve: readonly CurvePoint[];
  readonly trained: FitResult['trained'];
  readonly latency: FitResult['latency'];
  readonly seconds?: number;
  readonly probabilities: number;
  readonly files: readonly { name: string; bytes: number }[];
}

const DIGEST_BYTES = 64;

/** A finished fit as bytes: sha256 of the rest in hexadecimal, header length, JSON header, probabilities, files. */
export function packResult(result: FitResult, fingerprint: string): Uint8Array {
  const { parameters, bytes, curve, trained, latency, probabilities, seconds } = result;
  const files = [...result.files].map(([name, content]) => ({ name, bytes: content.length }));
  const header: Header = {
    fingerprint,
    parameters,
    bytes,
    curve,
    trained,
    latency,
    seconds,
    probabilities: probabilities.length,
    files,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const numbers = Buffer.from(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength);
  const body = Buffer.concat([length, text, numbers, ...result.files.values()]);
  return Buffer.concat([Buffer.from(sha256(body)), body]);
}

/**
 * Reads what packResult wrote; null where the bytes are damaged or were made from other data, folds or seed: the fit is
 * then done again.
 */
export function unpackResult(packed: Uint8Array, fingerprint: string): FitResult | null {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const body = buffer.subarray(DIGEST_BYTES);
  if (body.length < 4 || buffer.toString('latin1', 0, DIGEST_BYTES) !== sha256(body)) return null;
  const headerEnd = 4 + body.readUInt32LE(0);
  const header: Header = JSON.parse(body.toString('utf8', 4, headerEnd));
  if (header.fingerprint !== fingerprint) return null;
  let at = headerEnd + header.probabilities * 4;
  const files = new Map<string, Uint8Array>();
  for (const { name, bytes } of header.files) {
    files.set(name, Uint8Array.from(body.subarray(at, at + bytes)));
    at += bytes;
  }
  const probabilities = new Float32Array(
    Uint8Array.from(body.subarray(headerEnd, at)).buffer,
    0,
    header.probabilities,
  );
  const { parameters, bytes, curve, trained, latency, seconds } = header;
  return { probabilities: probabilities.slice(), parameters, bytes, curve, trained, latency, files, seconds };
}
