import type { Document, ProductDocuments } from './document.js';
import type { Features } from './overlap.js';

/** Negations that stand before what they deny (us, es), as whole words. */
const BEFORE = new Set(['without', 'not', 'no', 'non', 'sin', 'except', 'excepto', 'ni']);
/** Negations that stand after what they deny: `sugar free`, `ふちなし`. */
const AFTER = new Set(['free', 'less']);
const AFTER_SPACELESS =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{L}]{1,8}?)(?:なし|無し|ナシ|抜き|不要|レス|以外)/gu;
const ARTICLES = new Set(['a', 'an', 'any', 'the', 'el', 'la', 'los', 'las', 'un', 'una', 'de']);

/** What a text denies: the words it says it is without. Normalised text. O(length). */
export function deniedBy(document: Document): Set<string> {
  const denied = new Set<string>();
  const { words } = document;
  for (let at = 0; at < words.length; at++) {
    if (BEFORE.has(words[at])) {
      let next = at + 1;
      while (next < words.length && ARTICLES.has(words[next])) next++;
      if (next < words.length) denied.add(words[next]);
    }
    if (AFTER.has(words[at]) && at > 0) denied.add(words[at - 1]);
  }
  for (const match of document.normalised.matchAll(AFTER_SPACELESS)) denied.add(match[1]);
  return denied;
}

/**
 * Whether the query denies something, and whether the product has it (against the query), denies it too (as asked),
 * or denies something that the query asks for.
 */
export function negation(query: Document, product: ProductDocuments): Features {
  const denied = deniedBy(query);
  const productDenied = new Set([...deniedBy(product.title), ...deniedBy(product.body)]);
  let against = 0;
  let asAsked = 0;
  for (const word of denied) {
    if (productDenied.has(word)) asAsked = 1;
    else if (mentions(product, word)) against = 1;
  }
  const asked = query.words.filter((word) => !denied.has(word) && productDenied.has(word));
  return {
    queryDenies: denied.size > 0 ? 1 : 0,
    deniedPresent: against,
    deniedAbsent: asAsked,
    askedDenied: asked.length > 0 ? 1 : 0,
    productDenies: productDenied.size > 0 ? 1 : 0,
  };
}

function mentions({ title, body, color, brand }: ProductDocuments, word: string): boolean {
  const fields = [title, body, color, brand];
  const spaced = /^[\p{Script=Latin}\p{N}]+$/u.test(word);
  if (spaced) return fields.some((field) => field.words.includes(word));
  return fields.some((field) => field.normalised.includes(word));
}
