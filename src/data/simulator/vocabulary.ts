import type { Unit } from './structure.js';

/** The vocabulary of a locale. Brands and product lines are invented. `{x}` in a phrase is where a word goes. */
export interface Words {
  /** [family][role][synonym]; the first is the usual one, the others share no word with it */
  readonly types: readonly (readonly (readonly string[])[])[];
  /** what a type may have or be without; [family][role] */
  readonly features: readonly (readonly string[])[];
  /** [colour][synonym] */
  readonly colours: readonly (readonly string[])[];
  readonly materials: readonly string[];
  readonly audiences: readonly string[];
  readonly brands: readonly string[];
  /** [family x LINES + line] */
  readonly lines: readonly string[];
  readonly units: Readonly<Record<Unit, readonly string[]>>;
  readonly phrases: Phrases;
  /** sentences that say nothing */
  readonly fillers: readonly string[];
}

/** Ways to say something of a product or in a query; one of each list is taken. */
interface Phrases {
  readonly has: readonly string[];
  readonly lacks: readonly string[];
  readonly wants: readonly string[];
  readonly denies: readonly string[];
  readonly audience: string;
  readonly madeOf: readonly string[];
  readonly size: readonly string[];
  readonly goesWith: readonly string[];
  readonly otherColours: readonly string[];
  /** an accessory named by its device: `{x}` the accessory, `{y}` the device */
  readonly accessory: string;
}

/** A phrase with its word in place. */
export function say(phrase: string, x: string): string {
  return phrase.replace('{x}', () => x);
}
