import { join } from 'node:path';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import { type ParquetColumn, writeParquet } from '../../io/duckdb/parquet-write.js';
import { sha256, sha256File } from '../../io/hash.js';
import { describeSimulation } from './describe.js';
import type { Simulation } from './simulation.js';

/** A file that was written. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  /** lower-case hexadecimal */
  readonly sha256: string;
}

/**
 * Writes a simulation to a folder in the official layout, with behaviours.parquet and SIMULATED.txt beside it; each file
 * appears whole or not at all. The same simulation gives the same bytes. Throws 'io' if the folder cannot be written.
 */
export async function writeSimulation(
  simulation: Simulation,
  out: string,
): Promise<{ files: WrittenFile[] }> {
  await ensureWritableFolder(out);
  const files: WrittenFile[] = [];
  const tables = [examplesTable(simulation), productsTable(simulation), behavioursTable(simulation)];
  for (const { name, columns } of tables) {
    const path = join(out, name);
    await writeParquet(path, columns);
    files.push({ name, ...(await sha256File(path)) });
  }
  files.push(await writeText(out, 'shopping_queries_dataset_sources.csv', sourcesCsv(simulation)));
  files.push(await writeText(out, 'SIMULATED.txt', describeSimulation(simulation, files)));
  return { files };
}

interface ParquetTable {
  readonly name: string;
  readonly columns: ParquetColumn[];
}

/** A maker of columns from rows. */
function columnsOf<T>(rows: readonly T[]) {
  return (
    name: string,
    type: ParquetColumn['type'],
    value: (row: T) => string | number | null,
  ): ParquetColumn => ({
    name,
    type,
    values: rows.map(value),
  });
}

function examplesTable({ examples }: Simulation): ParquetTable {
  const column = columnsOf(examples);
  return {
    name: 'shopping_queries_dataset_examples.parquet',
    columns: [
      column('example_id', 'int64', (row) => row.exampleId),
      column('query', 'string', (row) => row.query),
      column('query_id', 'int64', (row) => row.queryId),
      column('product_id', 'string', (row) => row.productId),
      column('product_locale', 'string', (row) => row.locale),
      column('esci_label', 'string', (row) => row.label),
      column('small_version', 'int64', (row) => row.smallVersion),
      column('large_version', 'int64', () => 1),
      column('split', 'string', (row) => row.split),
    ],
  };
}

function productsTable({ products }: Simulation): ParquetTable {
  const column = columnsOf(products);
  return {
    name: 'shopping_queries_dataset_products.parquet',
    columns: [
      column('product_id', 'string', (row) => row.productId),
      column('product_title', 'string', (row) => row.title),
      column('product_description', 'string', (row) => row.description),
      column('product_bullet_point', 'string', (row) => row.bullets),
      column('product_brand', 'string', (row) => row.brand),
      column('product_color', 'string', (row) => row.color),
      column('product_locale', 'string', (row) => row.locale),
    ],
  };
}

function behavioursTable({ behaviours }: Simulation): ParquetTable {
  const column = columnsOf(behaviours);
  return {
    name: 'behaviours.parquet',
    columns: [
      column('query_id', 'int64', (row) => row.queryId),
      column('product_id', 'string', (row) => row.productId),
      column('product_locale', 'string', (row) => row.locale),
      column('impressions', 'int64', (row) => row.impressions),
      column('clicks', 'int64', (row) => row.clicks),
      column('adds', 'int64', (row) => row.adds),
      column('purchases', 'int64', (row) => row.purchases),
    ],
  };
}

function sourcesCsv({ sources }: Simulation): string {
  return `query_id,source\n${sources.map(({ queryId, source }) => `${queryId},${source}\n`).join('')}`;
}

async function writeText(out: string, name: string, text: string): Promise<WrittenFile> {
  await writeFileAtomic(join(out, name), text);
  return { name, bytes: Buffer.byteLength(text), sha256: sha256(text) };
}
