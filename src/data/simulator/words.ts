import type { Words } from './vocabulary.js';
import { WORDS_ES } from './words-es.js';
import { WORDS_JP } from './words-jp.js';
import { WORDS_US } from './words-us.js';

export const LOCALES = ['us', 'es', 'jp'] as const;
export type Locale = (typeof LOCALES)[number];

export const WORDS: Readonly<Record<Locale, Words>> = { us: WORDS_US, es: WORDS_ES, jp: WORDS_JP };
