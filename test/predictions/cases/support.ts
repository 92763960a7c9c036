import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Examples, Finding } from '../../../src/data/examples/examples.js';
import type { LoadOptions } from '../../../src/data/examples/load-options.js';
import { loadExamples } from '../../../src/data/load.js';
import { importPredictions } from '../../../src/predictions/import.js';
import type { ImportedModel, ImportOptions, ImportResult } from '../../../src/predictions/import-options.js';
import { folderOf } from '../support.js';

export const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** A judged pair with what a model of known accuracy says of it. */
export interface Row {
  readonly id: number;
  readonly query: number;
  readonly product: string;
  readonly label: number;
  readonly answer: number;
  /** [class], sums to 1, largest for `answer` */
  readonly p: readonly number[];
}

/** The share of rows on which `rowsOf` answers the label. */
export const ACCURACY = 0.9;

/** 60 pairs of 10 queries; ids do not follow the order of rows; every tenth answer is wrong. */
export function rowsOf(classes = CLASSES.length, count = 60): Row[] {
  return Array.from({ length: count }, (_, row) => {
    const label = (row * 7 + (row >> 2)) % classes;
    const answer = row % 10 === 3 ? (label + 1) % classes : label;
    const rest = (0.3 - (row % 8) / 40) / (classes - 1);
    const p = Array.from({ length: classes }, (__, k) => (k === answer ? 1 - rest * (classes - 1) : rest));
    return { id: 1000 + ((row * 37) % count) * 3, query: row % 10, product: `P${row}`, label, answer, p };
  });
}

/** The rows in another order, as exports of models have them. */
export function shuffled<T>(rows: readonly T[]): T[] {
  return rows.map((_, at) => rows[(at * 7 + 3) % rows.length]);
}

/** Lines of a CSV file. */
export function csv(header: string, lines: readonly (string | readonly unknown[])[]): string {
  return `${[header, ...lines.map((line) => (typeof line === 'string' ? line : line.join(',')))].join('\n')}\n`;
}

export const JUDGED = 'query,query_id,product_id,product_locale,esci_label';

/** The cells of a judgement behind its id. */
export function judged({ query, product, label }: Row, names: readonly string[] = CLASSES): string {
  return [`query ${query}`, query, product, 'us', names[label]].join(',');
}

export const P = CLASSES.map((name) => `p_${name}`).join(',');

/** Judgements with example ids. */
export function judgements(rows: readonly Row[]): string {
  return csv(
    `example_id,${JUDGED}`,
    rows.map((row) => [row.id, judged(row)]),
  );
}

/** What an import of files against judgements gave. */
export interface Imported extends ImportResult {
  readonly examples: Examples;
  readonly data: readonly Finding[];
  accuracy(model: string): number;
  names(): string[];
  codes(): string[];
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, in folders of their own where their names say so. */
function folderWith(files: Files): string {
  const folder = folderOf({});
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Loads `judgements.csv` and imports the folder `predictions`, or the paths given, of a new folder with the files. */
export async function importing(
  files: Files,
  options: ImportOptions = {},
  load: LoadOptions = {},
  paths: readonly string[] = ['predictions'],
): Promise<Imported> {
  const folder = folderWith(files);
  const name = Object.keys(files).find((file) => file.startsWith('judgements.'))!;
  const { examples, findings } = await loadExamples([join(folder, name)], { text: false, ...load });
  const result = await importPredictions(
    paths.map((path) => join(folder, path)),
    examples,
    options,
  );
  const find = (model: string) => result.models.find(({ card }) => card.name === model)!;
  return {
    ...result,
    examples,
    data: findings,
    accuracy: (model) => accuracyOf(find(model), examples),
    names: () => result.models.map(({ card }) => card.name),
    codes: () => result.findings.map(({ code }) => code),
  };
}

/** The share of the labelled rows it answers on which a model's largest probability is the label's. */
function accuracyOf({ values }: ImportedModel, { rows, label, labelSpace }: Examples): number {
  const count = labelSpace.classes.length;
  let [right, all] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const own = Array.from(values.subarray(row * count, (row + 1) * count));
    if (label[row] < 0 || Number.isNaN(own[0])) continue;
    all++;
    if (own.indexOf(Math.max(...own)) === label[row]) right++;
  }
  return right / all;
}
