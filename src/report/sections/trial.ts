import type { Newcomer, Trial } from '../../selection/trial.js';
import { costLabel, count, listed, SCORE_TITLES, score, signed, standardDeviations } from '../format.js';
import { verdict } from '../sentences.js';
import { costCell, type TextTable } from '../tables.js';

/** The verdict with its reason, in one sentence. */
export function trialSentence(trial: Trial): string {
  const { newcomers, metric, margin, displaced, costs } = trial;
  const names = listed(newcomers.map(({ model }) => model));
  const title = SCORE_TITLES[metric];
  const saved = costs.filter(({ before, after }) => before !== null && after !== null && after < before);
  const reasons = {
    better: `${title} rises by more than noise`,
    cheaper: `a loss of more than ${margin} ${title} is ruled out, and the set costs less: ${listed(saved.map(({ name }) => name))}`,
    'not kept': `under this budget ${trial.strategy} would not keep ${newcomers.length === 1 ? 'it' : 'any of them'}`,
    'no better than chance': `${newcomers.length === 1 ? 'it does' : 'they do'} no better than the same answers given to other rows`,
    worse: `${title} falls by more than noise`,
    'within noise': `the change in ${title} is within noise, and nothing is proven by it`,
  };
  const place = displaced.length === 0 ? '' : ` in place of ${listed(displaced)}`;
  return `${trial.verdict === 'accept' ? 'Accept' : 'Reject'} ${names}${place}: ${reasons[trial.why]}.`;
}

/** What was kept, gained and compared, a sentence each. */
export function trialSentences(trial: Trial): string[] {
  const { before, after, difference, protocol, replicates } = trial;
  const same = before.length === after.length && before.every((name) => after.includes(name));
  const rows = `${count(protocol.evaluationRows)} rows of ${count(protocol.evaluationQueries)} queries`;
  const fold =
    protocol.mode === 'cross-validated' ? ' In each fold both sets were chosen anew without its rows.' : '';
  return [
    same
      ? `Kept with and without: ${listed(before)}.`
      : `Kept before: ${listed(before)}. Kept with the newcomers: ${listed(after)}.`,
    `The new set against the old: ${(['accuracy', 'macroF1', 'weightedF1'] as const).map((name) => verdict(difference, name)).join('; ')}; log-loss ${signed(difference.difference.logLoss)} [${difference.intervals.logLoss.map(signed).join(', ')}].`,
    `Paired 95% intervals on ${rows}, from ${count(replicates)} bootstrap draws of whole queries.${fold} Nothing was written to the run.`,
    ...(protocol.mode === 'holdout'
      ? ['Every trial looks at the same held-out rows: of twenty useless newcomers, one may seem to help.']
      : []),
  ];
}

/** The newcomers, a line each. */
export function newcomerTable({ newcomers, metric }: Trial): TextTable {
  const likeness = ({ mostAlike }: Newcomer) =>
    mostAlike === null ? '–' : `${mostAlike.model} (${score(mostAlike.correlation)})`;
  return {
    caption:
      'Newcomers: place among all models, standard deviations above chance (z), own score, and the model of the run that they resemble most',
    head: [
      'newcomer',
      'kept',
      'most alike (correlation)',
      'rank',
      'z',
      'summed SHAP',
      `${SCORE_TITLES[metric]} alone`,
    ],
    rows: newcomers.map((line) => [
      line.replaces ? `${line.model} (replaces its namesake)` : line.model,
      line.kept ? 'yes' : 'no',
      likeness(line),
      String(line.rank),
      standardDeviations(line.screen.z),
      score(line.shap),
      score(line.alone[metric]),
    ]),
  };
}

/** What the kept set costs per row, before and after. */
export function trialCostTable({ costs }: Trial): TextTable {
  return {
    caption: 'Cost of the kept set per row',
    head: ['cost', 'before', 'after'],
    rows: costs.map(({ name, unit, before, after }) => [
      costLabel(name, unit),
      costCell(before, unit),
      costCell(after, unit),
    ]),
  };
}
