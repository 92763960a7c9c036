import type { Random } from '../../math/random.js';
import type { Facts } from './facts.js';
import { chance, pick } from './random-values.js';
import { CONVERSIONS, FAMILIES } from './structure.js';
import { type Locale, WORDS } from './words.js';

const CONVERTED = 0.08;

/** A size as a shopper or a shop writes it: `1.5 L`, `1,5 litros`, `256GB`; with `convert`, sometimes `1500 ml`. */
export function sizeText(
  locale: Locale,
  { family, role, size }: Pick<Facts, 'family' | 'role' | 'size'>,
  random: Random,
  convert = false,
): string {
  const { unit, sizes } = FAMILIES[family][role];
  const other = CONVERSIONS[unit];
  if (convert && other !== undefined && chance(CONVERTED, random)) {
    return `${Math.round(sizes[size] * other.factor)}${locale === 'jp' ? '' : ' '}${other.unit}`;
  }
  const value = String(sizes[size]);
  const number = locale === 'es' && chance(0.7, random) ? value.replace('.', ',') : value;
  const word = pick(WORDS[locale].units[unit], random);
  const gap = locale === 'jp' || (word.length <= 3 && chance(0.4, random)) ? '' : ' ';
  return `${number}${gap}${word}`;
}
