import { SCORE_NAMES } from '../evaluation/metrics.js';
import type { EnsembleRanking } from '../selection/ensemble-ranking.js';
import { csvText } from './csv/cells.js';
import { cost, count, listed, SCORE_TITLES, score, scoreWithInterval, signed } from './format.js';
import { escapeMarkdown, markdownTextTable } from './markdown-table.js';
import type { TextTable } from './tables.js';

/** The report of a run that is of an ensemble of another engine: contributions and a choice, and scores where there are. */
export interface ForeignReport {
  readonly schema: 'esci-select/foreign-report/1';
  readonly ranking: EnsembleRanking;
  readonly reproduction: {
    readonly version: string;
    readonly seed: number;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

/** What a report says, before it is text: a title, sentences and tables. */
export interface ForeignSection {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly table: TextTable | null;
}

/** Which players are kept, in a sentence. */
export function foreignSentence({ ranking }: ForeignReport): string {
  const { budget, kept, columns } = ranking;
  const limits = [
    ...(budget.models === null
      ? []
      : [`at most ${budget.models} ${budget.models === 1 ? 'model' : 'models'}`]),
    ...budget.costs.map(({ name, limit }) => `${name} <= ${cost(limit)}`),
  ];
  const of = columns.length === 0 ? '' : ` (${count(columns.length)} columns)`;
  return `Within ${listed(limits)}: keep ${listed(kept)}${of}.`;
}

/** The sections of a report, in the order in which a reader asks. */
export function foreignSections(report: ForeignReport): ForeignSection[] {
  return [contributionSection(report), ...judgedSection(report), ...scoreSection(report)];
}

function contributionSection({ ranking: { ranking, rows, format, objective, outputs } }: ForeignReport) {
  return {
    title: 'What each player contributes',
    sentences: [
      `Mean |contribution| to raw margins of ${format}, ${objective}, over ${count(rows)} rows: exact TreeSHAP summed over a player's columns, and Shapley values of the players.`,
    ],
    table: {
      caption: 'Players by contribution, the largest first',
      head: ['player', 'kept', 'why', 'SHAP', 'group Shapley', ...outputs.map((name) => `SHAP to ${name}`)],
      rows: ranking.map(({ player, kept, why, shap, groupShap, shapByOutput }) => [
        player,
        kept ? 'yes' : 'no',
        why,
        score(shap),
        score(groupShap),
        ...shapByOutput.map(score),
      ]),
    },
  };
}

function judgedSection({ ranking: { judged } }: ForeignReport): ForeignSection[] {
  if (judged === null) {
    const sentence =
      'An order by contributions is no evidence of what pruning costs: rank --ensemble --refit measures it.';
    return [{ title: 'What pruning costs', sentences: [sentence], table: null }];
  }
  const { full, pruned, difference, surrogate, folds, rows, queries } = judged;
  return [
    {
      title: 'What pruning costs',
      sentences: [
        `Both were refitted on ${folds} folds by query: ${count(rows)} rows of ${count(queries)} queries.`,
        ...(surrogate
          ? ['The refits are our own trees, a surrogate of the engine: --refit COMMAND calls its trainer.']
          : []),
      ],
      table: {
        caption: 'Scores with 95% intervals',
        head: ['score', 'all columns', 'kept columns', 'difference'],
        rows: SCORE_NAMES.map((name) => {
          const [low, high] = difference.intervals[name];
          return [
            SCORE_TITLES[name],
            scoreWithInterval(full, name),
            scoreWithInterval(pruned, name),
            `${signed(difference.difference[name])} [${signed(low)}, ${signed(high)}]`,
          ];
        }),
      },
    },
  ];
}

function scoreSection({ ranking: { scores } }: ForeignReport): ForeignSection[] {
  if (scores === null) return [];
  const { classes, confusion, rows, intervals, replicates } = scores;
  const value = (name: (typeof SCORE_NAMES)[number]) => {
    if (intervals === null || name === 'logLoss') return score(scores[name]);
    const [low, high] = intervals[name];
    return `${score(scores[name])} [${score(low)}, ${score(high)}]`;
  };
  const said = SCORE_NAMES.map((name) => `${SCORE_TITLES[name]} ${value(name)}`).join(', ');
  return [
    {
      title: 'How the ensemble answers',
      sentences: [
        `On ${count(rows)} labelled rows that workers saw: ${said}. Whether training saw these rows is not known.`,
        ...(intervals === null
          ? []
          : [`95% intervals by a Poisson bootstrap over queries, ${count(replicates)} replicates.`]),
      ],
      table: {
        caption: 'Rows by label and answer',
        head: ['label', ...classes.map((name) => `answered ${name}`)],
        rows: classes.map((name, k) => [name, ...confusion[k].map(count)]),
      },
    },
  ];
}

/** report.md */
export function foreignMarkdown(report: ForeignReport): string {
  const parts = foreignSections(report).flatMap(({ title, sentences, table }) => [
    `## ${title}`,
    ...sentences.map(escapeMarkdown),
    ...(table === null ? [] : [markdownTextTable(table)]),
  ]);
  const { version, seed } = report.reproduction;
  const end = `Made by esci-select ${version}, seed ${seed}.`;
  return `${['# Which models to run', escapeMarkdown(foreignSentence(report)), ...parts, end].join('\n\n')}\n`;
}

/** ranking.csv */
export function foreignCsv({ ranking: { ranking, outputs } }: ForeignReport): string {
  const head = [
    'player',
    'context',
    'kept',
    'why',
    'shap',
    'group shapley',
    ...outputs.map((name) => `shap ${name}`),
    ...outputs.map((name) => `signed ${name}`),
  ];
  const rows = ranking.map((line) => [
    line.player,
    line.context,
    line.kept,
    line.why,
    line.shap,
    line.groupShap,
    ...line.shapByOutput,
    ...line.signedByOutput,
  ]);
  return csvText(head, rows);
}
