import { EsciSelectError, nearest, quote } from '../errors.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';
import { PRUNED } from '../selection/decision.js';
import type { ReportComparison, ScoreChange } from './compare.js';
import { SCORE_TITLES, score, signed } from './format.js';

/** A condition under which a comparison fails. */
export interface Gate {
  /** as the user wrote it */
  readonly text: string;
  readonly score: ScoreName;
  readonly predictor: string;
  readonly kind: 'drop' | 'rise' | 'below' | 'above' | 'significantly worse';
  /** of drop, rise, below and above */
  readonly limit: number;
}

/** What became of a gate. */
export interface GateResult {
  readonly gate: string;
  readonly failed: boolean;
  /** the numbers behind it, in one line */
  readonly message: string;
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
    const near = nearest(name, SCORE_NAMES);
    throw badGate(text, `gate names no score${near === undefined ? '' : `, did you mean ${near}`}`);
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

function badGate(text: string, what: string): EsciSelectError {
  return new EsciSelectError('usage', `${what}: ${quote(text)}`, { hint: `write it like ${FORMS}` });
}

/**
 * Whether a comparison fails a gate. A score that one of the reports lacks fails it.
 *
 * @throws EsciSelectError('usage') where the reports do not share the predictor
 */
export function checkGate(gate: Gate, comparison: ReportComparison): GateResult {
  const change = comparison.changes.find((at) => at.predictor === gate.predictor && at.score === gate.score);
  if (change === undefined) {
    const shared = [...new Set(comparison.changes.map(({ predictor }) => predictor))];
    throw new EsciSelectError(
      'usage',
      `gate ${quote(gate.text)} is about ${quote(gate.predictor)}, which the reports do not share`,
      { hint: `give one of ${shared.map(quote).join(', ')}` },
    );
  }
  const title = `${gate.predictor} ${SCORE_TITLES[gate.score]}`;
  const numbers = `${title} ${score(change.base)} → ${score(change.next)}`;
  const { difference } = change;
  const shown = difference === null ? 'no difference' : `${signed(difference)}, ${change.verdict}`;
  return { gate: gate.text, failed: isFailed(gate, change), message: `${numbers} (${shown})` };
}

function isFailed({ kind, limit }: Gate, { base, next, interval, verdict }: ScoreChange): boolean {
  if (next === null || (base === null && kind !== 'below' && kind !== 'above')) return true;
  switch (kind) {
    case 'drop':
      return base! - next > limit + ROUNDING;
    case 'rise':
      return next - base! > limit + ROUNDING;
    case 'below':
      return next < limit;
    case 'above':
      return next > limit;
    case 'significantly worse':
      return interval === null || verdict === 'worse';
  }
}
