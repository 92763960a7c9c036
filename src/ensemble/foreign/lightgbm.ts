import { EsciSelectError, quote } from '../../errors.js';
import { ColumnBook, type Level } from './columns.js';
import { evenRounds, float64Ensemble } from './float64-ensemble.js';
import type { ForeignEnsemble, MarginLink } from './foreign-ensemble.js';
import { badLine, type LightgbmText, parseLightgbm, textOfKey, wholeOfKey } from './lightgbm-text.js';
import { readLightgbmTree } from './lightgbm-tree.js';
import { treesOf } from './node-list.js';

const MOST = 2_147_483_647;
/** Most outputs of a model that has fewer trees than outputs. */
const MOST_TREELESS = 64;

const LINKS: Readonly<Record<string, MarginLink>> = {
  multiclass: 'softmax',
  multiclassova: 'one-vs-all',
  binary: 'sigmoid',
  cross_entropy: 'sigmoid',
};

/**
 * A LightGBM text model (version 3 or 4). Thresholds on doubles, `<=`, become `<` on float32; the values of the table are
 * rounded so that they stay on their side (see encodeTable). Margins of a random forest (`rf`) are sums over its trees, as
 * LightGBM's raw scores are; its probabilities are those of the mean. Throws 'model'. O(size).
 */
export function readLightgbm(text: string, path?: string): ForeignEnsemble {
  const file = parseLightgbm(text, path);
  const { header, trees: blocks } = file;
  const outputs = outputsOf(file, path);
  const names = textOfKey(header, 'feature_names', path).split(' ');
  const columns = wholeOfKey(header, 'max_feature_idx', [0, MOST], path) + 1;
  if (names.length !== columns) {
    const { line } = header.values.get('feature_names')!;
    throw badLine(`feature_names has ${names.length} names, max_feature_idx says ${columns}`, line, path);
  }
  const book = new ColumnBook(names);
  const offset = new Float64Array(outputs);
  const trees = blocks.map((block, at) => {
    const [{ tree, centre }] = treesOf(readLightgbmTree(block, { name: `tree ${at}`, path, book, columns }));
    offset[at % outputs] += centre;
    return tree;
  });
  const objective = header.values.get('objective')?.text ?? 'custom';
  const levels = levelsOf(file, columns, path);
  return float64Ensemble(book, {
    format: 'lightgbm',
    objective,
    link: LINKS[objective.split(' ')[0]] ?? 'identity',
    columns: names.map((_, at) => book.column(at, levels[at])),
    trees,
    treeClass: Int32Array.from(trees, (_, at) => at % outputs),
    offset,
    roundStarts: evenRounds(blocks.length, outputs),
    averagedOver: header.values.has('average_output') ? Math.max(1, blocks.length / outputs) : 1,
  });
}

function outputsOf({ header, trees }: LightgbmText, path: string | undefined): number {
  const key = 'num_tree_per_iteration';
  const outputs = wholeOfKey(header, key, [1, MOST], path);
  const { line } = header.values.get(key)!;
  if (outputs > Math.max(trees.length, MOST_TREELESS) || trees.length % outputs !== 0) {
    throw badLine(`${key} is ${outputs}, which does not divide the file's ${trees.length} trees`, line, path);
  }
  return outputs;
}

/**
 * [column] the levels that pandas gave the codes of. The file has them for its categorical columns in order, without
 * saying which these are: feature_infos does, unless a column was constant.
 */
function levelsOf({ header, pandasCategorical }: LightgbmText, columns: number, path?: string) {
  const none: (readonly Level[] | null)[] = Array.from({ length: columns }, () => null);
  const lists = parseLevels(pandasCategorical, path);
  const infos = (header.values.get('feature_infos')?.text ?? '').split(' ');
  const categorical = infos.flatMap((info, at) => (/^-?\d+(:-?\d+)*$/.test(info) ? [at] : []));
  if (lists.length !== categorical.length) return none;
  categorical.forEach((column, at) => {
    if (column < columns) none[column] = lists[at];
  });
  return none;
}

function parseLevels(text: string | null, path: string | undefined): (readonly Level[])[] {
  if (text === null || text === '' || text === 'null') return [];
  let lists: unknown;
  try {
    lists = JSON.parse(text);
  } catch (error) {
    throw new EsciSelectError('model', `pandas_categorical is not JSON: ${quote(text)}`, {
      path,
      cause: error,
    });
  }
  const isLevel = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  const sound = Array.isArray(lists) && lists.every((list) => Array.isArray(list) && list.every(isLevel));
  if (sound) return lists as (readonly Level[])[];
  throw new EsciSelectError('model', 'pandas_categorical is no list of lists of levels', { path });
}
