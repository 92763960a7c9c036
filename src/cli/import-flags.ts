import { type Command, Option } from 'commander';
import type { ImportOptions } from '../pipeline/for-terminal.js';
import { collect, names, pairs } from './parse.js';

/** Flags that say what prediction files hold; shared by `train` and `import`. */
export interface ImportFlags {
  key?: string;
  kind?: ImportOptions['kind'];
  classOrder?: string[];
  columns?: string;
  modelName?: string;
  family?: Map<string, string>;
  allowMissing?: boolean;
  allowExtra?: boolean;
  renormalise?: boolean;
  missing?: boolean;
  ids?: string;
  rejects?: string;
  delimiter?: string;
  memoryLimit?: string;
  maxUnpacked?: number;
  costs?: string[];
}

/** Adds the flags that say what prediction files hold. */
export function withImportFlags(command: Command): Command {
  return command
    .optionsGroup('What the predictions hold:')
    .option('--key <column>', 'column of the prediction files that holds the example ids')
    .addOption(
      new Option('--kind <kind>', 'what the numbers are').choices([
        'probabilities',
        'percent',
        'logits',
        'labels',
      ]),
    )
    .option('--class-order <classes>', 'classes in the order of numbered columns or array elements', names)
    .option('--columns <template>', "names of the prediction columns, e.g. 'confidence.{class}.{model}'")
    .option('--model-name <name>', 'the model of a single-model file; default: the name of the file')
    .option('--family <model=family>', 'family of an imported model; repeatable', pairs)
    .option('--allow-missing', 'models may lack rows; their coverage is reported')
    .option('--allow-extra', 'prediction files may hold rows that the data does not')
    .option('--renormalise', 'divide probabilities by their sum where it is not 1')
    .option('--missing', 'count empty cells and NaN as missing predictions')
    .option('--ids <file>', 'example ids of .npy and .npz arrays, in their row order')
    .option('--rejects <file>', 'leave out prediction rows that cannot be read, and write them here')
    .option('--costs <file>', 'CSV of costs per row: model and one column per cost; repeatable', collect);
}

/** The import options that the flags stand for. */
export function importOptions({ modelName, missing, ...same }: ImportFlags): ImportOptions {
  const { key, kind, classOrder, columns, family } = same;
  const { allowMissing, allowExtra, renormalise, ids, rejects, delimiter, memoryLimit, maxUnpacked } = same;
  const what = {
    key,
    kind,
    classOrder,
    columns,
    family,
    model: modelName,
    ids,
    delimiter,
    memoryLimit,
    maxUnpacked,
  };
  return { ...what, allowMissing, allowExtra, renormalise, rejects, missingValues: missing };
}
