import { didYouMean, EsciSelectError, nearest, quote, suggest } from '../../errors.js';
import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { PRUNED } from '../../selection/decision.js';
import { CLASS_SCORES, type Gate, type GateKind } from './gate.js';

const FORMS =
  "'macroF1 drop > 0.005', 'accuracy < 0.7', 'macroF1 significantly worse', 'f1.exact < 0.5' of a class, " +
  "'jp:accuracy < 0.6' of a locale, 'cost.latency_ms > 25', 'kept changed' or 'kept lacks MODEL'; " +
  "of another predictor: 'macroF1 of lexical drop > 0.005'";

/** What a gate is about, then of whom, then the condition. */
const GATE =
  /^\s*((?:[^\s<>'"]|'[^']*'|"[^"]*")+)(?:\s+of\s+(.+?))?(?:\s+(?:(drop|rise)\s*>\s*(\S+)|(significantly\s+worse))|\s*([<>])\s*(\S+))\s*$/s;
const KEPT = /^\s*kept(?:\s+(changed)|\s+(has|lacks)\s+(.+?)|\s*([<>])\s*(\S+))\s*$/s;

/**
 * Reads a gate such as `macroF1 drop > 0.005`, `logLoss rise > 0.01`, `accuracy < 0.7` or `macroF1 significantly worse`, each
 * of the pruned ensemble unless ` of NAME` follows the score. `f1.exact` is a score of a class, `jp:accuracy` one of a locale,
 * `cost.latency_ms` a cost per row; `kept changed`, `kept has NAME`, `kept lacks NAME` and `kept > 3` are about the models kept.
 *
 * @throws EsciSelectError('usage') on anything else, with the nearest score
 */
export function parseGate(text: string): Gate {
  const kept = KEPT.exec(text);
  if (kept !== null) return keptGate(text, kept);
  const match = GATE.exec(text);
  if (match === null) throw badGate(text, 'gate is not understood');
  const [, about, predictor, change, changeLimit, , side, sideLimit] = match;
  const kind = (change ??
    (side === '<' ? 'below' : side === '>' ? 'above' : 'significantly worse')) as GateKind;
  const limit = kind === 'significantly worse' ? 0 : limitOf(text, changeLimit ?? sideLimit);
  return { ...subjectOf(about, text), text, predictor: unquoted(predictor ?? PRUNED), kind, limit } as Gate;
}

type Subject =
  | { about: 'score'; score: (typeof SCORE_NAMES)[number]; locale: string | null }
  | { about: 'class'; score: (typeof CLASS_SCORES)[number]; class: string }
  | { about: 'cost'; cost: string };

/** `macroF1`, `jp:macroF1`, `f1.exact` or `cost.latency_ms`. */
function subjectOf(about: string, text: string): Subject {
  const dotted = /^(\w+)\.(.+)$/s.exec(about);
  if (dotted !== null) {
    const [, first, rest] = dotted;
    if (first.toLowerCase() === 'cost') return { about: 'cost', cost: unquoted(rest) };
    const score = CLASS_SCORES.find((known) => known === first.toLowerCase());
    if (score !== undefined) return { about: 'class', score, class: unquoted(rest) };
  }
  const [, locale, name] = /^(?:(.+):)?(.*)$/s.exec(about)!;
  const score = SCORE_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (score === undefined) {
    throw badGate(text, `${quote(name)} is no score`, `${nearestScore(name)}${scoreHint(name)}`);
  }
  return { about: 'score', score, locale: locale === undefined ? null : unquoted(locale) };
}

/** `did you mean 'macroF1'? `, for a word near a score, or one that is a part of it or is spelled with hyphens. */
function nearestScore(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const part = SCORE_NAMES.find((known) => plain.length > 1 && known.toLowerCase().includes(plain));
  return didYouMean(nearest(name, SCORE_NAMES) ?? part ?? name, SCORE_NAMES);
}

function scoreHint(name: string): string {
  const ofClass = CLASS_SCORES.find((known) => known === name.toLowerCase());
  return `${suggest('', SCORE_NAMES, 'scores')}; of one class: ${ofClass ?? 'f1'}.CLASS`;
}

function keptGate(text: string, [, changed, holds, model, side, limit]: RegExpExecArray): Gate {
  const gate = { about: 'kept', text, model: '', limit: 0 } as const;
  if (changed !== undefined) return { ...gate, kind: 'changed' };
  if (holds !== undefined) return { ...gate, kind: holds as 'has' | 'lacks', model: unquoted(model) };
  return { ...gate, kind: side === '<' ? 'below' : 'above', limit: limitOf(text, limit) };
}

function limitOf(text: string, written: string): number {
  const limit = Number(written);
  if (!/^\d/.test(written) || !Number.isFinite(limit)) {
    throw badGate(text, `limit ${quote(written)} is not a number of at least 0`);
  }
  return limit;
}

function unquoted(name: string): string {
  return name.replace(/^(['"])(.*)\1$/s, '$2');
}

function badGate(text: string, what: string, hint = `write it like ${FORMS}`): EsciSelectError {
  return new EsciSelectError('usage', `${what}: gate ${quote(text)}`, { hint });
}
