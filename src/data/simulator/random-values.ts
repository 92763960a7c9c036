import type { Random } from '../../math/random.js';

/** One of the items, each as likely. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)];
}

/** True with the given probability. */
export function chance(probability: number, random: Random): boolean {
  return random.uniform() < probability;
}

/** A value of 0..bound-1 that is not the given one; bound >= 2. */
export function another(value: number, bound: number, random: Random): number {
  return (value + 1 + random.integer(bound - 1)) % bound;
}

/** The first item in most cases, one of the others in the rest. */
export function mostlyFirst<T>(items: readonly T[], share: number, random: Random): T {
  if (items.length === 1 || chance(share, random)) return items[0];
  return items[1 + random.integer(items.length - 1)];
}
