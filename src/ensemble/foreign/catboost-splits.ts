import { quote } from '../../errors.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
} from '../xgboost/json-field.js';
import type { ColumnBook } from './columns.js';
import { nextFloat32 } from './next-float.js';

/** What a node of a CatBoost tree tests: right where the value is above the border. */
export interface CatboostSplit {
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft: 0 | 1;
}

/** Reads a split. Throws 'model' for kinds that the file does not hold in full. */
export type SplitReader = (field: JsonField) => CatboostSplit;

/** What a missing value counts as: below all borders, above all, or as it stands, in which case it is above none. */
const TREATMENTS: Readonly<Record<string, 0 | 1>> = { AsFalse: 1, AsIs: 1, AsTrue: 0 };

const REFUSED: Readonly<Record<string, string>> = {
  OneHotFeature: 'tests single categories (one-hot), of which the file has hashes only',
  OnlineCtr: 'tests target statistics of categories (CTR), of which the file has hashes only',
};

/** The reader of the splits of a model's trees. */
export function catboostSplits(root: JsonField, book: ColumnBook): SplitReader {
  const features = optionalMember(member(root, 'features_info'), 'float_features');
  const defaults = (features === null ? [] : listOf(features)).map((value, at) => {
    const feature = { value, name: `float_features[${at}]`, path: root.path };
    const treatment = optionalMember(feature, 'nan_value_treatment');
    const name = treatment === null ? 'AsIs' : textOf(treatment);
    if (Object.hasOwn(TREATMENTS, name)) return TREATMENTS[name];
    throw badField(treatment!, `is ${quote(name)}, expected one of ${Object.keys(TREATMENTS).join(', ')}`);
  });
  return (field) => {
    const type = textOf(member(field, 'split_type'));
    if (type !== 'FloatFeature') {
      throw badField(
        field,
        Object.hasOwn(REFUSED, type) ? REFUSED[type] : `is a split of type ${quote(type)}`,
        'train on numeric columns: encode categories as numbers before, or use XGBoost or LightGBM',
      );
    }
    const source = wholeNumber(member(field, 'float_feature_index'), 0, defaults.length - 1);
    const border = member(field, 'border');
    if (typeof border.value !== 'number')
      throw badField(border, `is ${quote(border.value)}, expected a number`);
    return {
      feature: book.number(source),
      threshold: nextFloat32(border.value),
      defaultLeft: defaults[source],
    };
  };
}

/** A list of numbers in float64. Throws 'model' where one is none. */
export function numbersOf(field: JsonField): Float64Array {
  return Float64Array.from(listOf(field), (value, at) => {
    if (typeof value === 'number') return value;
    throw badField({ ...field, name: `${field.name}[${at}]` }, `is ${quote(value)}, expected a number`);
  });
}
