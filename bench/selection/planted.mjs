// Models planted among a task's own: near copies of one, and models that know nothing. All are { name, values, useless }.

/** Whether a model answers with classes and not with probabilities; one half each is no answer. */
export const isHard = ({ values }) => values.every((value) => value === 0 || value === 1 || value === 0.5);

/** Log-odds noise of .05; of a model that answers, 1% of its answers changed. */
export function twin(task, random, model) {
  const width = task.classes.length;
  const values = Float32Array.from(model.values);
  const hard = isHard(model);
  for (let start = 0; start < values.length; start += width) {
    if (!hard) noisy(values, start, width, random);
    else if (random.uniform() < 0.01) {
      const before = values.subarray(start, start + width).indexOf(1);
      const other = (before + 1 + random.integer(width - 1)) % width;
      values.fill(0, start, start + width);
      values[start + other] = 1;
    }
  }
  return { name: `${model.name} twin`, values, useless: false };
}

function noisy(values, start, width, random) {
  let sum = 0;
  for (let k = 0; k < width; k++) {
    values[start + k] = (values[start + k] + 1e-6) * Math.exp(0.05 * random.normal());
    sum += values[start + k];
  }
  for (let k = 0; k < width; k++) values[start + k] /= sum;
}

/** A model's answers given to other rows: the same shares of classes, and no knowledge. */
export function shuffled(task, random, model, name) {
  const width = task.classes.length;
  const values = new Float32Array(model.values.length);
  random.shuffle(Int32Array.from(task.labels.keys())).forEach((from, row) => {
    values.set(model.values.subarray(from * width, (from + 1) * width), row * width);
  });
  return { name, values, useless: true };
}

/** Draws from the prior: labels of other rows, drawn; where others give probabilities, the shares with noise. */
export function prior(task, random, hard, name) {
  const width = task.classes.length;
  const rows = task.labels.length;
  const counts = new Float64Array(width);
  for (const label of task.labels) counts[label]++;
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    if (hard) values[row * width + task.labels[random.integer(rows)]] = 1;
    else {
      const odds = Array.from(counts, (count) => (count + 1) * Math.exp(0.5 * random.normal()));
      const sum = odds.reduce((a, b) => a + b, 0);
      odds.forEach((odd, k) => {
        values[row * width + k] = odd / sum;
      });
    }
  }
  return { name, values, useless: true };
}

/** The columns [row][model][class] of some models. */
export function columnsOf(task, models) {
  const width = task.classes.length;
  const rows = task.labels.length;
  const columns = models.length * width;
  const values = new Float32Array(rows * columns);
  models.forEach((model, at) => {
    for (let row = 0; row < rows; row++) {
      values.set(model.values.subarray(row * width, (row + 1) * width), row * columns + at * width);
    }
  });
  const names = models.flatMap(({ name }) => task.classes.map((k) => `${name}:${k}`));
  return { rows, columns, names, values };
}

/** Rows of the first half of the groups in random order, and of the others. */
export function halves(task, random) {
  const groups = random.shuffle([...new Set(task.groups)]);
  const first = new Set(groups.slice(0, Math.floor(groups.length / 2)));
  const rows = [...task.labels.keys()];
  return [
    rows.filter((row) => first.has(task.groups[row])),
    rows.filter((row) => !first.has(task.groups[row])),
  ];
}
