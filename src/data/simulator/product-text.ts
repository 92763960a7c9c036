import type { Random } from '../../math/random.js';
import { type Facts, NONE, type SimulatedProduct } from './facts.js';
import { chance, mostlyFirst, pick } from './random-values.js';
import { sizeText } from './size-text.js';
import { LINES } from './structure.js';
import { say } from './vocabulary.js';
import { type Locale, WORDS } from './words.js';

/** A product as the store describes it; null where a field is empty. */
export interface ProductFields {
  readonly title: string;
  readonly description: string | null;
  readonly bullets: string | null;
  readonly brand: string | null;
  readonly color: string | null;
}

/** How often something stands in the title; elsewhere it is in the brand or colour field or the bullets. */
const IN_TITLE = { brand: 0.6, colour: 0.65, material: 0.75, size: 0.8, audience: 0.8, has: 0.7, lacks: 0.4 };
const USUAL_NAME = 0.92;
const USUAL_COLOUR = 0.94;
const NO_BRAND_FIELD = 0.06;
const NO_COLOUR_FIELD = 0.12;
const NO_DESCRIPTION = 0.4;
const ACCESSORY_FOR_DEVICE = 0.4;

/**
 * The text of a product. It says every fact that is not hidden, somewhere: brand and colour in the title or their field,
 * the rest in the title or the bullets. The hidden facts do not enter it: they are not even looked at.
 */
export function productText(product: SimulatedProduct, random: Random): ProductFields {
  const { locale, hidden } = product;
  const facts = product.candidates[0].value;
  const teller: Teller = { locale, hidden, facts, random, bullets: [] };
  const brand = WORDS[locale].brands[facts.brand];
  const colour = mostlyFirst(WORDS[locale].colours[facts.colour], USUAL_COLOUR, random);
  const noBrandField = chance(NO_BRAND_FIELD, random);
  const noColourField = chance(NO_COLOUR_FIELD, random);
  const title = titleOf(teller, {
    brand: noBrandField || chance(IN_TITLE.brand, random) ? brand : '',
    colour: noColourField || chance(IN_TITLE.colour, random) ? colour : '',
  });
  distract(teller);
  return {
    title,
    description: chance(NO_DESCRIPTION, random) ? null : description(teller),
    bullets: teller.bullets.length === 0 ? null : random.shuffle(teller.bullets).join('\n'),
    brand: noBrandField ? null : brand,
    color: noColourField ? null : colour,
  };
}

interface Teller {
  readonly locale: Locale;
  readonly hidden: SimulatedProduct['hidden'];
  /** only what the text may tell is read */
  readonly facts: Facts;
  readonly random: Random;
  readonly bullets: string[];
}

type Part = 'brand' | 'line' | 'code' | 'colour' | 'material' | 'type' | 'size' | 'audience' | 'feature';

const ORDER: Readonly<Record<Locale, readonly Part[]>> = {
  us: ['brand', 'line', 'code', 'colour', 'material', 'type', 'feature', 'size', 'audience'],
  es: ['type', 'brand', 'line', 'code', 'material', 'size', 'feature', 'audience', 'colour'],
  jp: ['brand', 'line', 'code', 'type', 'size', 'material', 'colour', 'feature', 'audience'],
};

function titleOf(teller: Teller, given: { brand: string; colour: string }): string {
  const { locale, facts, hidden, random } = teller;
  const words = WORDS[locale];
  const { phrases } = words;
  const line = facts.line === NONE ? '' : words.lines[facts.family * LINES + facts.line];
  const material = words.materials[facts.material];
  const parts: Record<Part, string> = {
    ...given,
    line,
    code: hidden === 'type' || (line !== '' && chance(0.5, random)) ? modelCode(random) : '',
    material: tell(teller, material, IN_TITLE.material, phrases.madeOf),
    type: hidden === 'type' ? '' : typeName(teller),
    size:
      hidden === 'type'
        ? ''
        : tell(teller, sizeText(locale, facts, random, true), IN_TITLE.size, phrases.size),
    audience: '',
    feature: hidden === 'open' ? featurePart(teller) : '',
  };
  if (facts.audience !== NONE) {
    const audience = say(phrases.audience, words.audiences[facts.audience]);
    parts.audience = tell(teller, audience, IN_TITLE.audience, ['{x}']);
  }
  const said = ORDER[locale].map((name) => parts[name]).filter((part) => part !== '');
  return capitalise(said.join(locale === 'jp' ? '' : ' '), locale);
}

/** The word, if it goes into the title; else '' and a bullet says it. */
function tell(
  { random, bullets }: Teller,
  word: string,
  inTitle: number,
  phrases: readonly string[],
): string {
  if (chance(inTitle, random)) return word;
  bullets.push(say(pick(phrases, random), word));
  return '';
}

function featurePart(teller: Teller): string {
  const { locale, facts, random } = teller;
  const { phrases, features } = WORDS[locale];
  const phrase = say(
    pick(facts.feature ? phrases.has : phrases.lacks, random),
    features[facts.family][facts.role],
  );
  return tell(teller, phrase, facts.feature ? IN_TITLE.has : IN_TITLE.lacks, ['{x}']);
}

/** The type's name; an accessory may be named by the device it is for. */
function typeName({ locale, facts, random }: Teller): string {
  const { types, phrases } = WORDS[locale];
  const name = mostlyFirst(types[facts.family][facts.role], USUAL_NAME, random);
  if (facts.role < 2 || !chance(ACCESSORY_FOR_DEVICE, random)) return name;
  const device = mostlyFirst(types[facts.family][random.integer(2)], USUAL_NAME, random);
  return say(phrases.accessory, name).replace('{y}', () => device);
}

/** Sentences about something else: other colours, products that go with it, and nothing at all. */
function distract({ locale, hidden, facts, random, bullets }: Teller): void {
  const { phrases, fillers, colours, types } = WORDS[locale];
  if (chance(0.2, random)) bullets.push(say(pick(phrases.otherColours, random), pick(colours, random)[0]));
  if (hidden !== 'type' && chance(0.2, random)) {
    const companion = facts.role < 2 ? 2 + random.integer(2) : random.integer(2);
    bullets.push(say(pick(phrases.goesWith, random), types[facts.family][companion][0]));
  }
  const idle = new Set<string>();
  while (chance(0.5, random)) idle.add(pick(fillers, random));
  bullets.push(...idle);
}

function description({ locale, random }: Teller): string {
  const { fillers } = WORDS[locale];
  const first = random.integer(fillers.length);
  const second = (first + 1 + random.integer(fillers.length - 1)) % fillers.length;
  return locale === 'jp'
    ? `${fillers[first]}。${fillers[second]}。`
    : `${fillers[first]}. ${fillers[second]}.`;
}

const CODE_LETTERS = 'ABDEFGHKMNPRSTVXZ';

function modelCode(random: Random): string {
  const letter = () => CODE_LETTERS[random.integer(CODE_LETTERS.length)];
  return `${letter()}${letter()}-${100 + random.integer(900)}`;
}

function capitalise(title: string, locale: Locale): string {
  if (locale === 'jp') return title;
  if (locale === 'es') return title.charAt(0).toUpperCase() + title.slice(1);
  return title.replace(/(^|(?<!(?:^| )[\d.]+) )(?!for |with |without )\p{Ll}/gu, (start) =>
    start.toUpperCase(),
  );
}
