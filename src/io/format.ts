import { basename } from 'node:path';
import { EsciSelectError } from '../errors.js';
import { byteSource, type Compression, firstBytes } from './bytes.js';
import { DEFAULT_MAX_BYTES } from './read-options.js';
import type { TableFormat } from './table.js';

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
const COMPRESSION_ENDING = /\.(?:gz|gzip|zst|zstd)$/;
const LEGAL = 'csv, tsv, jsonl (each also as .gz or .zst), parquet or arrow';

/** The format of a table file: by its name's ending, else by its first bytes; compression always by the bytes. */
export async function detectFormat(path: string): Promise<DetectedFormat> {
  const bytes = await firstBytes(path, 8);
  const compression = compressionOf(bytes);
  const name = basename(path).toLowerCase().replace(COMPRESSION_ENDING, '');
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

function compressionOf(bytes: Buffer): Compression {
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
  if (start.startsWith('\x93NUMPY') || start.startsWith('PK')) {
    throw unreadable(
      path,
      'is a numpy or zip file, not a table',
      'name it .npy or .npz and give an ids file',
    );
  }
  if (start.startsWith('\x80')) throw unreadable(path, 'is a pickle', `export it as ${LEGAL}`);
  return /^(?:\xef\xbb\xbf)?\s*[{[]/.test(start) ? 'jsonl' : 'csv';
}

function unreadable(path: string, problem: string, hint: string): EsciSelectError {
  return new EsciSelectError('data', `file ${problem}`, { path, hint });
}

async function firstDecompressed(path: string, compression: Compression): Promise<Buffer> {
  for await (const chunk of byteSource(path, compression, DEFAULT_MAX_BYTES).open())
    return chunk.subarray(0, 8);
  return Buffer.alloc(0);
}
