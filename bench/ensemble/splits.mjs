// Outer folds: those of folds.csv, or grouped folds of our own where it has none.
import { createRandom } from '../../dist/math/random.js';
import { loadFolds, takeRows } from './load.mjs';

const FOLDS = 5;
const SEEDS = [0, 1, 2, 3];
/** Rows of a task without folds of its own at most. */
const MOST_ROWS = 2500;

/** Tasks cut to the rows used, each with `foldsOf`: [seed][row] the outer fold. */
export function withFolds(tasks, folders) {
  const known = loadFolds(folders);
  return tasks.map((task) => {
    const lines = known.get(task.name);
    if (lines === undefined) {
      const part = takeRows(task, drawRows(task));
      return { ...part, foldsOf: SEEDS.map((seed) => groupedFolds(part, seed)) };
    }
    const rows = lines.map(({ row }) => Number(row));
    const foldsOf = SEEDS.map((seed) => Int16Array.from(lines, (line) => Number(line[`fold_${seed}`])));
    return { ...takeRows(task, rows), foldsOf };
  });
}

/** At most so many rows, whole groups drawn by the task's name. */
function drawRows({ name, groups }) {
  const all = [...groups.keys()];
  if (all.length <= MOST_ROWS) return all;
  const order = createRandom(`rows of ${name}`).shuffle([...new Set(groups)]);
  const taken = new Set();
  const sizes = new Map();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  let rows = 0;
  for (const group of order) {
    if (rows + sizes.get(group) > MOST_ROWS) continue;
    rows += sizes.get(group);
    taken.add(group);
  }
  return all.filter((row) => taken.has(groups[row]));
}

/** Whole groups dealt to the folds in turn, in drawn order, class by class of a group's first row. */
function groupedFolds({ name, labels, groups }, seed) {
  const labelOf = new Map();
  groups.forEach((group, row) => {
    if (!labelOf.has(group)) labelOf.set(group, labels[row]);
  });
  const order = createRandom(`folds of ${name} ${seed}`)
    .shuffle([...labelOf.keys()])
    .sort((a, b) => labelOf.get(a) - labelOf.get(b));
  const foldOf = new Map(order.map((group, at) => [group, at % FOLDS]));
  return Int16Array.from(groups, (group) => foldOf.get(group));
}
