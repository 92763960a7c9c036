// Pools of models to choose from, made of a task's models: as they are, or with what makes choosing hard planted in.
import { createRandom } from '../../dist/math/random.js';

/** Models in a pool: all 127 sets of 7 can be tried. */
const SIZE = 7;
/** What a model may cost; drawn. */
const PRICES = [1, 2, 3, 5, 8];
const MOST_DEAR = 8;

/** The kinds of pool, each a way to draw models from a task: lists of { name, values, cost }. */
export const POOL_KINDS = {
  'as given': (task, random) => draw(task, random, SIZE),
  'near-copies': (task, random) => {
    const own = draw(task, random, 4);
    return [...own, ...own.slice(0, 3).map((model) => altered(task, random, model, 'copy', 0.05))];
  },
  'models that know nothing': (task, random) => {
    const own = draw(task, random, 4);
    return [...own, ...[0, 1, 2].map((at) => shuffled(task, random, own[at % own.length], at))];
  },
  'dear specialist': (task, random) => [
    ...draw(task, random, 5),
    specialist(task, random),
    shuffled(task, random, task.models[0], 0),
  ],
  families: (task, random) =>
    draw(task, random, 3).flatMap((model, at) => [
      model,
      altered(task, random, model, 'cousin', 0.8),
      ...(at === 0 ? [altered(task, random, model, 'second cousin', 0.8)] : []),
    ]),
};

/** One pool of a task, models in order of name: { names, costs, values [row][model][class] }. */
export function drawPool(task, kind, seed) {
  const random = createRandom(`${task.name} ${kind} ${seed}`);
  const models = POOL_KINDS[kind](task, random).sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = task.classes.length;
  const columns = models.length * width;
  const values = new Float32Array(task.labels.length * columns);
  for (let row = 0; row < task.labels.length; row++) {
    models.forEach((model, at) => {
      values.set(model.values.subarray(row * width, (row + 1) * width), row * columns + at * width);
    });
  }
  const names = models.flatMap(({ name }) => task.classes.map((k) => `${name}:${k}`));
  return {
    names: models.map(({ name }) => name),
    costs: models.map(({ cost }) => cost),
    features: { rows: task.labels.length, columns, names, values },
  };
}

function draw(task, random, count) {
  const picked = random.shuffle(Int32Array.from(task.models.keys())).slice(0, count);
  return [...picked].map((at) => ({ ...task.models[at], cost: PRICES[random.integer(PRICES.length)] }));
}

/** A relative: log-odds with normal noise of a standard deviation, or a share of hard answers given at random. */
function altered(task, random, model, kind, deviation) {
  const width = task.classes.length;
  const values = new Float32Array(model.values.length);
  const hard = model.values.every((value) => value === 0 || value === 1);
  for (let start = 0; start < values.length; start += width) {
    const other = width * random.integer(task.labels.length);
    const from = hard && random.uniform() < deviation / 5 ? other : start;
    const odds = Array.from({ length: width }, (_, k) => {
      const value = model.values[from + k];
      return hard ? value : (value + 1e-6) * Math.exp(deviation * random.normal());
    });
    const sum = odds.reduce((a, b) => a + b, 0);
    for (let k = 0; k < width; k++) values[start + k] = odds[k] / sum;
  }
  const cost = PRICES[random.integer(PRICES.length)];
  return { name: `${model.name} ${kind}`, values, cost };
}

/** A model's answers given to other rows: the same shares of classes, and no knowledge. */
function shuffled(task, random, model, number) {
  const width = task.classes.length;
  const values = new Float32Array(model.values.length);
  random.shuffle(Int32Array.from(task.labels.keys())).forEach((from, row) => {
    values.set(model.values.subarray(from * width, (from + 1) * width), row * width);
  });
  return { name: `knows nothing ${number}`, values, cost: PRICES[random.integer(PRICES.length)] };
}

/** Knows whether a row is of the rarest class, with some error, and nothing else. */
function specialist(task, random) {
  const width = task.classes.length;
  const counts = task.classes.map((_, k) => task.labels.filter((label) => label === k).length);
  const rare = counts.indexOf(Math.min(...counts));
  const values = new Float32Array(task.labels.length * width);
  task.labels.forEach((label, row) => {
    const odds = (counts[rare] / task.labels.length) * Math.exp(random.normal() + (label === rare ? 3 : 0));
    const share = odds / (1 + odds);
    for (let k = 0; k < width; k++) {
      const rest = counts[k] / (task.labels.length - counts[rare]);
      values[row * width + k] = k === rare ? share : (1 - share) * rest;
    }
  });
  return { name: 'dear specialist', values, cost: MOST_DEAR };
}
