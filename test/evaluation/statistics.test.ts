import { describe, expect, it } from 'vitest';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import {
  confusionMatrix,
  type GroupStatistics,
  groupStatistics,
  rowLoss,
  statisticsOfAnswers,
} from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { argmaxAt } from '../../src/math/softmax.js';
import { onQueries } from '../../src/selection/some-queries.js';

const CLASSES = 5;
const ROWS = 400;

function drawn() {
  const random = createRandom('statistics');
  const labels = Int16Array.from({ length: ROWS }, () => random.integer(CLASSES - 1));
  // rows of a query lie apart
  const groups = Int32Array.from({ length: ROWS }, () => 3 * random.integer(60));
  const probabilities = new Float32Array(ROWS * CLASSES);
  for (let row = 0; row < ROWS; row++) {
    const odds = Array.from({ length: CLASSES }, () => 0.1 + random.uniform());
    const sum = odds.reduce((a, b) => a + b, 0);
    odds.forEach((odd, k) => {
      probabilities[row * CLASSES + k] = odd / sum;
    });
  }
  const set = evaluationSet(
    CLASSES,
    labels,
    groups,
    Int32Array.from({ length: ROWS }, (_, row) => row),
  );
  const some = (part: number) => Uint8Array.from({ length: ROWS }, () => (random.uniform() < part ? 1 : 0));
  const answers = () => Int16Array.from({ length: ROWS }, () => random.integer(CLASSES));
  return { set, probabilities, some, answers };
}

/** The rows of each query, counted one by one. */
function byDefinition(
  { set, probabilities }: Pick<ReturnType<typeof drawn>, 'set' | 'probabilities'>,
  answerOf: (row: number) => number,
  isWanted: (row: number) => boolean,
): Pick<GroupStatistics, 'rows' | 'starts' | 'cells' | 'counts' | 'losses'> {
  const starts = [0];
  const cells: number[] = [];
  const counts: number[] = [];
  const losses: number[] = [];
  let rows = 0;
  for (let group = 0; group < set.groupCount; group++) {
    const own = [...set.groups.keys()].filter((row) => set.groups[row] === group && isWanted(row));
    const inCell = own.map((row) => set.labels[row] * CLASSES + answerOf(row));
    for (const cell of [...new Set(inCell)].sort((a, b) => a - b)) {
      cells.push(cell);
      counts.push(inCell.filter((each) => each === cell).length);
    }
    rows += own.length;
    losses.push(
      own.reduce((sum, row) => sum + rowLoss(probabilities, row * CLASSES, CLASSES, set.labels[row]), 0),
    );
    starts.push(cells.length);
  }
  return {
    rows,
    starts: Int32Array.from(starts),
    cells: Uint16Array.from(cells),
    counts: Float64Array.from(counts),
    losses: Float64Array.from(losses),
  };
}

describe('statistics per query', () => {
  const task = drawn();
  const { set, probabilities } = task;

  it('count every row of a query in its cell, by the likeliest class or by answers', () => {
    const predictor = { name: 'model', probabilities, covered: null };
    const likeliest = (row: number) => argmaxAt(probabilities, row * CLASSES, CLASSES);
    expect(groupStatistics(set, predictor)).toMatchObject(byDefinition(task, likeliest, () => true));
    const answers = task.answers();
    expect(groupStatistics(set, { ...predictor, answers })).toMatchObject(
      byDefinition(
        task,
        (row) => answers[row],
        () => true,
      ),
    );
  });

  it('leave out rows that are not covered or not wanted', () => {
    const [covered, only] = [task.some(0.8), task.some(0.5)];
    const answers = task.answers();
    const found = groupStatistics(set, { name: 'model', probabilities, covered, answers }, only);
    expect(found).toMatchObject(
      byDefinition(
        task,
        (row) => answers[row],
        (row) => covered[row] === 1 && only[row] === 1,
      ),
    );
    expect(confusionMatrix(found).reduce((a, b) => a + b, 0)).toBe(found.rows);
  });

  it('of several lists of answers are those of each', () => {
    const lists = [task.answers(), task.answers(), task.answers()];
    expect(statisticsOfAnswers(set, probabilities, lists)).toEqual(
      lists.map((answers) => groupStatistics(set, { name: 'rule', probabilities, covered: null, answers })),
    );
  });

  it('of some queries, as often as they are drawn, judge the classes that are true in them', () => {
    const all = groupStatistics(set, { name: 'model', probabilities, covered: null });
    const queries = [4, 0, 4, 7];
    const some = onQueries(all, queries);
    const labels = [...set.labels.keys()]
      .filter((row) => queries.includes(set.groups[row]))
      .map((row) => set.labels[row]);
    expect([...some.judged]).toEqual(Array.from({ length: CLASSES }, (_, k) => (labels.includes(k) ? 1 : 0)));
    queries.forEach((query, place) => {
      const at = (s: GroupStatistics, group: number) => [s.starts[group], s.starts[group + 1]] as const;
      expect([...some.counts.subarray(...at(some, place))]).toEqual([
        ...all.counts.subarray(...at(all, query)),
      ]);
      expect([...some.cells.subarray(...at(some, place))]).toEqual([
        ...all.cells.subarray(...at(all, query)),
      ]);
      expect(some.losses[place]).toBe(all.losses[query]);
    });
    expect(some.rows).toBe(some.counts.reduce((a, b) => a + b, 0));
  });
});
