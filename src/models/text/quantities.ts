import type { Document } from './document.js';
import type { Features } from './overlap.js';

/** Spellings of units, brought to one name, and how many of it one is. Those of the three locales that shoppers write. */
const SPELLINGS: readonly (readonly [spellings: string, unit: string, factor: number])[] = [
  ['ml mililitros milliliter milliliters ミリリットル', 'ml', 1],
  ['l liter liters litre litres litro litros リットル', 'ml', 1000],
  ['oz ounce ounces onzas オンス', 'oz', 1],
  ['g gr gram grams gramos グラム', 'g', 1],
  ['kg kilogram kilograms kilogramos キログラム', 'g', 1000],
  ['lb lbs pound pounds libras ポンド', 'lb', 1],
  ['mm milimetros ミリ', 'mm', 1],
  ['cm centimetros センチ', 'mm', 10],
  ['m meter meters metre metres metro metros メートル', 'mm', 1000],
  ['km kilometros', 'km', 1],
  ['in inch inches pulgadas pulgada インチ 型', 'inch', 1],
  ['ft feet foot pies フィート', 'ft', 1],
  [
    'pack packs pcs pieces piece count ct unidades unidad piezas uds ud 個 個入り 個セット 本 本入り 枚 枚入り セット',
    'pack',
    1,
  ],
  ['cup cups taza tazas カップ 杯 杯分', 'cup', 1],
  ['gb gigabyte gigabytes gigas ギガ', 'gb', 1],
  ['tb terabyte terabytes', 'gb', 1000],
  ['mp megapixel megapixels megapixeles メガピクセル', 'mp', 1],
  ['v volt volts voltio voltios ボルト', 'v', 1],
  ['w watt watts vatio vatios ワット', 'w', 1],
  ['mah', 'mah', 1],
  ['h hour hours hrs hora horas 時間', 'h', 1],
];

const UNITS = new Map(
  SPELLINGS.flatMap(([spellings, unit, factor]) =>
    spellings.split(' ').map((name) => [name, { unit, factor }] as const),
  ),
);
/** Spellings that other letters may follow at once, as scripts without spaces are written; longest first. */
const SPACELESS_UNITS = [...UNITS.keys()]
  .filter((name) => /^[^a-z]/.test(name))
  .sort((a, b) => b.length - a.length);

const QUANTITY = new RegExp(
  `(\\d+(?:[.,]\\d+)?)[\\s-]*(${SPACELESS_UNITS.join('|')}|[\\p{Script=Latin}]+)?`,
  'gu',
);

/** A number in a text. */
export interface Quantity {
  /** in the unit named */
  readonly value: number;
  /** null where no known unit follows */
  readonly unit: string | null;
}

const read = new WeakMap<Document, readonly Quantity[]>();

/** The numbers of a text, with the unit after each: litres as millilitres, lengths as millimetres. O(length). */
export function quantitiesOf(document: Document): readonly Quantity[] {
  const known = read.get(document);
  if (known) return known;
  const quantities = [...document.normalised.matchAll(QUANTITY)].map(({ 1: number, 2: name }) => {
    const { unit, factor } = UNITS.get(name ?? '') ?? { unit: null, factor: 1 };
    // rounded, so that 1.1 l and 1100 ml are the same number
    return { value: Math.round(Number(number.replace(',', '.')) * factor * 1e6) / 1e6, unit };
  });
  read.set(document, quantities);
  return quantities;
}

/** Normalised text without its numbers that a known unit follows. */
export function withoutQuantities(normalised: string): string {
  return normalised.replace(QUANTITY, (all, _number, name) => (UNITS.has(name ?? '') ? ' ' : all));
}

/** Share of the query's numbers that the product has, and whether it has another number of the same unit instead. */
export function quantities(query: Document, title: Document, body: Document): Features {
  const wanted = quantitiesOf(query);
  const offered = [...quantitiesOf(title), ...quantitiesOf(body)];
  let matched = 0;
  let otherNumber = 0;
  for (const { value, unit } of wanted) {
    const same = offered.some((other) => other.value === value && agree(unit, other.unit));
    if (same) matched++;
    else if (unit !== null && offered.some((other) => other.unit === unit)) otherNumber = 1;
  }
  return {
    queryNumbers: Math.min(3, wanted.length),
    numbersMatched: wanted.length === 0 ? 0 : matched / wanted.length,
    numbersMissing: Math.min(3, wanted.length - matched),
    otherNumber,
    titleNumbers: Math.log1p(quantitiesOf(title).length),
  };
}

function agree(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b;
}
