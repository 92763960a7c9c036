import type { NamedColumn } from '../../io/arrow/read.js';
import type { PairAnswer } from '../../serving/answering/servable.js';
import type { PairPart } from './pairs.js';

/** Answers to a part of the pairs as columns, of plain data that can be kept. */
export interface AnswerPart {
  readonly texts: Readonly<Record<string, readonly (string | null)[]>>;
  /** NaN where nothing is said */
  readonly numbers: Readonly<Record<string, Float32Array>>;
}

/** What the columns are named by. */
export interface AnswerShape {
  readonly classes: readonly string[];
  /** of all ensembles, in order of name */
  readonly models: readonly string[];
  /** whether what models say and what they contribute is written too */
  readonly explain: boolean;
}

/** The answers to a part as columns: `label`, `p_CLASS`, and which models were silent. O(values). */
export function answerPart(
  { ids, pairs }: PairPart,
  answers: readonly PairAnswer[],
  { classes, models, explain }: AnswerShape,
): AnswerPart {
  const column = (value: (answer: PairAnswer) => number) => Float32Array.from(answers, value);
  const numbers: Record<string, Float32Array> = Object.create(null);
  classes.forEach((name, k) => {
    numbers[`p_${name}`] = column(({ probabilities }) => probabilities[k]);
  });
  if (explain) {
    const of = (answer: PairAnswer, model: string) => answer.models.find((each) => each.model === model);
    classes.forEach((name, k) => {
      numbers[`margin ${name}`] = column(({ margins }) => margins[k]);
    });
    for (const model of models) {
      classes.forEach((name, k) => {
        numbers[`model ${model} ${name}`] = column((each) => of(each, model)?.probabilities[k] ?? Number.NaN);
      });
      classes.forEach((name, k) => {
        numbers[`shap ${model} ${name}`] = column((each) => of(each, model)?.contribution?.[k] ?? Number.NaN);
      });
    }
  }
  return {
    texts: {
      example_id: ids,
      query: pairs.map(({ query }) => query),
      product_id: pairs.map(({ productId }) => productId),
      locale: pairs.map(({ locale }) => locale),
      label: answers.map(({ label }) => classes[label]),
      silent: answers.map((answer) => silentModels(answer) || null),
    },
    numbers,
  };
}

function silentModels({ models }: PairAnswer): string {
  return models
    .filter(({ from }) => from === 'silent')
    .map(({ model }) => model)
    .join(', ');
}

/** The columns of a part for a file. */
export function namedColumns({ texts, numbers }: AnswerPart): NamedColumn[] {
  return [
    ...Object.entries(texts).map(
      ([name, values]): NamedColumn => ({ name, column: { kind: 'text', values } }),
    ),
    ...Object.entries(numbers).map(
      ([name, values]): NamedColumn => ({
        name,
        column: { kind: 'number', values, missing: missingOf(values) },
      }),
    ),
  ];
}

function missingOf(values: Float32Array): Uint8Array | null {
  return values.some(Number.isNaN) ? Uint8Array.from(values, (value) => Number(Number.isNaN(value))) : null;
}
