import { shellWord } from '../errors.js';
import type { Decision, LocaleDecision } from '../selection/decision.js';
import { budgetLimits } from '../selection/locale-budgets.js';
import type { Report, Reproduction } from './report.js';

/** The commands behind the report, without the data's place on the machine that ran them. */
export function commandLines(report: Report): string[] {
  const { decision, reproduction } = report;
  const { budget, constraints, localeBudgets = [] } = decision;
  const floorsOf = (floors: Decision['constraints']['floors']) =>
    floors.map(({ name, least }) => `${name}=${least}`);
  const perLocale = (textsOf: (line: LocaleDecision) => readonly string[]) =>
    localeBudgets.flatMap((line) => textsOf(line).map((text) => `${line.locale}:${text}`));
  const flags = [
    ['--budget', [...budgetLimits(budget), ...perLocale((line) => budgetLimits(line.budget))]],
    ['--combine', Object.entries(budget.combine ?? {}).map(([name, how]) => `${name}=${how}`)],
    ['--floor', [...floorsOf(constraints.floors), ...perLocale((line) => floorsOf(line.floors))]],
    ['--require', constraints.require],
    ['--forbid', constraints.forbid],
    ['--strategy', [decision.strategy]],
    ['--metric', [constraints.metric]],
    ['--keep', decision.keep === undefined ? [] : [decision.keep]],
    ['--decide', decision.decide === undefined ? [] : [decision.decide]],
    ['--replicates', [String(decision.replicates)]],
  ] as const;
  const words = flags.flatMap(([flag, values]) => values.map((value) => `${flag} ${shellWord(value)}`));
  const title = report.title === undefined ? '' : ` --title ${shellWord(report.title)}`;
  return [
    `esci-select train ${trainWords(reproduction).join(' ')}`,
    `esci-select rank ${words.join(' ')}`,
    `esci-select report${title}`,
  ];
}

/** Options of a run that say what `train` does of itself. */
const USUAL: Readonly<Record<string, unknown>> = {
  models: 'all',
  folds: 5,
  evaluation: 'auto',
  stack: 'auto',
  decide: 'balanced',
};

/** Options of the trees that `train` has a flag for. */
const BOOSTING = [
  'rounds',
  'learningRate',
  'growth',
  'maxDepth',
  'maxLeaves',
  'minDataInLeaf',
  'classWeights',
  'multiStrategy',
] as const;

/** The words of `train`: the data as it was given, by the last names of its files, then what is not as usual. */
function trainWords({ seed, options }: Reproduction): string[] {
  const given = Array.isArray(options.given) ? (options.given as readonly (readonly string[])[]) : [];
  const asked = (options.boosting ?? {}) as Readonly<Record<string, unknown>>;
  const boosting = BOOSTING.map((name) => [name, asked[name]] as const);
  const flags: (readonly [string, unknown])[] = [
    ...Object.keys(USUAL)
      .filter((name) => options[name] !== undefined && options[name] !== USUAL[name])
      .map((name) => [name, options[name]] as const),
    ...(['backend', 'maxTrainRows'] as const).map((name) => [name, options[name]] as const),
    ...boosting,
  ];
  const plain = (value: unknown) => ['string', 'number'].includes(typeof value);
  return [
    ...given.map((words) => words.map((word, at) => (at === 0 ? word : shellWord(word))).join(' ')),
    ...flags
      .filter(([, value]) => plain(value))
      .map(([name, value]) => `${kebab(name)} ${shellWord(String(value))}`),
    ...(options.measure === false ? ['--no-measure'] : []),
    `--seed ${seed}`,
  ];
}

function kebab(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
