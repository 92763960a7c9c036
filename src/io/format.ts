import { basename } from 'node:path';
import { EsciSelectError } from '../errors.js';
import { byteSource, type Compression, firstBytes } from './bytes.js';
import type { TableFormat } from './table.js';
import { zipMember } from './zip-member.js';

/** A table file's format and how it is compressed. */
export interface DetectedFormat {
  format: TableFormat;
  compression: Compression;
}

const BY_ENDING = new Map<string, TableFormat>([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json-lines', 'jsonl'],
  ['jsonlines', 'jsonl'],
  ['json', 'jsonl'],
  ['parquet', 'parquet'],
  ['pq', 'parquet'],
  ['arrow', 'arrow'],
  ['arrows', 'arrow'],
  ['feather', 'arrow'],
  ['ipc', 'arrow'],
]);
const COMPRESSION_ENDING = /\.(?:gz|gzip|zst|zstd|zip|bz2|xz)$/;
const LEGAL = 'csv, tsv, jsonl (each also as .gz, .zst, .zip, .bz2 or .xz), parquet or arrow';

/** The format of a table file: by its name's ending, else by its first bytes; compression always by the bytes. */
export async function detectFormat(path: string): Promise<DetectedFormat> {
  const bytes = await firstBytes(path, 8);
  const compression = compressionOf(bytes);
  const whole = compression === 'zip' ? await nameInside(path) : basename(path);
  const name = whole.toLowerCase().replace(COMPRESSION_ENDING, '');
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
  const format = BY_ENDING.get(ending) ?? (await formatOfBytes(path, bytes, compression));
  if (compression !== 'none' && (format === 'parquet' || format === 'arrow')) {
    throw new EsciSelectError('data', `${format} file is compressed as a whole with ${compression}`, {
      path,
      hint: 'decompress it first',
    });
  }
  return { format, compression };
}

/** What a zip archive's name says, or that of the file in it. */
async function nameInside(path: string): Promise<string> {
  const outside = basename(path).replace(/\.zip$/i, '');
  const inside = (await zipMember(path)).name;
  return BY_ENDING.has(outside.slice(outside.lastIndexOf('.') + 1).toLowerCase()) ? outside : inside;
}

function compressionOf(bytes: Buffer): Compression {
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return 'zip';
  if (/^BZh[1-9]1AY&$/.test(bytes.toString('latin1', 0, 8))) return 'bzip2';
  if (bytes.toString('latin1', 0, 6) === '\xfd7zXZ\0') return 'xz';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

async function formatOfBytes(path: string, raw: Buffer, compression: Compression): Promise<TableFormat> {
  const bytes = compression === 'none' ? raw : await firstDecompressed(path, compression);
  const start = bytes.toString('latin1');
  if (start.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('ARROW1') || start.startsWith('\xff\xff\xff\xff')) return 'arrow';
  if (start.startsWith('FEA1'))
    throw unreadable(path, 'is Feather version 1', 'write it as Feather version 2');
  if (start.startsWith('\x93NUMPY')) {
    throw unreadable(path, 'is a numpy file, not a table', 'name it .npy and give an ids file');
  }
  if (start.startsWith('\x80')) throw unreadable(path, 'is a pickle', `export it as ${LEGAL}`);
  return /^(?:\xef\xbb\xbf)?\s*[{[]/.test(start) ? 'jsonl' : 'csv';
}

function unreadable(path: string, problem: string, hint: string): EsciSelectError {
  return new EsciSelectError('data', `file ${problem}`, { path, hint });
}

async function firstDecompressed(path: string, compression: Compression): Promise<Buffer> {
  for await (const chunk of byteSource(path, compression).open()) return chunk.subarray(0, 8);
  return Buffer.alloc(0);
}
