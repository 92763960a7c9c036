import { EsciSelectError, quote, suggest } from '../errors.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';
import { PRUNED } from '../selection/decision.js';
import type { GateResult, ReportComparison, ScoreChange } from './comparison.js';
import { SCORE_TITLES, score, signed } from './format.js';

/** Kinds of gates; all but the last have a limit. */
export const GATE_KINDS = ['drop', 'rise', 'below', 'above', 'significantly worse'] as const;

/** A condition under which a comparison fails. */
export interface Gate {
  /** as the user wrote it */
  readonly text: string;
  readonly score: ScoreName;
  readonly predictor: string;
  readonly kind: (typeof GATE_KINDS)[number];
  /** of drop, rise, below and above */
  readonly limit: number;
}

const FORMS = `'macroF1 drop > 0.005', 'logLoss rise > 0.01', 'accuracy < 0.7' or 'macroF1 significantly worse'; of another predictor: 'macroF1 of lexical drop > 0.005'`;
/** differences of scores are rounded to this, so that a drop of exactly the limit passes */
const ROUNDING = 1e-9;

/**
 * Reads a gate such as `macroF1 drop > 0.005`, `logLoss rise > 0.01`, `accuracy < 0.7`, `logLoss > 1` or
 * `macroF1 significantly worse`, each of the pruned ensemble unless ` of NAME` follows the score.
 *
 * @throws EsciSelectError('usage') on anything else, with the nearest score
 */
export function parseGate(text: string): Gate {
  const match =
    /^\s*(\w+)(?:\s+of\s+(.+?))?(?:\s+(?:(drop|rise)\s*>\s*(\S+)|(significantly\s+worse))|\s*([<>])\s*(\S+))\s*$/s.exec(
      text,
    );
  if (match === null) throw badGate(text, 'gate is not understood');
  const [, name, predictor, change, changeLimit, , side, sideLimit] = match;
  const found = SCORE_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw badGate(text, 'gate names no score', suggest(name, SCORE_NAMES, 'scores'));
  }
  const kind = (change ??
    (side === '<' ? 'below' : side === '>' ? 'above' : 'significantly worse')) as Gate['kind'];
  const limit = kind === 'significantly worse' ? 0 : limitOf(text, changeLimit ?? sideLimit);
  return { text, score: found, predictor: unquoted(predictor) ?? PRUNED, kind, limit };
}

function limitOf(text: string, written: string): number {
  const limit = Number(written);
  if (!/^\d/.test(written) || !Number.isFinite(limit)) {
    throw badGate(text, `limit ${quote(written)} is not a number of at least 0`);
  }
  return limit;
}

function unquoted(name: string | undefined): string | undefined {
  return name?.replace(/^(['"])(.*)\1$/s, '$2');
}

function badGate(text: string, what: string, hint = `write it like ${FORMS}`): EsciSelectError {
  return new EsciSelectError('usage', `${what}: ${quote(text)}`, { hint });
}

/**
 * Whether a comparison fails a gate. A score that is missing fails it, because nothing shows that the gate holds.
 *
 * @throws EsciSelectError('usage') where neither report has the predictor
 */
export function checkGate(gate: Gate, comparison: ReportComparison): GateResult {
  const change = comparison.changes.find((at) => at.predictor === gate.predictor && at.score === gate.score);
  if (change === undefined) {
    const known = [...new Set(comparison.changes.map(({ predictor }) => predictor))];
    throw new EsciSelectError(
      'usage',
      `gate ${quote(gate.text)} is about ${quote(gate.predictor)}, which neither report has`,
      {
        hint: suggest(gate.predictor, known, 'predictors'),
      },
    );
  }
  const reason = missing(gate, change, comparison);
  const failed = reason !== null || isFailed(gate, change);
  return { gate: gate.text, failed, message: `${numbers(change)}${reason === null ? '' : `: ${reason}`}` };
}

/** The change in words: `pruned ensemble macro F1 0.700 → 0.650 (−0.050 [−0.080, −0.020], worse)`. */
function numbers(change: ScoreChange): string {
  const { predictor, base, next, difference, interval, verdict } = change;
  const title = `${predictor} ${SCORE_TITLES[change.score]} ${score(base)} → ${score(next)}`;
  if (difference === null) return `${title} (no difference)`;
  const range = interval === null ? '' : ` [${signed(interval[0])}, ${signed(interval[1])}]`;
  return `${title} (${signed(difference)}${range}, ${verdict})`;
}

/** Why a gate cannot be decided, or null where it can. */
function missing(
  { kind }: Gate,
  { predictor, base, next, interval }: ScoreChange,
  { onlyInBase, onlyInNext }: ReportComparison,
): string | null {
  if (next === null) {
    return `the new report has no such ${onlyInBase.includes(predictor) ? 'predictor' : 'score'}`;
  }
  if (kind === 'below' || kind === 'above') return null;
  if (base === null)
    return `the base report has no such ${onlyInNext.includes(predictor) ? 'predictor' : 'score'}`;
  return kind === 'significantly worse' && interval === null ? 'there is no interval to judge by' : null;
}

function isFailed({ kind, limit }: Gate, { base, next, verdict }: ScoreChange): boolean {
  switch (kind) {
    case 'drop':
      return !(base! - next! <= limit + ROUNDING);
    case 'rise':
      return !(next! - base! <= limit + ROUNDING);
    case 'below':
      return !(next! >= limit);
    case 'above':
      return !(next! <= limit);
    case 'significantly worse':
      return verdict === 'worse' || verdict === 'unknown';
  }
}
