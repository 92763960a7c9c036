import type { Examples } from '../../data/examples/examples.js';
import { sha256 } from '../../io/hash.js';
import type { Pretrained } from './folder.js';
import type { Item } from './reader.js';
import { productText, queryText } from './texts.js';
import { hasSeen } from './trained-on.js';

/** Something to be read, once however many rows need it. */
export interface PlannedItem extends Item {
  /** which of the model's folders reads it */
  readonly folder: number;
  /** sha256 of model, tokenizer and settings, and of the text as the template writes it */
  readonly key: string;
}

/** What rows need. */
export interface ReadingPlan {
  readonly items: readonly PlannedItem[];
  /** [row asked]: the item of its query (encoder) or of the pair (onnx); -1 where it is left out */
  readonly first: Int32Array;
  /** [row asked]: the item of its product (encoder); -1 else */
  readonly second: Int32Array;
}

/**
 * What is to be read for rows: queries and products apart for an encoder, pairs for a ready model. A row whose query a
 * model has learnt from is read by the first of its folders that has not, or left out. O(characters).
 */
export function planReading(pretrained: Pretrained, examples: Examples, rows: Int32Array): ReadingPlan {
  const items: PlannedItem[] = [];
  const places = new Map<string, number>();
  const place = (folder: number, first: string, second: string | null) => {
    const { contentSha256 } = pretrained.folders[folder];
    const key = sha256(JSON.stringify([contentSha256, first, second]));
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, items.length);
    items.push({ folder, first, second, key });
    return items.length - 1;
  };
  const first = new Int32Array(rows.length).fill(-1);
  const second = new Int32Array(rows.length).fill(-1);
  const innocent = folderOfGroup(pretrained, examples);
  for (const [at, row] of rows.entries()) {
    const folder = innocent(row);
    if (folder < 0) continue;
    const { templates } = pretrained.folders[folder];
    const query = queryText(examples, row, templates);
    const product = productText(examples, row, templates);
    if (pretrained.kind === 'onnx') {
      first[at] = place(folder, query, product);
      continue;
    }
    first[at] = place(folder, query, null);
    second[at] = place(folder, product, null);
  }
  return { items, first, second };
}

/** The first folder that has not learnt from a row's query, found once a query; -1 where all have. */
function folderOfGroup({ folders }: Pretrained, { group, query }: Examples): (row: number) => number {
  const known = new Map<number, number>();
  return (row) => {
    let found = known.get(group[row]);
    if (found === undefined) {
      found = folders.findIndex(({ trainedOn }) => !hasSeen(trainedOn, query[row]));
      known.set(group[row], found);
    }
    return found;
  };
}
