import type { Interval } from '../evaluation/bootstrap.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';
import type { Budget } from '../selection/budget.js';
import { type CsvCell, csvText, withBounds } from './csv/cells.js';
import { cost, listed, SCORE_TITLES, score, signed } from './format.js';
import type { TextTable } from './tables.js';

/** One decision of a run's history, and how it differs from the one before. */
export interface HistoryLine {
  readonly run: string;
  /** number and start of the hash: `3-5f0c9a1b` */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly date: string | null;
  readonly commit: string | null;
  readonly budget: Budget;
  readonly kept: readonly string[];
  /** of the pruned ensemble */
  readonly scores: Readonly<Record<ScoreName, number>>;
  readonly intervals: Readonly<Record<ScoreName, Interval>>;
  /** the score that the decision went by, and its paired change since the line before; null for the first, or other rows */
  readonly metric: ScoreName;
  readonly change: { readonly difference: number; readonly interval: Interval } | null;
  /** whether the models kept or a score differ from the line before; true for the first */
  readonly changed: boolean;
}

/** `3 models`, `latency_ms <= 25`. */
export function budgetText({ models, costs }: Budget): string {
  const limits = costs.map(({ name, limit }) => `${name} <= ${cost(limit)}`);
  return [...(models === null ? [] : [`${models} ${models === 1 ? 'model' : 'models'}`]), ...limits].join(
    ', ',
  );
}

/** A line per decision: which, when, under what budget, what is kept, the score and its paired change. */
export function historyTable(lines: readonly HistoryLine[]): TextTable {
  const several = new Set(lines.map(({ run }) => run)).size > 1;
  const metric = lines[0]?.metric ?? 'macroF1';
  return {
    caption: 'Decisions, with the 95% interval of the score and of its paired change',
    head: [
      ...(several ? ['run'] : []),
      'decision',
      'date',
      'tags',
      'budget',
      'kept',
      SCORE_TITLES[metric],
      'change',
    ],
    rows: lines.map((line) => [
      ...(several ? [line.run] : []),
      line.name,
      line.date === null ? '–' : line.date.slice(0, 16).replace('T', ' '),
      tagText(line),
      budgetText(line.budget),
      listed(line.kept),
      scoreText(line, metric),
      changeText(line, metric),
    ]),
  };
}

function scoreText({ scores, intervals }: HistoryLine, metric: ScoreName): string {
  const [low, high] = intervals[metric];
  return `${score(scores[metric])} [${score(low)}, ${score(high)}]`;
}

function changeText({ change, metric }: HistoryLine, shown: ScoreName): string {
  if (change === null || metric !== shown) return '–';
  const [low, high] = change.interval;
  return `${signed(change.difference)} [${signed(low)}, ${signed(high)}]`;
}

function tagText({ tags, commit }: HistoryLine): string {
  const all = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return [...all, ...(commit === null ? [] : [commit.slice(0, 8)])].join(' ') || '–';
}

/** The same with all digits, for spreadsheets. */
export function historyCsv(lines: readonly HistoryLine[]): string {
  const head = ['run', 'decision', 'date', 'commit', 'tags', 'budget', 'kept', ...withBounds];
  const change = ['metric', 'change', 'change low', 'change high'];
  return csvText([...head, ...change], lines.map(csvRow));
}

function csvRow(line: HistoryLine): CsvCell[] {
  const { run, name, date, commit, tags, budget, kept, scores, intervals, metric, change } = line;
  const own = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return [
    run,
    name,
    date,
    commit,
    own.join(' '),
    budgetText(budget),
    kept.join(' '),
    ...SCORE_NAMES.flatMap((of) => [scores[of], ...intervals[of]]),
    metric,
    change?.difference ?? null,
    change?.interval[0] ?? null,
    change?.interval[1] ?? null,
  ];
}
