import type { Random } from '../../math/random.js';
import { type Candidate, NONE, type Quality, type SimulatedQuery, type Wishes } from './facts.js';
import { draw } from './noise.js';
import { type QueryText, queryText } from './query-text.js';
import { chance, pick } from './random-values.js';
import { AUDIENCES, BRANDS, COLOURS, FAMILIES, LINES, MATERIALS } from './structure.js';
import type { Locale } from './words.js';

/** A query with the words it is asked in. */
export interface AskedQuery extends SimulatedQuery {
  readonly text: string;
  readonly source: string;
}

/** How often each role is asked for. */
const ROLE_SHARES = [0.4, 0.3, 0.15, 0.15];
/** Queries with no wish, one, two, three. */
const WISH_SHARES = [0.3, 0.45, 0.21, 0.04];
/** Queries that name a product line and not the type. */
const HIDDEN_SHARE = 0.055;
/** A line alone means the device it is known for, or the other one. */
const KNOWN_FOR = 0.58;
/** Negations among wishes about a feature. */
const DENIED_SHARE = 0.6;

const WISHES = ['brand', 'colour', 'material', 'size', 'audience', 'feature', 'line'] as const;
const WISH_WEIGHTS = [0.29, 0.23, 0.12, 0.09, 0.08, 0.14, 0.05];
const VALUES: Readonly<Record<Quality, number>> = {
  brand: BRANDS,
  line: LINES,
  colour: COLOURS,
  material: MATERIALS,
  size: 4,
  audience: AUDIENCES,
};

/** Families in use: so few that each has queries enough to learn from. */
export function familiesFor(queries: number): number {
  return Math.min(FAMILIES.length, Math.max(1, Math.round(queries / 40)));
}

/** Queries of a locale, no two with the same text. */
export function makeQueries(locale: Locale, count: number, random: Random): AskedQuery[] {
  const families = familiesFor(count);
  const texts = new Set<string>();
  const queries: AskedQuery[] = [];
  for (let tries = 0; queries.length < count; tries++) {
    const plain = makeQuery(locale, queries.length % families, random);
    const said = queryText(plain, random, tries);
    if (texts.has(said.text)) continue;
    tries = 0;
    texts.add(said.text);
    queries.push({ ...plain, text: said.text, source: sourceOf(plain, said, random) });
  }
  return queries;
}

function makeQuery(locale: Locale, family: number, random: Random): SimulatedQuery {
  const role = draw(ROLE_SHARES, random);
  const hidden = role < 2 && chance(HIDDEN_SHARE / 0.7, random);
  const wanted = hidden
    ? ['line', ...(chance(0.3, random) ? [pick(['brand', 'colour'], random)] : [])]
    : drawWishes(random);
  const value = (quality: Quality) => (wanted.includes(quality) ? random.integer(VALUES[quality]) : NONE);
  const wishes: Wishes = {
    family,
    brand: value('brand'),
    line: value('line'),
    colour: value('colour'),
    material: value('material'),
    size: value('size'),
    audience: value('audience'),
    feature: wanted.includes('feature') ? !chance(DENIED_SHARE, random) : null,
  };
  if (!hidden) return { locale, hidden: 'open', wishes, candidates: [{ value: role, prior: 1 }], truth: 0 };
  const candidates = deviceCandidates(wishes.line % 2);
  const truth = draw(
    candidates.map(({ prior }) => prior),
    random,
  );
  return { locale, hidden: 'type', wishes, candidates, truth };
}

function deviceCandidates(known: number): Candidate<number>[] {
  return [
    { value: known, prior: KNOWN_FOR },
    { value: 1 - known, prior: 1 - KNOWN_FOR },
  ];
}

function drawWishes(random: Random): string[] {
  const wanted = new Set<string>();
  const count = draw(WISH_SHARES, random);
  while (wanted.size < count) wanted.add(WISHES[draw(WISH_WEIGHTS, random)]);
  return [...wanted];
}

/** The official data's names of where queries come from. */
function sourceOf(query: SimulatedQuery, said: QueryText, random: Random): string {
  if (query.wishes.feature === false) return 'negations';
  if (query.hidden === 'type') return 'parse_pattern';
  if (said.misspelt) return 'nlqec';
  return chance(0.06, random) ? 'behavioral' : 'other';
}
