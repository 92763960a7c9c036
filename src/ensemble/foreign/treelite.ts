import { quote } from '../../errors.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
  wholeNumbers,
} from '../xgboost/json-field.js';
import { numbersOf } from './catboost-splits.js';
import { ColumnBook } from './columns.js';
import { float64Ensemble } from './float64-ensemble.js';
import type { ForeignEnsemble, MarginLink } from './foreign-ensemble.js';
import { treesOf } from './node-list.js';
import { readTreeliteTree } from './treelite-tree.js';

const MOST = 2_147_483_647;
const MOST_COLUMNS = 65_536;

const LINKS: Readonly<Record<string, MarginLink>> = {
  softmax: 'softmax',
  sigmoid: 'sigmoid',
  multiclass_ova: 'one-vs-all',
  identity_multiclass: 'probability',
};

/**
 * A treelite model in JSON (treelite 4, `model.dump_as_json()`), which scikit-learn's forests are exported through. A
 * forest's leaves are divided by its trees, where their answers are averaged. Columns have no names: f0, f1, ...
 * Throws 'model'. O(size).
 */
export function readTreelite(source: unknown, path?: string): ForeignEnsemble {
  const root: JsonField = { value: source, name: '', path };
  const list = member(root, 'trees');
  const count = listOf(list).length;
  const outputs = outputsOf(root, count);
  const columns = wholeNumber(member(root, 'num_feature'), 1, MOST_COLUMNS);
  const names = Array.from({ length: columns }, (_, column) => `f${column}`);
  const book = new ColumnBook(names);
  const ofTree = wholeNumbers(member(root, 'class_id'), -1, outputs - 1);
  if (ofTree.length !== count)
    throw badField(root, `has ${ofTree.length} entries in class_id, trees has ${count}`);
  const averaged = member(root, 'average_tree_output').value === true ? averagedBy(ofTree, outputs) : null;
  const offset = baseScores(root, outputs);
  const trees = listOf(list).flatMap((value, at) => {
    const field = { value, name: `trees[${at}]`, path };
    const own = ofTree[at] < 0 ? Array.from({ length: outputs }, (_, output) => output) : [ofTree[at]];
    const nodes = readTreeliteTree(field, own.length, { book, columns, rounds: averaged !== null });
    const values = nodes.values.map((leaf, place) => leaf.map((x) => x / (averaged?.[own[place]] ?? 1)));
    return treesOf({ ...nodes, values }).map(({ tree, centre }, place) => {
      offset[own[place]] += centre;
      return { tree, output: own[place] };
    });
  });
  const postprocessor = textOf(member(root, 'postprocessor'));
  return float64Ensemble(book, {
    format: 'treelite',
    objective: postprocessor,
    link: LINKS[postprocessor] ?? 'identity',
    columns: names.map((_, at) => book.column(at)),
    trees: trees.map(({ tree }) => tree),
    treeClass: Int32Array.from(trees, ({ output }) => output),
    offset,
    roundStarts: null,
  });
}

function outputsOf(root: JsonField, trees: number): number {
  const targets = member(root, 'num_target');
  if (wholeNumber(targets, 1, MOST) > 1) {
    throw badField(targets, `is ${quote(targets.value)}, expected 1`, 'train one model per target');
  }
  const classes = member(root, 'num_class');
  const outputs = wholeNumbers({ ...classes, value: listOf(classes).slice(0, 1) }, 1, MOST)[0] ?? 1;
  const borne = Math.max(trees, listOf(member(root, 'base_scores')).length);
  if (outputs <= borne) return outputs;
  throw badField(classes, `is ${outputs}, which neither trees nor base_scores bear out`);
}

/** [output] trees that add to it. */
function averagedBy(ofTree: Int32Array, outputs: number): Float64Array {
  const trees = new Float64Array(outputs);
  for (const output of ofTree) {
    if (output >= 0) trees[output]++;
    else for (let all = 0; all < outputs; all++) trees[all]++;
  }
  return trees;
}

function baseScores(root: JsonField, outputs: number): Float64Array {
  const field = optionalMember(root, 'base_scores');
  if (field === null) return new Float64Array(outputs);
  const scores = numbersOf(field);
  if (scores.length === outputs && scores.every(Number.isFinite)) return scores;
  throw badField(field, `has ${scores.length} numbers, expected ${outputs} finite ones`);
}
