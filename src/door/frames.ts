import { read, write } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { EsciSelectError } from '../errors.js';

/**
 * A frame of the door: its header, an object of JSON, and blocks of raw bytes behind it. On the wire: the header's length as
 * uint32, the header, whose `blocks` are the blocks' lengths in bytes, then the blocks. Numbers are little-endian.
 */
export interface Frame {
  readonly header: Readonly<Record<string, unknown>>;
  /** bytes in memory that threads share */
  readonly blocks: readonly Uint8Array[];
}

/** Largest header: a model's columns and players are named in it. */
const MOST_HEADER = 2 ** 28;
/** Largest block: Node's largest single read. */
const MOST_BLOCK = 2 ** 31 - 1;

/** Frames from a file descriptor, one at a time and nothing ahead: what is not asked for waits in the pipe. */
export class FrameReader {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The next frame, or null where the other side has closed. Throws 'data' for what is no frame. */
  async next(): Promise<Frame | null> {
    const start = new Uint8Array(4);
    if (!(await this.#fill(start, true))) return null;
    const length = new DataView(start.buffer).getUint32(0, true);
    if (length > MOST_HEADER) throw notAFrame(`its header would have ${length} bytes`);
    const text = new Uint8Array(length);
    await this.#fill(text);
    const header = parseHeader(text);
    const blocks: Uint8Array[] = [];
    for (const bytes of lengthsOf(header)) {
      const block = new Uint8Array(new SharedArrayBuffer(bytes));
      await this.#fill(block);
      blocks.push(block);
    }
    return { header, blocks };
  }

  /** Fills an array; false where nothing more comes and nothing has to. */
  async #fill(target: Uint8Array, mayEnd = false): Promise<boolean> {
    for (let at = 0; at < target.length; ) {
      const count = await readSome(this.#descriptor, target, at);
      if (count === 0 && at === 0 && mayEnd) return false;
      if (count === 0) throw notAFrame(`it ends after ${at} of ${target.length} bytes`);
      at += count;
    }
    return true;
  }
}

function readSome(descriptor: number, target: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, at, target.length - at, null, (error, count) => {
      if (error?.code === 'EOF') resolve(0);
      else if (error) reject(error);
      else resolve(count);
    });
  });
}

function parseHeader(text: Uint8Array): Record<string, unknown> {
  const header: unknown = JSON.parse(new TextDecoder().decode(text));
  if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  throw notAFrame('its header is no object');
}

function lengthsOf({ blocks = [] }: Record<string, unknown>): number[] {
  const isLength = (bytes: unknown) =>
    Number.isInteger(bytes) && Number(bytes) >= 0 && Number(bytes) <= MOST_BLOCK;
  if (Array.isArray(blocks) && blocks.every(isLength)) return blocks;
  throw notAFrame('its blocks have no lengths');
}

function notAFrame(problem: string): EsciSelectError {
  return new EsciSelectError('data', `what came is no frame: ${problem}`, {
    hint: 'the program at the other end is of another version',
  });
}

/** Writes frames to a file descriptor, one after the other, in the order asked for. */
export class FrameWriter {
  readonly #descriptor: number;
  #last: Promise<void> = Promise.resolve();

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Settles when the frame is written. Rejects where the other side has closed. */
  write(header: object, blocks: readonly Uint8Array[] = []): Promise<void> {
    const text = new TextEncoder().encode(
      JSON.stringify({ ...header, blocks: blocks.map(({ byteLength }) => byteLength) }),
    );
    const start = new Uint8Array(4 + text.length);
    new DataView(start.buffer).setUint32(0, text.length, true);
    start.set(text, 4);
    this.#last = this.#last.then(async () => {
      for (const part of [start, ...blocks]) await writeAll(this.#descriptor, part);
    });
    return this.#last;
  }
}

/** How long to wait before a full pipe that does not block is tried again. */
const FULL_MS = 1;

/** Writes some bytes; none to a full pipe that does not block, as the threads of other packages may make it. */
function writeSome(descriptor: number, bytes: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, at, bytes.length - at, null, (error, count) => {
      if (error?.code === 'EAGAIN') resolve(0);
      else if (error) reject(error);
      else resolve(count);
    });
  });
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const count = await writeSome(descriptor, bytes, at);
    at += count;
    if (count === 0) await wait(FULL_MS);
  }
}
