import { basename, dirname } from 'node:path';
import type { SourceFile } from './source-file.js';

/** Words of file names that say which rows a file holds, not which model they are of. */
const ROWS =
  /^(oof|oofs|outoffold|train|training|valid|validation|val|dev|test|testing|holdout|eval|(fold|cv|split|part|shard|chunk)\d*)$/i;
const NUMBER = /^\d+$/;
/** Words that a number or `of` may follow. */
const COUNTED = /^(fold|cv|split|part|shard|chunk)$/i;
/** Words that say only that these are predictions. */
const NOISE = /^(pred|preds|prediction|predictions|prob|probs|proba|output|outputs|data|results?|scores?)$/i;
/** `-00000-of-00002` */
const SHARD = /(^|[._-])\d{1,5}[._-]of[._-]\d{1,5}(?=$|[._-])/i;
/** Hashes that Spark and the Hub put into the names of shards. */
const HASH = /^(?=.*\d)[0-9a-f]{8,}$/i;

/**
 * The model that a file's name is about once the words that say which rows it holds are left out (`alpha_oof` and
 * `test-alpha` are of alpha); '' where nothing else is in the name (`part-00000`, `test-00000-of-00002`); null where no such
 * word is in it.
 */
export function modelOfPart(stem: string): string | null {
  const unsharded = stem.replace(SHARD, '');
  const words = unsharded.replace(/out[._-]of[._-]fold/i, 'oof').split(/([._-]+)/);
  const kept: string[] = [];
  let found = unsharded !== stem;
  let after = '';
  for (let at = 0; at < words.length; at += 2) {
    const word = words[at];
    const follows = found && (NUMBER.test(word) || /^c\d+$/.test(word) || HASH.test(word));
    if (word === '') continue;
    const isRows = ROWS.test(word) || (follows && (after !== '' || (unsharded !== stem && HASH.test(word))));
    if (isRows) {
      found = true;
      after =
        COUNTED.test(word) || follows || /^(train|test|val|valid|validation|dev)$/i.test(word) ? word : '';
      continue;
    }
    after = found && /^[0-9a-f]{4}$/i.test(word) ? after : '';
    if (after !== '' && isUuidRest(words, at)) continue;
    if (kept.length > 0) kept.push(words[at - 1]);
    kept.push(word);
  }
  if (!found) return null;
  return withoutNoise(kept);
}

/** The middle groups of a UUID, four hexadecimal digits each. */
function isUuidRest(words: readonly string[], at: number): boolean {
  return HASH.test(words[at - 2] ?? '') || /^[0-9a-f]{4}$/i.test(words[at - 2] ?? '');
}

function withoutNoise(kept: readonly string[]): string {
  let [first, last] = [0, kept.length];
  while (last > first && NOISE.test(kept[last - 1])) last -= 2;
  while (first < last && NOISE.test(kept[first])) first += 2;
  return kept.slice(first, Math.max(first, last)).join('');
}

/** `model=alpha` in a folder's name, as Hive and Spark write partitions; null where it is another name. */
export function hivePart(folder: string): { key: string; value: string } | null {
  const found = /^([A-Za-z_][\w.-]*)=(.*)$/.exec(folder);
  return found === null ? null : { key: found[1], value: decodeURIComponent(found[2]) };
}

/**
 * The model of each single-model file: out-of-fold and test files, shards and hive folders of one model have one name, where
 * at least two files share it or the file's folder is all that can name it; any other file has its own. Pure, by names only.
 */
export function modelNames(files: readonly SourceFile[]): Map<string, string> {
  const parts = files.map((file) => ({ file, name: partName(file) }));
  const members = new Map<string, number>();
  for (const { file, name } of parts) {
    const key = name ?? file.stem;
    members.set(key, (members.get(key) ?? 0) + 1);
  }
  return new Map(
    parts.map(({ file, name }) => {
      const joins = name !== null && ((members.get(name) ?? 0) > 1 || file.within !== null);
      return [file.path, joins ? name : file.stem];
    }),
  );
}

/** What a file would be called as a part of a model; null where nothing says that it is one. */
function partName({ path, stem, within }: SourceFile): string | null {
  if (within?.model !== undefined) return within.model;
  const base = modelOfPart(stem);
  if (base !== null && base !== '') return base;
  const depth = within?.depth ?? 0;
  if (base === '' || (depth > 0 && NOISE.test(stem))) return folderName(path, depth);
  return null;
}

/** The name of the folder above a file's hive folders, without the ending that Spark's folders carry. */
function folderName(path: string, depth: number): string {
  let folder = dirname(path);
  for (let level = 0; level < depth; level++) folder = dirname(folder);
  return basename(folder).replace(/\.(parquet|csv|jsonl|arrow|feather)$/i, '');
}
