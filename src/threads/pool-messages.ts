import { type ErrorCode, EsciSelectError } from '../errors.js';

/** What a worker is told: do this task. `index` comes back with every answer. */
export interface TaskMessage {
  readonly index: number;
  readonly task: unknown;
}

/** What a worker says about its task. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly index: number; readonly value: unknown }
  | { readonly kind: 'done'; readonly index: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly index: number; readonly error: PackedError };

/** An error as plain data: structured cloning would strip an EsciSelectError of its class and fields. */
export interface PackedError {
  /** whether it was an EsciSelectError, whose code then is `code` */
  readonly ours: boolean;
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

/**
 * Any thrown value as plain data. An EsciSelectError is known by its name and code rather than its class, because a
 * module loaded twice (sources in tests, compiled files in workers) has two classes of that name.
 */
export function packError(thrown: unknown): PackedError {
  if (!(thrown instanceof Error)) return { ours: false, code: 'internal', message: String(thrown) };
  const { message, stack } = thrown;
  if (thrown.name !== 'EsciSelectError' || !('code' in thrown)) {
    return { ours: false, code: 'internal', message: `${thrown.name}: ${message}`, stack };
  }
  const { code, path, line, column, hint } = thrown as EsciSelectError;
  return { ours: true, code, message, stack, path, line, column, hint };
}

/** The EsciSelectError that `packError` packed, with the stack it had where it was thrown. */
export function unpackError(packed: PackedError): EsciSelectError {
  const { path, line, column, hint } = packed;
  const error = new EsciSelectError(packed.code, packed.message, { path, line, column, hint });
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}

/** A value to post, and the buffers to move rather than copy with it. */
export interface Parcel {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

/**
 * Readies a result for posting: the buffers of typed arrays in it, at any depth of plain objects and arrays, are moved.
 * A view of part of a buffer is cut out first, since the rest of its buffer is not the result's to give away. Shared
 * buffers pass as they are. O(size of the result without its buffers).
 */
export function parcel(result: unknown): Parcel {
  const transfer = new Set<ArrayBuffer>();
  const value = repack(result, transfer, new Map());
  return { value, transfer: [...transfer] };
}

function repack(value: unknown, transfer: Set<ArrayBuffer>, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  if (ArrayBuffer.isView(value)) {
    const whole = wholeView(value);
    if (whole.buffer instanceof ArrayBuffer) transfer.add(whole.buffer);
    seen.set(value, whole);
    return whole;
  }
  if (!Array.isArray(value) && !isPlain(value)) return value;
  const copy: object = Array.isArray(value) ? new Array(value.length) : {};
  seen.set(value, copy);
  for (const [key, member] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: repack(member, transfer, seen),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

/** The view itself if it covers its buffer or shares it, else a copy of what it covers. */
function wholeView(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteOffset, byteLength } = view;
  if (!(buffer instanceof ArrayBuffer) || byteLength === buffer.byteLength) return view;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  if (view instanceof DataView) return new DataView(bytes);
  const Kind = (Buffer.isBuffer(view) ? Uint8Array : view.constructor) as Uint8ArrayConstructor;
  return new Kind(bytes);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
