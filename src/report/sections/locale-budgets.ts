import type { ScoreName } from '../../evaluation/metrics.js';
import { type Decision, FULL, type LocaleDecision, PRUNED } from '../../selection/decision.js';
import { STRATEGIES, type StrategyName } from '../../selection/strategies/registry.js';
import { amount, cost, count, listed, percent, SCORE_TITLES, scoreWithInterval } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import { marginSentence, verdict } from '../sentences.js';
import { type Cell, costUnit, summedCost, type TextTable } from '../tables.js';
import { FEWEST_QUERIES } from './slices.js';

/** The sets of the locales that have a budget of their own, side by side with the set for all rows. */
export function localeBudgetTable(decision: Decision): TextTable | null {
  const { localeBudgets, constraints, kept } = decision;
  if (localeBudgets === undefined) return null;
  const names: readonly ScoreName[] = [...new Set<ScoreName>([constraints.metric, 'accuracy'])];
  const title = SCORE_TITLES[constraints.metric];
  return {
    caption: `Each locale's own set on its evaluation rows, with 95% intervals; the set for all rows is ${listed(kept)}`,
    head: [
      'locale',
      'asked',
      'set kept, each in what share of resamples',
      ...names.map((name) => SCORE_TITLES[name]),
      `${title}, set for all rows`,
      `${title}, full ensemble`,
      'rows',
    ],
    rows: localeBudgets.map((line) => [
      line.locale,
      budgetCell(decision, line),
      keptCell(line),
      ...names.map((name) => scoreCell(line.metrics.own, name)),
      scoreCell(line.metrics.pruned, constraints.metric),
      scoreCell(line.metrics.full, constraints.metric),
      [count(line.metrics.own.rows), queries(line.evaluationQueries)],
    ]),
  };
}

function budgetCell(decision: Decision, { budget, floors, kept }: LocaleDecision): Cell {
  const asked = [...limitTexts(budget), ...floors.map(({ name, least }) => `${name} ≥ ${least}`)];
  const limits = asked.length === 0 ? ['none'] : asked;
  const spent = budget.costs.flatMap(({ name }) => {
    const value = summedCost({ ...decision, budget }, kept, name);
    return value === null ? [] : [`${name} ${amount(value, costUnit(decision, name))}`];
  });
  return spent.length === 0 ? limits.join(', ') : [limits.join(', '), `takes ${spent.join(', ')}`];
}

function limitTexts({ models, costs }: LocaleDecision['budget']): string[] {
  return [
    ...(models === null ? [] : [`${count(models)} ${models === 1 ? 'model' : 'models'}`]),
    ...costs.map(({ name, limit }) => `${name} ${cost(limit)}`),
  ];
}

function keptCell({ kept, keptShares, keptDraws }: LocaleDecision): Cell {
  if (keptDraws === 0) return listed(kept);
  const share = (name: string) => percent(keptShares.find(({ model }) => model === name)?.share ?? 0);
  return [listed(kept), kept.map(share).join(', ')];
}

function scoreCell(evaluation: LocaleDecision['metrics']['own'], name: ScoreName): Cell {
  const [value, ...interval] = scoreWithInterval(evaluation, name).split(' ');
  return [value, interval.join(' ')];
}

function queries(number: number): string {
  const text = `${count(number)} ${number === 1 ? 'query' : 'queries'}`;
  return number < FEWEST_QUERIES ? `${text}: too few` : text;
}

/** What serves every locale and how well, a sentence or more each; none where no locale has a budget of its own. */
export function localeBudgetSentences(decision: Decision): string[] {
  const { localeBudgets, locales } = decision;
  if (localeBudgets === undefined) return [];
  const rest = locales.pruned
    .map(({ slice }) => slice)
    .filter((name) => !localeBudgets.some(({ locale }) => locale === name));
  return [
    ...localeBudgets.map((line) => localeSentence(decision, line)),
    ...(rest.length === 0
      ? []
      : [`Rows of ${listed(rest.map((name) => name || 'no locale'))} are served by the set for all rows.`]),
  ];
}

function localeSentence(decision: Decision, line: LocaleDecision): string {
  const { metric } = decision.constraints;
  const { locale, kept, metrics, differences, evaluationQueries, nonInferiority } = line;
  const against: Readonly<Record<string, string>> = {
    [FULL]: 'the full ensemble',
    [PRUNED]: 'the set for all rows',
  };
  const same = kept.join('\n') === decision.kept.join('\n');
  const parts = differences.map((difference, at) => {
    if (at === 1 && same) return 'it is the set for all rows';
    const name = at < 2 ? against[difference.from] : `${line.bestModel} alone`;
    return `${verdict(difference, metric).slice(SCORE_TITLES[metric].length + 1)} against ${name}`;
  });
  return [
    `${locale}${askedText(line)}: keep ${listed(kept)}.`,
    `${capital(SCORE_TITLES[metric])} ${scoreWithInterval(metrics.own, metric)} on ${count(metrics.own.rows)} rows of ${count(evaluationQueries)} queries: ${parts.join('; ')}.`,
    ...(nonInferiority === null ? [] : [marginSentence(nonInferiority, 'its ensemble')]),
    ...(evaluationQueries < FEWEST_QUERIES
      ? [`Fewer than ${FEWEST_QUERIES} queries: these intervals are too narrow to go by.`]
      : []),
  ].join(' ');
}

/** `, within 2 models and with accuracy of at least 0.6`. */
function askedText({ budget, floors }: LocaleDecision): string {
  const limits = limitTexts(budget);
  const least = floors.map(({ name, least: value }) => `${name} of at least ${value}`);
  const parts = [
    ...(limits.length === 0 ? [] : [`within ${listed(limits)}`]),
    ...(least.length === 0 ? [] : [`with ${listed(least)}`]),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(' and ')}`;
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** How the sets of locales were made and judged. */
export function localeBudgetNote({ strategy }: Decision): string {
  const { refits } = STRATEGIES[strategy as StrategyName] ?? { refits: true };
  const how =
    refits || strategy === 'score-order'
      ? 'Each set was chosen by its score on queries of its locale alone.'
      : `The strategy ${strategy} goes by one order of the models, taken over all rows, so these sets differ by their budgets only.`;
  return `${how} Models and ensembles are trained on the rows of all locales. A locale’s own limits and floors replace those of the same name for all rows; the others hold for it too.`;
}

/** The sets of locales as a section of the Markdown report; none where no locale has a budget of its own. */
export function localeBudgetSection(decision: Decision): string[] {
  const table = localeBudgetTable(decision);
  if (table === null) return [];
  const sentences = localeBudgetSentences(decision).map((sentence) => `- ${escapeMarkdown(sentence)}`);
  return [
    [
      '## Sets of single locales',
      sentences.join('\n'),
      markdownTextTable(table),
      escapeMarkdown(localeBudgetNote(decision)),
    ].join('\n\n'),
  ];
}
