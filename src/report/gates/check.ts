import { EsciSelectError, quote, suggest } from '../../errors.js';
import { FULL, PRUNED } from '../../selection/decision.js';
import type { GateResult, ReportComparison, ScoreChange } from '../comparison.js';
import { count, listed, SCORE_TITLES, score, signed } from '../format.js';
import type { Report } from '../report.js';
import { comparisonLines } from '../tables.js';
import {
  type ClassGate,
  type Gate,
  type GateKind,
  type KeptGate,
  needsBaseline,
  type ScoreGate,
} from './gate.js';
import { type Measured, measureGate } from './measure.js';

type Interval = readonly [low: number, high: number];

/** What gates are judged on. */
export interface Judged {
  readonly next: Report;
  /** the earlier report, and the two side by side; null where there is none */
  readonly earlier: { readonly base: Report; readonly comparison: ReportComparison } | null;
  /** the 95% interval of the difference of a score of a class, where both reports have results per query */
  readonly classInterval?: (gate: ClassGate) => Interval | null;
  /** passes over gates that need an earlier report, where there is none */
  readonly mayLackBaseline?: boolean;
}

/**
 * Whether a report fails a gate. A number that is missing fails it, because nothing shows that the gate holds.
 *
 * @throws EsciSelectError('usage') where no report has what the gate names, or it needs an earlier report and there is none
 */
export function checkGate(gate: Gate, judged: Judged): GateResult {
  if (judged.earlier === null && needsBaseline(gate)) return withoutBaseline(gate, judged);
  if (gate.about === 'kept') return checkKept(gate, judged);
  if (gate.about === 'score' && gate.locale === null && judged.earlier !== null) {
    return checkChange(gate, judged.earlier.comparison);
  }
  return checkMeasured(gate, judged);
}

function withoutBaseline(gate: Gate, { mayLackBaseline }: Judged): GateResult {
  if (mayLackBaseline === true) {
    return { gate: gate.text, failed: false, skipped: true, message: 'not judged: there is no baseline yet' };
  }
  throw new EsciSelectError('usage', `gate ${quote(gate.text)} compares with a baseline, and none is given`, {
    hint: 'give --baseline FILE, a report.json of an earlier run, or --allow-missing-baseline for a first report',
  });
}

/** A score over all rows of two reports, which their comparison has. */
function checkChange(gate: ScoreGate, comparison: ReportComparison): GateResult {
  const change = comparison.changes.find((at) => at.predictor === gate.predictor && at.score === gate.score);
  if (change === undefined) {
    throw unknownPredictor(
      gate,
      [...new Set(comparison.changes.map(({ predictor }) => predictor))],
      'neither report',
    );
  }
  const reason = missing(gate.kind, change, comparison);
  const failed = reason !== null || isFailed(gate, change);
  return { gate: gate.text, failed, message: `${numbers(change)}${reason === null ? '' : `: ${reason}`}` };
}

function unknownPredictor(
  gate: { text: string; predictor: string },
  known: readonly string[],
  which: string,
) {
  const { text, predictor } = gate;
  return new EsciSelectError(
    'usage',
    `gate ${quote(text)} is about ${quote(predictor)}, which ${which} has`,
    {
      hint: suggest(predictor, known, 'predictors'),
    },
  );
}

/** The change in words: `pruned ensemble macro F1 0.700 → 0.650 (−0.050 [−0.080, −0.020], worse)`. */
function numbers(change: ScoreChange): string {
  const { predictor, base, next, difference, interval, verdict } = change;
  const title = `${predictor} ${SCORE_TITLES[change.score]} ${score(base)} → ${score(next)}`;
  if (difference === null) return `${title} (no difference)`;
  return `${title} (${signed(difference)}${range(interval)}, ${verdict})`;
}

function range(interval: Interval | null): string {
  return interval === null ? '' : ` [${signed(interval[0])}, ${signed(interval[1])}]`;
}

