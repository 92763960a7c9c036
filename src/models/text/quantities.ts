import type { Document } from './document.js';
import type { Features } from './overlap.js';

/** Spellings of units, brought to one name. Those of the three locales that shoppers write. */
const UNITS = new Map(
  Object.entries({
    ml: 'ml mililitros ミリリットル',
    l: 'l liter liters litre litro litros リットル',
    oz: 'oz ounce ounces onzas',
    g: 'g gr gram grams gramos グラム',
    kg: 'kg kilo kilos キロ',
    lb: 'lb lbs pound pounds libras',
    mm: 'mm ミリ',
    cm: 'cm センチ',
    m: 'm meter meters metro metros メートル',
    inch: 'in inch inches pulgadas pulgada インチ',
    ft: 'ft feet foot pies',
    pack: 'pack packs pcs pieces piece count ct unidades piezas uds 個 本 枚 個入り 本入り 枚入り セット',
    gb: 'gb ギガ',
    tb: 'tb',
    v: 'v volt volts volt voltios',
    w: 'w watt watts vatios ワット',
    mah: 'mah',
  }).flatMap(([unit, names]) => names.split(' ').map((name) => [name, unit] as const)),
);

const QUANTITY = /(\d+(?:[.,]\d+)?)[\s-]*([\p{L}ー]+)?/gu;

interface Quantity {
  readonly value: number;
  /** null where no known unit follows */
  readonly unit: string | null;
}

const read = new WeakMap<Document, readonly Quantity[]>();

/** The numbers of a text, with the unit after each. O(length). */
export function quantitiesOf(document: Document): readonly Quantity[] {
  const known = read.get(document);
  if (known) return known;
  const quantities = [...document.normalised.matchAll(QUANTITY)].map((match) => ({
    value: Number(match[1].replace(',', '.')),
    unit: UNITS.get(match[2] ?? '') ?? null,
  }));
  read.set(document, quantities);
  return quantities;
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
