import type { ScoreName } from '../evaluation/metrics.js';
import type { Keep } from './keep.js';
import type { Selection } from './select.js';

/** What a sentence about a choice is made from. */
export interface ChoiceFacts {
  readonly selection: Pick<Selection, 'kept' | 'ceiling'>;
  /** whether the best set was asked for rather than the smallest that is as good */
  readonly keep: Keep;
  /** names of the models that do better than chance */
  readonly passing: readonly string[];
  readonly metric: ScoreName;
}

/** Why these models are kept, in one sentence; null where the strategy has no better set to compare with. */
export function whyKept({ selection, keep, passing, metric }: ChoiceFacts): string | null {
  const { kept, ceiling } = selection;
  if (passing.length === 0) {
    return 'No model does better than chance on these rows, so none is recommended; the set kept is a guess.';
  }
  if (ceiling === undefined) return null;
  const { best, advantage } = ceiling;
  if (best.length === kept.length) {
    return keep === 'best'
      ? `Keeps the best set found within the budget, as asked.`
      : `Keeps the best set found within the budget, because no smaller one is as good.`;
  }
  const { merit, meritError } = advantage;
  const more = metric === 'logLoss' ? `${merit.toFixed(4)} nats` : `${(100 * merit).toFixed(1)} points`;
  const error = metric === 'logLoss' ? meritError.toFixed(4) : (100 * meritError).toFixed(1);
  return `Keeps ${kept.length} where the budget allows ${best.length}, because ${listed(best)} cannot be told from ${listed(kept)} on these rows: worth ${more} more, with a standard error of ${error}.`;
}

/** Names that a sentence lists at most: of more, it says how many there are. */
const MOST_LISTED = 6;

function listed(all: readonly string[]): string {
  const rest = all.length - MOST_LISTED + 1;
  const names = rest > 1 ? [...all.slice(0, MOST_LISTED - 1), `${rest} more`] : all;
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}
