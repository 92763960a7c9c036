import {
  type Examples,
  type Finding,
  type Place,
  SPLIT_TEST,
  SPLIT_TRAIN,
} from '../../data/examples/examples.js';
import { quote, suggest } from '../../errors.js';
import type { ImportedModel } from '../import-options.js';
import { kindOf, type Layout } from '../layout/column-layout.js';
import type { DeclaredKind } from '../matrix.js';
import type { Alignment } from './alignment.js';
import type { Collected } from './collect.js';

const SHOWN = 3;

const FORMS = {
  'per-model': 'one model per file',
  long: 'long table (one row per example and model)',
  wide: 'wide table (one row per example)',
  labels: 'table of hard labels (one row per example)',
} as const;

/** One sentence on how a file was read. */
export function describeImport(layout: Layout, { key, columns }: Alignment, declared?: DeclaredKind): string {
  const joined =
    key === null
      ? 'joined by position, as it is a file of the examples'
      : `joined by ${columns.map(quote).join(' and ')}`;
  const shown = layout.ignored.slice(0, 6).map(quote).join(', ') + (layout.ignored.length > 6 ? ', …' : '');
  const ignored = shown === '' ? '' : `; columns without predictions: ${shown}`;
  const kinds = layout.models.map((model) => kindOf(model, declared));
  const distinct = [...new Set(kinds)];
  const counts = distinct.map((kind) => `${kinds.filter((other) => other === kind).length} of ${kind}`);
  const several = layout.form === 'wide' || layout.form === 'labels';
  const mixed =
    distinct.length > 1
      ? `${kinds.length} models, ${counts.join(' and ')}`
      : `${kinds.length} models of ${kinds[0]}`;
  const models = several ? mixed : kinds[0];
  return [`${FORMS[layout.form]}: ${models}, ${joined}${ignored}`, ...layout.notes].join('; ');
}

/** Equal descriptions of several files become one note. */
export class ImportNotes {
  readonly #places = new Map<string, Place[]>();

  add(message: string, path: string): void {
    const places = this.#places.get(message);
    if (places) places.push({ path });
    else this.#places.set(message, [{ path }]);
  }

  findings(): Finding[] {
    return [...this.#places].map(([message, places]) => ({
      severity: 'note',
      code: 'import-layout',
      message,
      count: places.length,
      places: places.slice(0, SHOWN),
    }));
  }
}

/** The first few of many ids. */
export function firstIds(ids: readonly string[], count: number): string {
  return ids.slice(0, SHOWN).map(quote).join(', ') + (count > SHOWN ? ', …' : '');
}

/** Answers of a model that are no class. */
export function strayFinding({ name, strays, account }: Collected): Finding[] {
  if (strays.length === 0) return [];
  const texts = [...new Set(strays.map(({ text }) => text))];
  return [
    {
      severity: 'warning',
      code: 'stray-answers',
      message: `model ${quote(name)} gave answers that are no class (${firstIds(texts, texts.length)}); these rows count as missing`,
      count: strays.length,
      places: strays.slice(0, SHOWN).map(({ place }) => place),
      hint: `${account.kept} rows are usable; correct the file if the answers are known`,
    },
  ];
}

/** Rows of the examples for which a model has no prediction, on the user's request. */
export function coverageFinding(model: ImportedModel, examples: Examples): Finding[] {
  const { missing, card } = model;
  if (missing === null) return [];
  const rows: number[] = [];
  for (let row = 0; row < missing.length && rows.length < SHOWN; row++)
    if (missing[row] === 1) rows.push(row);
  const count = examples.rows - card.covered;
  const ids = rows.map((row) => examples.id[row]);
  return [
    {
      severity: 'warning',
      code: 'coverage',
      message: `model ${quote(card.name)} covers ${card.covered} of ${examples.rows} examples; without: ${firstIds(ids, count)}`,
      count,
    },
  ];
}

/** A model that answers only one side of the data's split: what is fitted cannot be judged, or what is judged not fitted. */
export function oneSidedFinding({ missing, card }: ImportedModel, { split }: Examples): Finding[] {
  if (missing === null) return [];
  const rows = [0, 0, 0];
  const answered = [0, 0, 0];
  for (let row = 0; row < split.length; row++) {
    rows[split[row]]++;
    if (missing[row] === 0) answered[split[row]]++;
  }
  const sides = [SPLIT_TRAIN, SPLIT_TEST];
  const silent = sides.find((side) => rows[side] > 0 && answered[side] === 0);
  if (silent === undefined || sides.some((side) => rows[side] === 0)) return [];
  const [none, all] = silent === SPLIT_TEST ? ['test', 'train'] : ['train', 'test'];
  return [
    {
      severity: 'warning',
      code: 'one-sided-model',
      message: `model ${quote(card.name)} answers rows of the ${all} split only, none of the ${none} split: an ensemble is fitted on one and judged on the other`,
      count: rows[silent],
      hint: 'files of one model are joined where their names differ only in words such as oof, train or test; else give --model-name',
    },
  ];
}

/** Costs or cards of models that no file holds predictions of. */
export function unknownModels(names: Iterable<string>, path: string, models: readonly string[]): Finding[] {
  return [...names]
    .filter((name) => !models.includes(name))
    .map((name) => {
      return {
        severity: 'warning',
        code: 'unknown-model',
        message: `model ${quote(name)} has costs but no predictions`,
        places: [{ path }],
        hint: suggest(name, models, 'models'),
      };
    });
}
