import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { type PairText, TEXT_FIELDS } from '../pair.js';
import { BUNDLE_PATHS } from './manifest.js';
import type { Bundle } from './open.js';

const text = z.string().nullable();
const SAMPLE = z.array(
  z.object({
    query: z.string(),
    queryId: z.string(),
    locale: z.string(),
    products: z.array(
      z.object({
        id: z.string(),
        text: z
          .object({ title: text, description: text, bullets: text, brand: text, color: text })
          .nullable(),
        given: z.record(z.string(), z.array(z.number())),
      }),
    ),
  }),
);

/** Queries of the data with their products, and what models without code say of them. */
export type BundleSample = z.infer<typeof SAMPLE>;

const QUERIES = 24;
const PRODUCTS = 16;

/** The first queries that pass `wanted`, row by row; answers of the models named are kept with them. O(rows). */
export function takeSample(
  examples: Examples,
  wanted: (row: number) => boolean,
  given: { matrix: PredictionMatrix; models: readonly string[] },
): BundleSample {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < examples.rows; row++) {
    if (!wanted(row)) continue;
    const group = examples.group[row];
    if (!rows.has(group) && rows.size === QUERIES) continue;
    const own = rows.get(group) ?? [];
    if (own.length < PRODUCTS) own.push(row);
    rows.set(group, own);
  }
  return [...rows.values()].map((own) => ({
    query: examples.query[own[0]],
    queryId: examples.groupKeys[examples.group[own[0]]],
    locale: examples.locale[own[0]],
    products: own.map((row) => ({
      id: examples.productId[row],
      text: textOf(examples, row),
      given: givenTo(given, row),
    })),
  }));
}

function textOf({ text }: Examples, row: number): PairText | null {
  if (text === null) return null;
  return Object.fromEntries(TEXT_FIELDS.map((name) => [name, text[name][row]])) as unknown as PairText;
}

function givenTo(
  { matrix, models }: { matrix: PredictionMatrix; models: readonly string[] },
  row: number,
): Record<string, number[]> {
  const width = matrix.classes.length;
  const given: Record<string, number[]> = Object.create(null);
  for (const name of models) {
    const model = matrix.cards.findIndex((card) => card.name === name);
    const start = (row * matrix.cards.length + model) * width;
    const values = Array.from(matrix.values.subarray(start, start + width));
    if (!values.some(Number.isNaN)) given[name] = values;
  }
  return given;
}

/** The bundle's sample. Throws 'data' where the file is none. */
export async function readSample(bundle: Bundle): Promise<BundleSample> {
  const path = bundle.file(BUNDLE_PATHS.sample);
  const found = SAMPLE.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (found.success) return found.data;
  throw new EsciSelectError('data', 'sample of the bundle is malformed', {
    path,
    hint: 'write it again with esci-select export',
  });
}
