import type { ProductText } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { type NamedColumn, readArrow, writeArrow } from '../../io/arrow/read.js';
import type { Table } from '../../io/table.js';
import type { FrozenNodes } from '../../models/graph/frozen/nodes.js';
import { TEXT_FIELDS } from '../pair.js';
import type { Bundle } from './open.js';

/** Files of the frozen graph's nodes. */
const NODE_FILES = { queries: 'graph/queries.arrow', products: 'graph/products.arrow' } as const;

/** Writes the nodes as two Arrow files; `file` gives the absolute path of one. */
export async function writeNodes(nodes: FrozenNodes, file: (name: string) => string): Promise<void> {
  const text = (name: string, values: readonly (string | null)[]): NamedColumn => ({
    name,
    column: { kind: 'text', values },
  });
  await writeArrow(file(NODE_FILES.queries), [
    text('key', nodes.queryKey),
    text('locale', nodes.queryLocale),
    text('query', nodes.query),
  ]);
  await writeArrow(file(NODE_FILES.products), [
    text('id', nodes.productId),
    text('locale', nodes.productLocale),
    ...(nodes.text === null ? [] : TEXT_FIELDS.map((name) => text(name, nodes.text![name]))),
  ]);
}

/** Reads what `writeNodes` wrote. Throws 'data' where a file holds something else. */
export async function readNodes(bundle: Bundle): Promise<FrozenNodes> {
  const queries = await readArrow(bundle.file(NODE_FILES.queries));
  const products = await readArrow(bundle.file(NODE_FILES.products));
  const hasText = products.columns.has('title');
  return {
    queryKey: texts(queries, 'key') as string[],
    queryLocale: texts(queries, 'locale') as string[],
    query: texts(queries, 'query') as string[],
    productId: texts(products, 'id') as string[],
    productLocale: texts(products, 'locale') as string[],
    text: hasText
      ? (Object.fromEntries(
          TEXT_FIELDS.map((name) => [name, texts(products, name)]),
        ) as unknown as ProductText)
      : null,
  };
}

function texts(table: Table, name: string): readonly (string | null)[] {
  const column = table.columns.get(name);
  if (column?.kind === 'text') return column.values;
  throw new EsciSelectError('data', `file of the bundle has no column of texts '${name}'`, {
    path: table.path,
    hint: 'write it again with esci-select export',
  });
}
