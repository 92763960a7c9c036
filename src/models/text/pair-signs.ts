import { hashText } from './hashing.js';
import type { Features } from './overlap.js';
import type { PairWords, QueryWord } from './pair-words.js';

/** Kinds of signs, in the order of `signsOf`. */
export const SIGN_KINDS = ['found', 'missing', 'extra', 'pair', 'denied'] as const;

/** Salts that keep the same two words apart by whether the query's one is in the title. */
const BESIDE = 1;
const INSTEAD = 2;

/**
 * What the words of a pair may tell by which words they are, as hashes by kind: words of the query that the product
 * has, and where; that it lacks; words of the title that the query lacks; each of the query's words with each of those
 * (`phone` asked, `case` there); and what becomes of words that the query denies. [kind][sign]; O(words x words).
 */
export function signsOf({ query, extra }: PairWords): number[][] {
  const wanted = query.filter(({ denied }) => !denied);
  const sign = (one: QueryWord) => hashText(`${one.lacking ? 'lacking' : one.place} ${one.word}`);
  const has = ({ place, lacking }: QueryWord) => place !== 'nowhere' && !lacking;
  return [
    wanted.filter(has).map(sign),
    wanted.filter((one) => !has(one)).map(sign),
    extra.map((word) => hashText(`extra ${word}`)),
    wanted.flatMap(({ word, place }) =>
      extra.map((other) => hashText(`${word} ${other}`, place === 'title' ? BESIDE : INSTEAD)),
    ),
    query
      .filter(({ denied }) => denied)
      .map((one) => hashText(`not ${one.lacking ? 'lacking' : one.place} ${one.word}`)),
  ];
}

const MOST_WORDS = 4;

/** How many of a query's words stand where, whatever words they are, and whether its denials are kept. */
export function wordStates({ query, extra }: PairWords): Features {
  const wanted = query.filter(({ denied }) => !denied);
  const unwanted = query.filter(({ denied }) => denied);
  const count = (place: QueryWord['place']) =>
    wanted.filter((one) => one.place === place && !one.lacking).length;
  const share = (number: number) => number / Math.max(1, wanted.length);
  const is = (one: boolean) => (one ? 1 : 0);
  return {
    wordsInTitle: share(count('title')),
    wordsInFields: share(count('field')),
    wordsInBody: share(count('body')),
    wordsNowhere: share(count('nowhere')),
    nowhereCount: Math.min(MOST_WORDS, count('nowhere')),
    wantedLacking: is(wanted.some(({ lacking }) => lacking)),
    queryDenies: is(unwanted.length > 0),
    deniedThere: is(unwanted.some(({ place, lacking }) => place !== 'nowhere' && !lacking)),
    deniedLacking: is(unwanted.some(({ lacking }) => lacking)),
    extraWords: Math.log1p(extra.length),
  };
}
