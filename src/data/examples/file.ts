import { z } from 'zod';
import { EsciSelectError } from '../../errors.js';
import { type NamedColumn, readArrow, readArrowMetadata, writeArrow } from '../../io/arrow/read.js';
import type { Column, Table } from '../../io/table.js';
import { behavioursPath, readBehavioursFile, writeBehavioursFile } from './behaviours-file.js';
import { TEXT_FIELDS } from './columns.js';
import type { ExampleIdentity, Examples, ProductText } from './examples.js';
import { firstRows } from './first-rows.js';
import { labelSpaceOf } from './labels.js';

const METADATA_KEY = 'esci-select.examples';
const VERSION = 1;

/** What the columns do not say. Users' class names stand in an array, never as keys. */
const HEADER = z.object({
  version: z.literal(VERSION),
  rows: z.int().min(0),
  groups: z.int().min(0),
  products: z.int().min(0),
  classes: z.array(z.string()).readonly(),
  fold: z.boolean(),
  source: z.boolean(),
  /** 'product': text stands in a product's first row only; 'row': in every row; null: there is none */
  text: z.enum(['product', 'row']).nullable(),
  behaviours: z.object({ entries: z.int().min(0), sha256: z.string() }).nullable(),
  /** names of the identifying columns; those of `others` stand as columns `key:NAME` */
  identity: z.object({ column: z.string().nullable(), others: z.array(z.string()) }).optional(),
});
type Header = z.infer<typeof HEADER>;

const KEY_COLUMN = 'key:';

/**
 * Writes examples as an Arrow IPC file (and behaviours as `<path without .arrow>-behaviours.arrow` before it), each
 * atomically; equal examples give equal bytes. What repeats within a query or product is written in its first row only.
 */
export async function writeExamples(path: string, examples: Examples): Promise<void> {
  const { rows, group, groupKeys, product, products, text, fold, source, identity } = examples;
  const behaviours = await writeBehavioursFile(behavioursPath(path), examples.behaviours);
  const firstOfGroup = firstRows(group, groupKeys.length);
  const firstOfProduct = firstRows(product, products);
  const textKind = text === null ? null : sameWithin(text, product, firstOfProduct) ? 'product' : 'row';
  const header: Header = {
    version: VERSION,
    rows,
    groups: groupKeys.length,
    products,
    classes: examples.labelSpace.classes,
    fold: fold !== null,
    source: source !== null,
    text: textKind,
    behaviours,
    identity: identity && { column: identity.column, others: [...identity.others.keys()] },
  };
  const columns: NamedColumn[] = [
    textColumn('id', examples.id),
    numberColumn('group', group),
    textColumn('group_key', firstOnly(groupKeys, group, firstOfGroup)),
    textColumn('query', unlessFirst(examples.query, group, firstOfGroup)),
    numberColumn('product', product),
    textColumn('product_id', unlessFirst(examples.productId, product, firstOfProduct)),
    textColumn('locale', unlessFirst(examples.locale, product, firstOfProduct)),
    numberColumn('label', examples.label),
    numberColumn('split', examples.split),
  ];
  if (fold !== null) columns.push(numberColumn('fold', fold));
  if (source !== null) columns.push(textColumn('source', source));
  for (const [name, values] of identity?.others ?? [])
    columns.push(textColumn(`${KEY_COLUMN}${name}`, values));
  if (text !== null) columns.push(...textColumns(text, textKind === 'product', product, firstOfProduct));
  await writeArrow(path, columns, new Map([[METADATA_KEY, JSON.stringify(header)]]));
}

/**
 * Reads what `writeExamples` wrote, equal to it in every value; without text if `text` is false. Throws 'data' for another
 * kind of file or one that does not fit its header, 'io' if it cannot be read.
 */
export async function readExamples(path: string, options: { text?: boolean } = {}): Promise<Examples> {
  const header = await readHeader(path);
  const withText = (options.text ?? true) && header.text !== null;
  const isText = (name: string) => (TEXT_FIELDS as readonly string[]).includes(name);
  const table = await readArrow(path, { columns: (name) => withText || !isText(name) });
  if (table.rows !== header.rows)
    throw invalid(path, `${table.rows} rows where the header says ${header.rows}`);
  const group = Int32Array.from(numbers(table, 'group'));
  const product = Int32Array.from(numbers(table, 'product'));
  const firstOfGroup = firstRows(group, header.groups);
  const firstOfProduct = firstRows(product, header.products);
  const keys = texts(table, 'group_key');
  const whole = (name: string, index: Int32Array, first: Int32Array) =>
    filled(texts(table, name), index, first);
  const ofProduct = header.text === 'product';
  return {
    rows: header.rows,
    labelSpace: labelSpaceOf(header.classes),
    id: texts(table, 'id') as string[],
    query: whole('query', group, firstOfGroup) as string[],
    group,
    groupKeys: Array.from(firstOfGroup, (row) => keys[row] as string),
    productId: whole('product_id', product, firstOfProduct) as string[],
    product,
    products: header.products,
    locale: interned(whole('locale', product, firstOfProduct) as string[]),
    label: Int16Array.from(numbers(table, 'label')),
    split: Uint8Array.from(numbers(table, 'split')),
    fold: header.fold ? Int16Array.from(numbers(table, 'fold')) : null,
    source: header.source ? interned(texts(table, 'source')) : null,
    text: withText
      ? (Object.fromEntries(
          TEXT_FIELDS.map((field) => [
            field,
            ofProduct ? whole(field, product, firstOfProduct) : texts(table, field),
          ]),
        ) as unknown as ProductText)
      : null,
    behaviours:
      header.behaviours === null ? null : await readBehavioursFile(behavioursPath(path), header.behaviours),
    ...(header.identity === undefined ? {} : { identity: identityOf(table, header.identity) }),
  };
}

