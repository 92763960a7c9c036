import { extname } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { writeArrowParts } from '../../io/arrow/read.js';
import { AtomicFile } from '../../io/atomic.js';
import { type ParquetColumn, writeParquet } from '../../io/duckdb/parquet-write.js';
import { textAt } from '../../io/table.js';
import { type AnswerPart, namedColumns } from './answers.js';

const WRITERS = { '.parquet': writeAsParquet, '.csv': writeAsCsv, '.arrow': writeArrowFile } as const;

type Parts = AsyncIterable<AnswerPart>;
type Writer = (path: string, parts: Parts) => Promise<void>;

/** How a file of answers is written, by its ending. Throws 'usage' for an ending that is not written. */
export function answerWriter(path: string): Writer {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(WRITERS, ending)) return WRITERS[ending as keyof typeof WRITERS];
  throw new EsciSelectError('usage', `answers cannot be written as ${quote(ending || path)}`, {
    path,
    hint: `name a file that ends in ${Object.keys(WRITERS).join(', ')}`,
  });
}

async function writeArrowFile(path: string, parts: Parts): Promise<void> {
  async function* columns() {
    for await (const part of parts) yield namedColumns(part);
  }
  await writeArrowParts(path, columns(), new Map([['schema', 'esci-select/answers/1']]));
}

async function writeAsCsv(path: string, parts: Parts): Promise<void> {
  const file = await AtomicFile.open(path);
  let headed = false;
  try {
    for await (const part of parts) {
      const columns = namedColumns(part);
      const lines = headed ? [] : [columns.map(({ name }) => cell(name)).join(',')];
      headed = true;
      for (let row = 0; row < columns[0].column.values.length; row++) {
        lines.push(columns.map(({ column }) => cell(textAt(column, row) ?? '')).join(','));
      }
      await file.write(`${lines.join('\n')}\n`);
    }
  } catch (error) {
    await file.abort();
    throw error;
  }
  await file.commit();
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Parquet is written in one go: all answers are held, without the texts of products. */
async function writeAsParquet(path: string, parts: Parts): Promise<void> {
  const columns = new Map<string, { type: ParquetColumn['type']; values: (string | number | null)[] }>();
  for await (const part of parts) {
    for (const { name, column } of namedColumns(part)) {
      const isText = column.kind === 'text';
      const own = columns.get(name) ?? { type: isText ? 'string' : 'float', values: [] };
      columns.set(name, own);
      for (const value of column.values) {
        const number = isText || !Number.isNaN(value as number);
        own.values.push(number ? (value as string | number) : null);
      }
    }
  }
  await writeParquet(
    path,
    [...columns].map(([name, { type, values }]) => ({ name, type, values })),
  );
}
