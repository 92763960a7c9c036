import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, expect } from 'vitest';
import { type ErrorCode, EsciSelectError } from '../../src/errors.js';
import { type Table, textAt } from '../../src/io/table.js';

/** A fresh folder per call, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-io-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file with the given content in a fresh folder; its path. */
export function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The error that a promise is rejected with, which must be ours and of the given code. */
export async function failureOf(promise: Promise<unknown>, code: ErrorCode): Promise<EsciSelectError> {
  const error = await promise.then(
    () => expect.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EsciSelectError);
  expect((error as EsciSelectError).code).toBe(code);
  return error as EsciSelectError;
}

/** A table's cells as text, column by column. */
export function cells(table: Table): [string, (string | null)[]][] {
  return [...table.columns].map(([name, column]) => [
    name,
    Array.from({ length: table.rows }, (_, row) => textAt(column, row)),
  ]);
}

/** Names of the files in a folder, hidden ones included. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}

/** An npy file (version 1.0) as numpy writes it. */
export function npyBytes(descr: string, shape: readonly number[], data: Uint8Array, fortran = false): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const padded = `${dictionary.padEnd(Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

/** How to write an entry of a zip archive. */
export interface ZipOptions {
  deflate?: boolean;
  /** sizes and offset in the zip64 extra field, and a zip64 end record */
  zip64?: boolean;
  /** a false uncompressed size */
  declaredBytes?: number;
}

/** A zip archive of one entry. */
export function zipBytes(name: string, content: Uint8Array, options: ZipOptions = {}): Buffer {
  const stored = options.deflate ? deflateRawSync(content) : Buffer.from(content);
  const method = options.deflate ? 8 : 0;
  const sizes = [BigInt(options.declaredBytes ?? content.length), BigInt(stored.length)];
  const full = (value: bigint) => (options.zip64 ? 0xffffffff : Number(value));
  const extraOf = (values: bigint[]) => {
    if (!options.zip64) return Buffer.alloc(0);
    const extra = Buffer.alloc(4 + 8 * values.length);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8 * values.length, 2);
    for (const [index, value] of values.entries()) extra.writeBigUInt64LE(value, 4 + 8 * index);
    return extra;
  };
  const common = (buffer: Buffer, at: number, extra: Buffer) => {
    buffer.writeUInt16LE(method, at);
    buffer.writeUInt32LE(crc32(content), at + 6);
    buffer.writeUInt32LE(full(sizes[1]), at + 10);
    buffer.writeUInt32LE(full(sizes[0]), at + 14);
    buffer.writeUInt16LE(Buffer.byteLength(name), at + 18);
    buffer.writeUInt16LE(extra.length, at + 20);
  };
  const localExtra = extraOf(sizes);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  common(local, 8, localExtra);
  const centralExtra = extraOf([...sizes, 0n]);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  common(central, 10, centralExtra);
  central.writeUInt32LE(full(0n), 42);
  const body = Buffer.concat([local, Buffer.from(name), localExtra, stored]);
  const directory = Buffer.concat([central, Buffer.from(name), centralExtra]);
  return Buffer.concat([body, directory, zipEnd(body.length, directory.length, options.zip64 ?? false)]);
}

function zipEnd(start: number, length: number, zip64: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : start, 16);
  if (!zip64) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(length), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  return Buffer.concat([end64, locator, end]);
}
