/** Units in which the sizes of product types are given. */
export type Unit =
  | 'l'
  | 'cup'
  | 'count'
  | 'gb'
  | 'inch'
  | 'w'
  | 'mah'
  | 'm'
  | 'mp'
  | 'cm'
  | 'km'
  | 'mm'
  | 'h';

/**
 * A product type of the simulated store. Its place in the family is its role: 0 and 1 are devices that can stand in for
 * each other, 2 and 3 are accessories that go with either.
 */
interface TypeSpec {
  readonly key: string;
  readonly unit: Unit;
  /** the sizes it is sold in, ascending */
  readonly sizes: readonly number[];
  /** a product that has what the query asks to be without is no substitute but irrelevant (an allergen) */
  readonly strict?: boolean;
}

/** Types that are used together; words of different families have nothing in common. */
export type Family = readonly [TypeSpec, TypeSpec, TypeSpec, TypeSpec];

export const ROLES = 4;
export const COLOURS = 6;
export const MATERIALS = 5;
export const AUDIENCES = 4;
export const BRANDS = 6;
/** Product lines per family; line j is known for devices of role j % 2. */
export const LINES = 4;

export const FAMILIES: readonly Family[] = [
  [
    { key: 'espresso machine', unit: 'l', sizes: [1, 1.5, 2, 2.5] },
    { key: 'drip coffee machine', unit: 'cup', sizes: [4, 8, 10, 12] },
    { key: 'coffee pods', unit: 'count', sizes: [10, 30, 50, 100], strict: true },
    { key: 'descaling tablets', unit: 'count', sizes: [6, 12, 24, 48], strict: true },
  ],
  [
    { key: 'smart phone', unit: 'gb', sizes: [64, 128, 256, 512] },
    { key: 'flip phone', unit: 'inch', sizes: [2.4, 2.8, 3.2, 4] },
    { key: 'phone case', unit: 'inch', sizes: [5.4, 6.1, 6.5, 6.7] },
    { key: 'wall charger', unit: 'w', sizes: [20, 30, 45, 65] },
  ],
  [
    { key: 'robot vacuum', unit: 'mah', sizes: [2600, 3200, 5200, 6400] },
    { key: 'stick vacuum', unit: 'w', sizes: [150, 250, 400, 600] },
    { key: 'filter set', unit: 'count', sizes: [2, 4, 6, 10], strict: true },
    { key: 'mop pads', unit: 'count', sizes: [3, 5, 8, 12] },
  ],
  [
    { key: 'action camera', unit: 'm', sizes: [5, 10, 30, 60] },
    { key: 'compact camera', unit: 'mp', sizes: [12, 20, 24, 48] },
    { key: 'tripod', unit: 'cm', sizes: [50, 120, 150, 180] },
    { key: 'memory card', unit: 'gb', sizes: [32, 64, 128, 256] },
  ],
  [
    { key: 'city bike', unit: 'inch', sizes: [20, 24, 26, 28] },
    { key: 'electric bike', unit: 'km', sizes: [25, 40, 60, 90] },
    { key: 'helmet', unit: 'cm', sizes: [52, 55, 58, 61] },
    { key: 'chain lock', unit: 'cm', sizes: [60, 90, 120, 180] },
  ],
  [
    { key: 'studio headphones', unit: 'mm', sizes: [30, 40, 50, 53] },
    { key: 'clip headphones', unit: 'h', sizes: [6, 24, 30, 48] },
    { key: 'carrying pouch', unit: 'cm', sizes: [15, 20, 25, 30] },
    { key: 'ear pads', unit: 'mm', sizes: [70, 80, 90, 100], strict: true },
  ],
];

/** Another unit for the same size, and how many of it make one: some titles use it. */
export const CONVERSIONS: Partial<Record<Unit, { readonly unit: string; readonly factor: number }>> = {
  l: { unit: 'ml', factor: 1000 },
  m: { unit: 'cm', factor: 100 },
  cm: { unit: 'mm', factor: 10 },
};
