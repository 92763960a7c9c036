import { basename } from 'node:path';
import type { TrainOptions } from '../train-options.js';

/** A flag of `train` with its value; one without a value stands alone. */
export type GivenFlag = readonly [flag: string, value?: string];

/**
 * What was said of the data to `train`, as its flags, so that a report can name a command that makes the run again. Files and
 * folders go by their last name: where they are is nobody's business, and their bytes are in the run's inputs.
 */
export function givenFlags({ data, predictions, costs, load, importing }: TrainOptions): GivenFlag[] {
  const paths = (flag: string, given: readonly string[]) =>
    given.map((path): GivenFlag => [flag, basename(path)]);
  return [
    ...paths('--data', data),
    ...paths('--predictions', predictions),
    ...paths('--costs', costs),
    ...flagsOf({
      '--classes': load.classes,
      '--label-map': load.labelMap,
      '--column': load.columns,
      '--dataset-version': load.version,
      '--locales': load.locales,
      '--delimiter': load.delimiter,
      '--skip-invalid': load.skipInvalid === undefined ? undefined : basename(load.skipInvalid),
      '--key': importing.key,
      '--kind': importing.kind,
      '--class-order': importing.classOrder,
      '--columns': importing.columns,
      '--family': importing.family,
      '--model-name': importing.model,
      '--ids': importing.ids,
      '--allow-missing': importing.allowMissing,
      '--allow-extra': importing.allowExtra,
      '--renormalise': importing.renormalise,
      '--missing': importing.missingValues,
      '--rejects': importing.rejects === undefined ? undefined : basename(importing.rejects),
    }),
  ];
}

function flagsOf(values: Readonly<Record<string, unknown>>): GivenFlag[] {
  return Object.entries(values).flatMap(([flag, value]): GivenFlag[] => {
    if (value === undefined || value === null || value === false) return [];
    if (value === true) return [[flag]];
    if (Array.isArray(value)) return value.length === 0 ? [] : [[flag, value.join(',')]];
    if (value instanceof Map) return pairsOf(flag, [...value]);
    if (typeof value === 'object') return pairsOf(flag, Object.entries(value));
    return [[flag, String(value)]];
  });
}

function pairsOf(flag: string, pairs: readonly (readonly unknown[])[]): GivenFlag[] {
  return pairs.map(([from, to]): GivenFlag => [flag, `${from}=${to}`]);
}