/** Why a gate cannot be decided, or null where it can. */
function missing(
  kind: GateKind,
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

/** A number that the comparison does not have: a score without an earlier report, of a locale or class, or a cost. */
function checkMeasured(gate: Exclude<Gate, KeptGate>, judged: Judged): GateResult {
  const known = [judged.next, ...(judged.earlier === null ? [] : [judged.earlier.base])].flatMap(
    ({ decision }) => comparisonLines(decision).map(({ name }) => name),
  );
  if (!known.includes(gate.predictor)) {
    throw unknownPredictor(
      gate,
      [...new Set(known)],
      judged.earlier === null ? 'the report' : 'neither report',
    );
  }
  checkLocale(gate);
  const next = measureGate(gate, judged.next);
  const base = judged.earlier === null ? null : measureGate(gate, judged.earlier.base);
  const found = [next, base].filter((side) => side !== null);
  if (found.every(({ legal }) => legal !== null)) throw unknownName(gate, found);
  const interval = gate.about === 'class' && base !== null ? (judged.classInterval?.(gate) ?? null) : null;
  return resultOf(gate, { next, base, interval });
}

/** Scores by locale are kept of the two ensembles alone. */
function checkLocale(gate: Exclude<Gate, KeptGate>): void {
  if (gate.about !== 'score' || gate.locale === null) return;
  if (gate.kind === 'significantly worse') {
    throw new EsciSelectError(
      'usage',
      `gate ${quote(gate.text)}: scores of a locale have no paired interval`,
      {
        hint: `use a limit instead: '${gate.locale}:${gate.score} drop > 0.02'`,
      },
    );
  }
  if (gate.predictor === FULL || gate.predictor === PRUNED) return;
  throw new EsciSelectError('usage', `gate ${quote(gate.text)}: scores by locale are of the ensembles`, {
    hint: `leave 'of ${gate.predictor}' out, or use 'of ${FULL}'`,
  });
}

function unknownName(gate: Exclude<Gate, KeptGate>, found: readonly Measured[]): EsciSelectError {
  const legal = [...new Set(found.flatMap((side) => side.legal ?? []))];
  const [name, what] =
    gate.about === 'class'
      ? [gate.class, 'classes']
      : gate.about === 'cost'
        ? [gate.cost, 'costs']
        : [String(gate.locale), 'locales'];
  return new EsciSelectError('usage', `gate ${quote(gate.text)} names ${quote(name)}, which no report has`, {
    hint: suggest(name, legal, what),
  });
}

interface Sides {
  readonly next: Measured;
  readonly base: Measured | null;
  readonly interval: Interval | null;
}

function resultOf(gate: Exclude<Gate, KeptGate>, { next, base, interval }: Sides): GateResult {
  const { show } = next;
  const level = next.interval === null ? '' : ` [${show(next.interval[0])}, ${show(next.interval[1])}]`;
  const change =
    next.value === null || base?.value == null
      ? ''
      : ` (${next.value > base.value ? '+' : ''}${show(next.value - base.value)}${range(interval)})`;
  const title =
    base === null
      ? `${next.title} ${show(next.value)}${level}`
      : `${next.title} ${show(base.value)} → ${show(next.value)}${change}`;
  const reason = whyUndecided(gate.kind, { next, base, interval });
  const failed = reason !== null || isFailed(gate, verdictOf({ next, base, interval }));
  return { gate: gate.text, failed, message: `${title}${reason === null ? '' : `: ${reason}`}` };
}

function whyUndecided(kind: GateKind, { next, base, interval }: Sides): string | null {
  if (next.value === null) return `the ${base === null ? '' : 'new '}report does not have it`;
  if (kind === 'below' || kind === 'above') return null;
  if (base?.value == null) return 'the base report does not have it';
  return kind === 'significantly worse' && interval === null && base.value !== next.value
    ? 'there is no paired interval to judge by'
    : null;
}

function verdictOf({ next, base, interval }: Sides) {
  const lower = interval !== null && interval[1] < 0;
  const higher = interval !== null && interval[0] > 0;
  const worse = next.lessIsBetter ? higher : lower;
  return {
    base: base?.value ?? null,
    next: next.value,
    verdict: worse ? ('worse' as const) : ('within noise' as const),
  };
}

/** differences are rounded to this, so that a drop of exactly the limit passes */
const ROUNDING = 1e-9;

function isFailed(
  { kind, limit }: { readonly kind: GateKind; readonly limit: number },
  { base, next, verdict }: Pick<ScoreChange, 'base' | 'next' | 'verdict'>,
): boolean {
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

function checkKept(gate: KeptGate, { next, earlier }: Judged): GateResult {
  const { kept } = next.decision;
  const before = earlier?.base.decision.kept ?? [];
  const named = gate.kind === 'has' || gate.kind === 'lacks';
  const known = [next, ...(earlier === null ? [] : [earlier.base])].flatMap(({ decision }) =>
    decision.ranking.map(({ model }) => model),
  );
  if (named && !known.includes(gate.model)) {
    throw new EsciSelectError(
      'usage',
      `gate ${quote(gate.text)} names ${quote(gate.model)}, which no report has`,
      {
        hint: suggest(gate.model, [...new Set(known)], 'models'),
      },
    );
  }
  const models = count(kept.length);
  const same = kept.length === before.length && kept.every((name) => before.includes(name));
  const message =
    earlier === null || same
      ? `keeps ${listed(kept)} (${models})`
      : `kept ${listed(before)} before, keeps ${listed(kept)} now (${models})`;
  const failed = {
    changed: !same,
    has: kept.includes(gate.model),
    lacks: !kept.includes(gate.model),
    below: kept.length < gate.limit,
    above: kept.length > gate.limit,
  }[gate.kind];
  return { gate: gate.text, failed, message };
}
