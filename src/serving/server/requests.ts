import { z } from 'zod';
import { EsciSelectError, quote } from '../../errors.js';
import { NO_ANSWERS, type Pair, type PairText } from '../pair.js';

/** Products that one request may name. */
const MOST_PRODUCTS = 1000;
const MOST_TEXT = 65_536;

const text = z.string().max(MOST_TEXT).nullable().optional();
const given = z.record(z.string(), z.array(z.number()).max(64)).optional();
const texts = { title: text, description: text, bullets: text, brand: text, color: text };

const PREDICT = z.strictObject({
  query: z.string().max(MOST_TEXT),
  query_id: z.string().nullable().optional(),
  locale: z.string().optional(),
  products: z
    .array(z.strictObject({ id: z.string().min(1), ...texts, models: given }))
    .min(1)
    .max(MOST_PRODUCTS),
  explain: z.boolean().optional(),
});

const document = z.union([
  z.string().max(MOST_TEXT),
  z.looseObject({ id: z.string().optional(), text, ...texts, models: given }),
]);

const RERANK = z.looseObject({
  query: z.string().max(MOST_TEXT),
  documents: z.array(document).min(1).max(MOST_PRODUCTS),
  locale: z.string().optional(),
  top_n: z.number().int().min(1).nullable().optional(),
  return_documents: z.boolean().nullable().optional(),
});

const TENSOR = z.looseObject({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()).min(1).max(2),
  datatype: z.string(),
  data: z.array(z.unknown()),
});
const INFER = z.looseObject({ id: z.string().optional(), inputs: z.array(TENSOR).min(1) });

/** What `/v1/predict` is asked. */
export interface PredictRequest {
  readonly pairs: readonly Pair[];
  readonly explain: boolean;
}

/** What `/v1/rerank` is asked. */
export interface RerankRequest {
  readonly pairs: readonly Pair[];
  readonly documents: readonly unknown[];
  /** results to give, the best first; all where null */
  readonly top: number | null;
  readonly returnDocuments: boolean;
}

/** Reads a body of `/v1/predict`. Throws EsciSelectError('usage') with the place in it. */
export function predictRequest(body: unknown): PredictRequest {
  const { query, query_id, locale = '', products, explain = false } = checkedBody(PREDICT, body);
  const pairs = products.map(
    ({ id, models, ...own }): Pair => ({
      query,
      queryId: query_id ?? null,
      locale,
      productId: id,
      text: textOf(own),
      given: models === undefined ? NO_ANSWERS : new Map(Object.entries(models)),
    }),
  );
  return { pairs, explain };
}

/** Reads a body of `/v1/rerank`; a document is a title, or an object with `text` or a product's fields. */
export function rerankRequest(body: unknown): RerankRequest {
  const { query, documents, locale = '', top_n, return_documents } = checkedBody(RERANK, body);
  const pairs = documents.map((each): Pair => {
    const own = typeof each === 'string' ? { title: each } : { ...each, title: each.title ?? each.text };
    const { id, models } = typeof each === 'string' ? { id: undefined, models: undefined } : each;
    return {
      query,
      queryId: null,
      locale,
      productId: id ?? '',
      text: textOf(own),
      given: models === undefined ? NO_ANSWERS : new Map(Object.entries(models)),
    };
  });
  return { pairs, documents, top: top_n ?? null, returnDocuments: return_documents === true };
}

const INPUTS = [
  'query',
  'query_id',
  'locale',
  'product_id',
  'title',
  'description',
  'bullets',
  'brand',
  'color',
];

/** Reads a body of the Open Inference Protocol: BYTES tensors of one length, `query` and `product_id` at least. */
export function inferRequest(body: unknown): {
  readonly id: string | undefined;
  readonly pairs: readonly Pair[];
} {
  const { id, inputs } = checkedBody(INFER, body);
  const columns = new Map<string, readonly unknown[]>();
  for (const { name, datatype, data } of inputs) {
    if (!INPUTS.includes(name))
      throw refused(`input ${quote(name)} is not known`, `inputs are ${INPUTS.join(', ')}`);
    if (datatype !== 'BYTES')
      throw refused(`input ${quote(name)} is of ${quote(datatype)}`, 'inputs are of BYTES');
    columns.set(name, data.flat());
  }
  const query = columns.get('query');
  const product = columns.get('product_id');
  if (query === undefined || product === undefined) {
    throw refused('inputs query and product_id are needed', `inputs are ${INPUTS.join(', ')}`);
  }
  const rows = product.length;
  for (const [name, values] of columns) {
    if (values.length === rows && values.every((value) => typeof value === 'string')) continue;
    throw refused(`input ${quote(name)} has no ${rows} texts`, 'all inputs have one text for each product');
  }
  if (rows === 0 || rows > MOST_PRODUCTS)
    throw refused(`there are ${rows} products`, `give 1 to ${MOST_PRODUCTS}`);
  const at = (name: string, row: number) => (columns.get(name)?.[row] as string | undefined) || null;
  const pairs = Array.from(
    { length: rows },
    (_, row): Pair => ({
      query: query[row] as string,
      queryId: at('query_id', row),
      locale: at('locale', row) ?? '',
      productId: product[row] as string,
      text: textOf(Object.fromEntries(Object.keys(texts).map((name) => [name, at(name, row)]))),
      given: NO_ANSWERS,
    }),
  );
  return { id, pairs };
}

function textOf(own: { readonly [Name in keyof PairText]?: string | null }): PairText {
  const field = (value: string | null | undefined) => (value == null || value.trim() === '' ? null : value);
  return {
    title: field(own.title),
    description: field(own.description),
    bullets: field(own.bullets),
    brand: field(own.brand),
    color: field(own.color),
  };
}

function checkedBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const [{ path, message }] = checked.error.issues;
  const place = path.map(String).join('.') || 'its top';
  throw refused(`request is malformed at ${quote(place)}: ${message.toLowerCase()}`, 'see docs/serving.md');
}

function refused(message: string, hint: string): EsciSelectError {
  return new EsciSelectError('usage', message, { hint });
}