function identityOf(table: Table, { column, others }: NonNullable<Header['identity']>): ExampleIdentity {
  const values = others.map((name) => [name, texts(table, `${KEY_COLUMN}${name}`) as string[]] as const);
  return { column, others: new Map(values) };
}

/** The titles of a few rows' products, null where there is none, without the other texts. Throws as readExamples. */
export async function readTitles(
  path: string,
  { product }: Pick<Examples, 'product'>,
  rows: readonly number[],
): Promise<(string | null)[]> {
  const header = await readHeader(path);
  if (header.text === null || rows.length === 0) return rows.map(() => null);
  const titles = texts(await readArrow(path, { columns: (name) => name === 'title' }), 'title');
  const first = firstRows(product, header.products);
  return rows.map((row) => titles[header.text === 'product' ? first[product[row]] : row]);
}

async function readHeader(path: string): Promise<Header> {
  const text = (await readArrowMetadata(path)).get(METADATA_KEY);
  if (text === undefined) throw invalid(path, 'the file holds no examples of a run');
  const value = parsed(text);
  const header = HEADER.safeParse(value);
  if (header.success) return header.data;
  const { data } = z.looseObject({ version: z.number() }).safeParse(value);
  if (data === undefined || data.version === VERSION)
    throw invalid(path, 'the file does not say what examples it holds');
  throw invalid(path, `the file is of version ${data.version}, this program reads version ${VERSION}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // told as any other header that is none
  }
}

function invalid(path: string, message: string): EsciSelectError {
  return new EsciSelectError('data', message, { path, hint: 'run esci-select train again with --force' });
}

function firstOnly(values: readonly string[], index: Int32Array, first: Int32Array): (string | null)[] {
  return Array.from(index, (at, row) => (first[at] === row ? values[at] : null));
}

/** Null where the value is that of the first row of the same index. */
function unlessFirst(values: readonly string[], index: Int32Array, first: Int32Array): (string | null)[] {
  return values.map((value, row) => {
    const head = first[index[row]];
    return head !== row && values[head] === value ? null : value;
  });
}

/** The reverse of `unlessFirst`; equal texts of an index share one object. */
function filled(values: readonly (string | null)[], index: Int32Array, first: Int32Array): (string | null)[] {
  return values.map((value, row) => value ?? values[first[index[row]]]);
}

/** One object per distinct text, for columns with few. */
function interned<T extends string | null>(values: readonly T[]): T[] {
  const known = new Map<T, T>();
  return values.map((value) => {
    const first = known.get(value);
    if (first !== undefined) return first;
    known.set(value, value);
    return value;
  });
}

function sameWithin(text: ProductText, product: Int32Array, first: Int32Array): boolean {
  return TEXT_FIELDS.every((field) =>
    text[field].every((value, row) => value === text[field][first[product[row]]]),
  );
}

function textColumns(
  text: ProductText,
  once: boolean,
  product: Int32Array,
  first: Int32Array,
): NamedColumn[] {
  return TEXT_FIELDS.map((field) => {
    const values = text[field];
    return textColumn(
      field,
      once ? values.map((value, row) => (first[product[row]] === row ? value : null)) : values,
    );
  });
}

function textColumn(name: string, values: readonly (string | null)[]): NamedColumn {
  return { name, column: { kind: 'text', values } };
}

function numberColumn(name: string, values: ArrayLike<number>): NamedColumn {
  return { name, column: { kind: 'number', values: Int32Array.from(values), missing: null } };
}

function columnOf<Kind extends Column['kind']>(
  table: Table,
  name: string,
  kind: Kind,
): Extract<Column, { kind: Kind }> {
  const column = table.columns.get(name);
  if (column?.kind !== kind) throw invalid(table.path, `column ${name} is missing or of another kind`);
  return column as Extract<Column, { kind: Kind }>;
}

function texts(table: Table, name: string): readonly (string | null)[] {
  return columnOf(table, name, 'text').values;
}

function numbers(table: Table, name: string): Column['values'] & ArrayLike<number> {
  return columnOf(table, name, 'number').values;
}
