import type { Random } from '../../math/random.js';
import { type Candidate, type Facts, NONE, QUALITIES, type SimulatedProduct, type Wishes } from './facts.js';
import { draw } from './noise.js';
import { another, chance, pick } from './random-values.js';
import { COMPLEMENT, EXACT, SUBSTITUTE } from './relation.js';
import { AUDIENCES, BRANDS, COLOURS, LINES, MATERIALS, ROLES } from './structure.js';
import type { Locale } from './words.js';

const SIZES = 4;
const HAS_LINE = 0.5;
const FOR_SOMEBODY = 0.35;
/** Roles of catalogue products at large. */
const ROLE_SHARES = [0.4, 0.3, 0.15, 0.15];

/**
 * What hides behind a product line and a model code, given the line: the device that the line is known for, the other
 * device, either accessory, or the first device of the next family.
 */
const HIDDEN_TYPE_PRIOR = { known: 0.47, other: 0.27, accessory: 0.06, foreign: 0.14 } as const;
/** A product that is silent on its feature has it as often as not. */
const HIDDEN_FEATURE_PRIOR = 0.5;

/** Facts of a product of the family, drawn from the catalogue at large. */
function drawFacts(family: number, random: Random): Facts {
  return {
    family,
    role: draw(ROLE_SHARES, random),
    brand: random.integer(BRANDS),
    line: chance(HAS_LINE, random) ? random.integer(LINES) : NONE,
    colour: random.integer(COLOURS),
    material: random.integer(MATERIALS),
    size: random.integer(SIZES),
    audience: chance(FOR_SOMEBODY, random) ? random.integer(AUDIENCES) : NONE,
    feature: chance(0.5, random),
  };
}

/** Facts that meet every wish of a query that means `role`; what it does not ask for is drawn. */
export function meeting(role: number, wishes: Wishes, random: Random): Facts {
  const facts = { ...drawFacts(wishes.family, random), role };
  for (const quality of QUALITIES) if (wishes[quality] !== NONE) facts[quality] = wishes[quality];
  if (wishes.feature !== null) facts.feature = wishes.feature;
  return facts;
}

/** Substitutes that are the other device; the rest break a wish or two. */
const RIVAL = 0.6;
/** Irrelevant products for an accessory query that are the other accessory. */
const OTHER_ACCESSORY = 0.3;
/** Irrelevant products of the right type. */
const FAR_FROM_WISHES = 0.1;

type Draft = { -readonly [key in keyof Facts]: Facts[key] };

/** Facts that are likely to have the relation to a query that means `role`; the caller checks. */
export function aimingAt(
  { relation, role }: { readonly relation: number; readonly role: number },
  wishes: Wishes,
  families: number,
  random: Random,
): Facts {
  const facts: Draft = meeting(role, wishes, random);
  if (relation === EXACT) return facts;
  if (relation === COMPLEMENT) {
    facts.role = role < 2 ? 2 + random.integer(2) : random.integer(2);
    return chance(0.5, random) ? facts : breakWishes(facts, wishes, 1, random);
  }
  if (relation === SUBSTITUTE) {
    if (role < 2 && chance(RIVAL, random)) return { ...facts, role: 1 - role };
    return breakWishes(facts, wishes, 1 + random.integer(2), random);
  }
  if (role >= 2 && chance(OTHER_ACCESSORY, random)) return { ...facts, role: 5 - role };
  if (families === 1 || chance(FAR_FROM_WISHES, random)) return breakWishes(facts, wishes, 4, random);
  return drawFacts(another(wishes.family, families, random), random);
}

function breakWishes(facts: Draft, wishes: Wishes, count: number, random: Random): Facts {
  const asked = [...QUALITIES.filter((quality) => wishes[quality] !== NONE), 'feature' as const];
  for (let time = 0; time < count; time++) {
    const quality = pick(asked, random);
    if (quality !== 'feature') facts[quality] = another(facts[quality], BOUNDS[quality], random);
    else if (wishes.feature !== null) facts.feature = !wishes.feature;
  }
  return facts;
}

const BOUNDS = {
  brand: BRANDS,
  line: LINES,
  colour: COLOURS,
  material: MATERIALS,
  size: SIZES,
  audience: AUDIENCES,
} as const;

/** A product whose text tells all. */
export function openProduct(locale: Locale, facts: Facts): SimulatedProduct {
  return { locale, hidden: 'open', candidates: [{ value: facts, prior: 1 }], truth: 0 };
}

/** A product of a line, whose type is drawn from the prior and not told. */
export function typeHiddenProduct(
  locale: Locale,
  facts: Facts,
  families: number,
  random: Random,
): SimulatedProduct {
  const known = facts.line % 2;
  const { accessory, foreign } = HIDDEN_TYPE_PRIOR;
  const inFamily = Array.from({ length: ROLES }, (_, role) => ({
    value: { ...facts, role },
    prior: role >= 2 ? accessory : role === known ? HIDDEN_TYPE_PRIOR.known : HIDDEN_TYPE_PRIOR.other,
  }));
  const next = { value: { ...facts, family: (facts.family + 1) % families, role: 0 }, prior: foreign };
  const candidates = families > 1 ? [...inFamily, next] : inFamily;
  return hide(locale, 'type', candidates, random);
}

/** A product that does not tell whether it has its type's feature. */
export function featureHiddenProduct(locale: Locale, facts: Facts, random: Random): SimulatedProduct {
  const candidates = [
    { value: { ...facts, feature: true }, prior: HIDDEN_FEATURE_PRIOR },
    { value: { ...facts, feature: false }, prior: 1 - HIDDEN_FEATURE_PRIOR },
  ];
  return hide(locale, 'feature', candidates, random);
}

function hide(
  locale: Locale,
  hidden: 'type' | 'feature',
  weighted: readonly Candidate<Facts>[],
  random: Random,
): SimulatedProduct {
  const total = weighted.reduce((sum, { prior }) => sum + prior, 0);
  const candidates = weighted.map(({ value, prior }) => ({ value, prior: prior / total }));
  const truth = draw(
    candidates.map(({ prior }) => prior),
    random,
  );
  return { locale, hidden, candidates, truth };
}
