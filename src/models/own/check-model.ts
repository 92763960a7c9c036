import { EsciSelectError, quote } from '../../errors.js';
import type { Model } from '../model.js';
import { isTaken } from '../registry.js';

/** The page that says what a model must be. */
export const GUIDE = 'docs/own-models.md';

const HINT = `a model has name, family, description, needs, fit and load: ${GUIDE}`;

/** Letters, digits and marks that no flag uses to separate: a name stands in lists, tables and, made safe, in file names. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._+/-]{0,79}$/u;

type Rule = readonly [member: keyof Model, expected: string, holds: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
const isFunction = (value: unknown) => typeof value === 'function';
const isAbsent = (value: unknown) => value === undefined;

const RULES: readonly Rule[] = [
  ['name', 'letters, digits and . _ + / -', (value) => typeof value === 'string' && NAME.test(value)],
  ['family', 'a text such as text or graph', isText],
  ['description', 'a sentence', isText],
  [
    'needs',
    "a list of 'text' and 'behaviours'",
    (value) => Array.isArray(value) && value.every((need) => need === 'text' || need === 'behaviours'),
  ],
  ['effort', 'a number above 0', (value) => isAbsent(value) || (Number.isFinite(value) && Number(value) > 0)],
  ['sampleBy', "'row' or 'group'", (value) => isAbsent(value) || value === 'row' || value === 'group'],
  ['fit', 'a function', isFunction],
  ['load', 'a function', isFunction],
];

/**
 * A user's value as a Model.
 *
 * @param path of the module it is from; none for a live object
 * @throws EsciSelectError('usage') naming the first member that is not what the interface says, or a name of the registry
 */
export function checkModel(value: unknown, path?: string): Model {
  const what = path === undefined ? 'model given as an object' : 'model of the module';
  const refuse = (problem: string, hint = HINT) =>
    new EsciSelectError('usage', `${what} ${problem}`, { path, hint });
  if (typeof value !== 'object' || value === null) throw refuse(`is ${quote(value)}, expected an object`);
  const members = value as Record<string, unknown>;
  for (const [member, expected, holds] of RULES) {
    if (!holds(members[member])) {
      throw refuse(`has the ${member} ${quote(members[member])}, expected ${expected}`);
    }
  }
  const model = value as Model;
  if (!isTaken(model.name)) return model;
  throw refuse(`is named ${quote(model.name)}, as a model that is here already`, 'give it another name');
}
