import { quote } from '../../errors.js';
import { Tally } from '../checks/findings.js';
import type { RowProblems } from '../checks/problems.js';
import { findColumn } from '../examples/columns.js';
import { type Finding, SPLIT_NONE, SPLIT_TEST, SPLIT_TRAIN, UNLABELLED } from '../examples/examples.js';
import { describeLabels, ESCI, isNoLabel, type LabelSpace, labelParser } from '../examples/labels.js';
import type { LoadOptions } from '../examples/load-options.js';
import { pickValues } from '../examples/pick.js';
import { chooseLabelSpace } from './label-column.js';
import { placeOfRow, type Rows, textByRole } from './rows.js';

const MAX_FOLD = 32_767;

/** The columns that say how a row was judged and where it belongs; each array is [row], over all rows. */
export interface Judgements {
  readonly labelSpace: LabelSpace;
  readonly label: Int16Array;
  readonly split: Uint8Array;
  /** -1 where a row has none; null where the data has no fold column */
  readonly fold: Int16Array | null;
  readonly findings: readonly Finding[];
}

/** Reads labels, splits and folds of the selected rows; values that mean nothing go to `problems`. */
export function readJudgements(
  rows: Rows,
  selected: Int32Array,
  options: LoadOptions,
  problems: RowProblems,
): Judgements {
  const labels = readLabels(rows, selected, options, problems);
  const splits = readSplits(rows, selected, options, problems);
  return {
    ...labels,
    split: splits.split,
    fold: readFolds(rows, selected, options, problems),
    findings: [...labels.findings, ...splits.findings],
  };
}

function readLabels(
  rows: Rows,
  selected: Int32Array,
  options: LoadOptions,
  problems: RowProblems,
): Pick<Judgements, 'labelSpace' | 'label' | 'findings'> {
  const findings: Finding[] = [];
  const label = new Int16Array(rows.count).fill(UNLABELLED);
  const values = textByRole(rows, 'label', options.columns);
  if (values === null) {
    findings.push({
      severity: 'note',
      code: 'no-labels',
      message: 'there is no label column: no row has a label',
    });
    const labelSpace = options.classes === undefined ? ESCI : chooseLabelSpace([], '', options, '').space;
    return { labelSpace, label, findings };
  }
  const column = findColumn(rows.names, 'label', options.columns) ?? '';
  const chosen = chooseLabelSpace(pickValues(values, selected), column, options, rows.tables[0].path);
  if (chosen.note !== null)
    findings.push({ severity: 'note', code: 'classes-from-labels', message: chosen.note });
  const parse = labelParser(chosen.space, options.labelMap);
  const hint = `labels are ${describeLabels(chosen.space)}; others need --label-map LABEL=CLASS`;
  const empty = new Tally();
  const noLabel = new Tally();
  for (const row of selected) {
    const value = values[row];
    const found = value === null ? null : parse(value);
    if (found !== null) label[row] = found;
    else if (value === null) empty.add(() => placeOfRow(rows, row));
    else if (isNoLabel(value)) noLabel.add(() => placeOfRow(rows, row));
    else problems.add(row, 'unknown-label', `label ${quote(value)} is unknown`, hint);
  }
  findings.push(
    ...empty.finding(
      'warning',
      'empty-label',
      (count) => `the label of ${count} is empty: they count as unlabelled`,
    ),
    ...noLabel.finding(
      'warning',
      'no-label',
      (count) => `the label of ${count} says that there is none, such as 'nan': they count as unlabelled`,
      'if it is a class, name it among --classes',
    ),
    ...unjudgedClasses(chosen.space, label, selected),
  );
  return { labelSpace: chosen.space, label, findings };
}

/** Classes without a labelled row: a model that answers them cannot be right, and means over classes leave them out. */
function unjudgedClasses({ classes }: LabelSpace, label: Int16Array, selected: Int32Array): Finding[] {
  const judged = new Uint8Array(classes.length);
  for (const row of selected) if (label[row] !== UNLABELLED) judged[label[row]] = 1;
  const absent = classes.filter((_, k) => judged[k] === 0);
  if (absent.length === 0 || absent.length === classes.length) return [];
  const message = `no row is labelled ${absent.map(quote).join(', ')}`;
  return [{ severity: 'note', code: 'class-without-rows', message, count: absent.length }];
}

const SPLITS = new Map([
  ['train', SPLIT_TRAIN],
  ['training', SPLIT_TRAIN],
  ['validation', SPLIT_TRAIN],
  ['validate', SPLIT_TRAIN],
  ['valid', SPLIT_TRAIN],
  ['val', SPLIT_TRAIN],
  ['dev', SPLIT_TRAIN],
  ['development', SPLIT_TRAIN],
  ['test', SPLIT_TEST],
  ['testing', SPLIT_TEST],
]);

function readSplits(
  rows: Rows,
  selected: Int32Array,
  options: LoadOptions,
  problems: RowProblems,
): Pick<Judgements, 'split' | 'findings'> {
  const split = new Uint8Array(rows.count).fill(SPLIT_NONE);
  const values = textByRole(rows, 'split', options.columns);
  if (values === null) return { split, findings: [] };
  let validation = 0;
  for (const row of selected) {
    const value = values[row];
    if (value === null) continue;
    const name = value.trim().toLowerCase();
    const found = SPLITS.get(name);
    if (found === undefined) {
      problems.add(
        row,
        'unknown-split',
        `split ${quote(value)} is unknown`,
        'splits are train, validation (val, dev), test',
      );
    } else split[row] = found;
    if (found === SPLIT_TRAIN && !name.startsWith('train')) validation++;
  }
  if (validation === 0) return { split, findings: [] };
  const message =
    'validation rows count as training rows: the ensemble makes its own validation folds of these';
  return { split, findings: [{ severity: 'note', code: 'validation-rows', message, count: validation }] };
}

function readFolds(
  rows: Rows,
  selected: Int32Array,
  options: LoadOptions,
  problems: RowProblems,
): Int16Array | null {
  const values = textByRole(rows, 'fold', options.columns);
  if (values === null) return null;
  const fold = new Int16Array(rows.count).fill(-1);
  for (const row of selected) {
    const value = values[row];
    if (value === null) continue;
    const number = /^\d+(\.0+)?$/.test(value) ? Number(value) : Number.NaN;
    if (number <= MAX_FOLD) fold[row] = number;
    else
      problems.add(
        row,
        'bad-fold',
        `fold ${quote(value)} is not a whole number from 0 to ${MAX_FOLD}`,
        FOLD_HINT,
      );
  }
  return fold;
}

const FOLD_HINT = 'correct the fold, or name another column with --column fold=NAME';

/** Reports a row whose id is missing or was seen before, at the second place and naming the first. */
export function reportBadIds(
  rows: Rows,
  bad: ReadonlyMap<number, { readonly id: string | null; readonly firstRow: number }>,
  problems: RowProblems,
): void {
  for (const [row, { id, firstRow }] of bad) {
    if (id === null) {
      problems.add(
        row,
        'missing-id',
        'the row has no id',
        'fill the id, or name another column with --column id=NAME',
      );
      continue;
    }
    const first = placeOfRow(rows, firstRow);
    const at = `${first.path}:${first.line ?? `row ${first.row}`}`;
    const hint = 'remove one of the two, or name another column with --column id=NAME';
    problems.add(row, 'duplicate-id', `id ${quote(id)} is given twice, first at ${at}`, hint);
  }
}
