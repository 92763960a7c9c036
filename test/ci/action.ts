import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../docs/markdown.js';

/** A step of the action: `run` by bash, or `uses` of somebody else's action. */
interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** The composite action in the root of the repository. */
export function readAction(): Action {
  return parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;
}

/** What expressions may name, by path: `inputs.run`, `steps.report.outputs.passed`. */
export type Context = Readonly<Record<string, string>>;

/** The expressions in a text, without their brackets. */
export function expressions(text: string): string[] {
  return [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, inside]) => inside);
}

/** A text with its expressions worked out: comparisons with `==` and `!=` joined by `&&`, or a path alone. */
export function evaluated(text: string, context: Context): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, inside: string) => {
    const parts = inside.split('&&').map((part) => part.trim());
    if (parts.length === 1 && !/[=!]=/.test(inside)) return context[inside] ?? '';
    return String(parts.every((part) => holds(part, context)));
  });
}

function holds(comparison: string, context: Context): boolean {
  const [left, operator, right] = comparison.split(/\s*([=!]=)\s*/).map((part) => part.trim());
  const value = (part: string) => (/^'.*'$/.test(part) ? part.slice(1, -1) : (context[part] ?? ''));
  return (value(left) === value(right)) === (operator === '==');
}
