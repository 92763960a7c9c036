import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from './corpus.js';
import type { Document } from './document.js';
import { withoutQuantities } from './quantities.js';
import { tokenise } from './tokens.js';

/**
 * Stretches that stand for a word in scripts without spaces: Chinese characters with the Hiragana that inflect them,
 * Hiragana, Katakana, Thai.
 */
const STRETCH =
  /[\p{Script=Han}々]+\p{Script=Hiragana}*|\p{Script=Hiragana}+|[\p{Script=Katakana}ー]+|\p{Script=Thai}+/gu;
const SPACELESS = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー々]+$/u;

/** Marks that stand after a word without being part of it: negations, "with", "for". */
const MARKS = 'なし 無し ナシ 不使用 不要 抜き 以外 別売り 付き つき 搭載 あり 用 対応 専用 互換 向け'.split(
  ' ',
);

/** Words of scripts without spaces that longer stretches are split at. */
export interface Splitter {
  /** saved with a model; sorted, without the marks */
  readonly known: readonly string[];
  readonly words: ReadonlySet<string>;
  /** characters of the longest word */
  readonly longest: number;
}

/** Longer names are sentences. */
const LONGEST = 24;

/** A splitter at known words and at marks. */
export function splitterOf(known: readonly string[]): Splitter {
  const words = new Set([...MARKS, ...known.filter((word) => word.length <= LONGEST)]);
  return { known, words, longest: Math.max(...[...words].map((word) => word.length)) };
}

/** Documents that a word must stand in by itself before longer stretches are split at it. */
const LEAST_DOCUMENTS = 3;
const LEAST_LENGTH = 2;
const ROUNDS = 3;

/**
 * Learns the words of scripts without spaces from the rows' texts: brands and colours as given, and stretches that stand
 * alone often enough, which longer stretches are then split at (`ドリップコーヒーマシンタイマー` after the query
 * `ドリップコーヒーマシン`), a few times over. No labels. O(rounds x stretches x length).
 */
export function fitSplitter(examples: Examples, rows: Int32Array): Splitter {
  const names = new Set<string>();
  const texts = new Set<string>();
  const corpus = corpusOf(examples);
  for (const row of rows) {
    texts.add(corpus.queries.at(examples.group[row]).normalised);
    const product = corpus.products?.at(examples.product[row]);
    if (product === undefined) continue;
    texts.add(product.title.normalised);
    for (const { normalised } of [product.brand, product.color]) {
      if (SPACELESS.test(normalised)) names.add(normalised);
    }
  }
  let known = [...names].sort();
  for (let round = 0; round < ROUNDS; round++) {
    const counts = countPieces(texts, splitterOf(known));
    if (counts.size === 0) break;
    known = [...new Set([...names, ...splitPieces(counts)])].sort();
  }
  return splitterOf(known);
}

/** In how many texts each piece stands. */
function countPieces(texts: Iterable<string>, splitter: Splitter): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const pieces = tokenise(withoutQuantities(text)).filter(({ spaceless }) => spaceless);
    for (const piece of new Set(pieces.flatMap((token) => split(token.text, splitter)))) {
      counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
  }
  return counts;
}

/** The pieces often enough to be words, but for those that begin or end with a commoner one. */
function splitPieces(counts: ReadonlyMap<string, number>): string[] {
  const frequent = [...counts].filter(
    ([piece, count]) => count >= LEAST_DOCUMENTS && piece.length >= LEAST_LENGTH,
  );
  const words = new Map(frequent);
  return frequent
    .filter(([piece, count]) => {
      if (piece.length > LONGEST) return false;
      for (let at = LEAST_LENGTH; at <= piece.length - LEAST_LENGTH; at++) {
        const [start, end] = [words.get(piece.slice(0, at)) ?? 0, words.get(piece.slice(at)) ?? 0];
        if (Math.max(start, end) > count) return false;
      }
      return true;
    })
    .map(([piece]) => piece);
}

/** Known words, the longest at each place, and stretches of one script between them. O(length x longest word). */
function split(text: string, { words, longest }: Splitter): string[] {
  const pieces: string[] = [];
  let rest = 0;
  const flush = (end: number) => {
    if (end > rest) pieces.push(...(text.slice(rest, end).match(STRETCH) ?? []));
  };
  for (let at = 0; at < text.length; ) {
    let length = Math.min(longest, text.length - at);
    while (length > 0 && !words.has(text.slice(at, at + length))) length--;
    if (length === 0) {
      at++;
      continue;
    }
    flush(at);
    pieces.push(text.slice(at, at + length));
    at += length;
    rest = at;
  }
  flush(text.length);
  return pieces;
}

const read = new WeakMap<Document, { splitter: Splitter; units: readonly string[] }>();

/**
 * The words of a text in order, as a reader would name them: words between spaces; in scripts without spaces, known
 * words and stretches of one script. Numbers with a unit are left out: `quantities` reads them. O(length).
 */
export function unitsOf(document: Document, splitter: Splitter): readonly string[] {
  const last = read.get(document);
  if (last?.splitter === splitter) return last.units;
  const units = tokenise(withoutQuantities(document.normalised)).flatMap(({ text, spaceless }) =>
    spaceless ? split(text, splitter) : [text],
  );
  read.set(document, { splitter, units });
  return units;
}
