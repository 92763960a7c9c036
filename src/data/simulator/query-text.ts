import type { Random } from '../../math/random.js';
import { NONE, type SimulatedQuery } from './facts.js';
import { misspell } from './misspell.js';
import { chance, mostlyFirst, pick } from './random-values.js';
import { sizeText } from './size-text.js';
import { LINES } from './structure.js';
import { say } from './vocabulary.js';
import { WORDS } from './words.js';

/** The words of a query, and whether one of them has a slip in it. */
export interface QueryText {
  readonly text: string;
  readonly misspelt: boolean;
}

const USUAL_NAME = 0.92;
const USUAL_COLOUR = 0.95;
const MISSPELT = 0.07;
const NO_ACCENTS = 0.35;
/** After so many texts in a row that exist already, a number is added. */
const PATIENCE = 100;

/**
 * What a query asks for and nothing else, in lower case; one in fourteen has a misspelt word. `tries` counts the texts in
 * a row that were taken already.
 */
export function queryText(query: SimulatedQuery, random: Random, tries = 0): QueryText {
  const parts = partsOf(query, random);
  const misspelt = chance(MISSPELT, random);
  if (misspelt) {
    const at = parts.brand !== '' && chance(0.4, random) ? 'brand' : parts.type === '' ? 'line' : 'type';
    parts[at] = misspell(parts[at], random);
  }
  const said = ORDER[query.locale].map((name) => parts[name]).filter((part) => part !== '');
  let text = said.join(query.locale === 'jp' ? '' : ' ').toLowerCase();
  if (query.locale === 'es' && chance(NO_ACCENTS, random)) text = withoutAccents(text);
  return { text: tries < PATIENCE ? text : `${text} ${tries}`, misspelt };
}

type Part = 'brand' | 'line' | 'colour' | 'material' | 'size' | 'audience' | 'feature' | 'type';

const ORDER: Readonly<Record<SimulatedQuery['locale'], readonly Part[]>> = {
  us: ['brand', 'line', 'colour', 'material', 'type', 'size', 'audience', 'feature'],
  es: ['type', 'brand', 'line', 'material', 'colour', 'size', 'audience', 'feature'],
  jp: ['brand', 'line', 'colour', 'material', 'type', 'size', 'audience', 'feature'],
};

function partsOf(
  { locale, wishes, candidates, hidden }: SimulatedQuery,
  random: Random,
): Record<Part, string> {
  const words = WORDS[locale];
  const { family } = wishes;
  const role = candidates[0].value;
  const says = wishes.feature ? words.phrases.wants : words.phrases.denies;
  const colour =
    wishes.colour === NONE ? '' : mostlyFirst(words.colours[wishes.colour], USUAL_COLOUR, random);
  return {
    brand: words.brands[wishes.brand] ?? '',
    line: wishes.line === NONE ? '' : words.lines[family * LINES + wishes.line],
    colour,
    material: words.materials[wishes.material] ?? '',
    size: wishes.size === NONE ? '' : sizeText(locale, { family, role, size: wishes.size }, random),
    audience: wishes.audience === NONE ? '' : say(words.phrases.audience, words.audiences[wishes.audience]),
    feature: wishes.feature === null ? '' : say(pick(says, random), words.features[family][role]),
    type: hidden === 'type' ? '' : mostlyFirst(words.types[family][role], USUAL_NAME, random),
  };
}

/** `máquina` as many type it; ñ stays. */
function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300\u0301]/g, '')
    .normalize('NFC');
}
