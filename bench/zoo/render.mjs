// bench-zoo.md: plain tables of what bench-zoo.json holds.

/** Rows, and what training all models on them may take at most, on two threads. */
const GOALS = [
  { rows: 24_000, seconds: 300, gib: 1.5 },
  { rows: 100_000, seconds: 1800, gib: 4 },
  { rows: 420_000, seconds: 3 * 3600, gib: 8 },
];
const MOST_POWER = 1.1;

const count = (value) => value.toLocaleString('en-US');
const seconds = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const gib = (value) => (value === null ? 'not known' : value.toFixed(2));

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function goals(sizes) {
  const rows = GOALS.map((goal) => {
    const size = sizes.find(
      ({ rows, as, threads, all }) => rows >= goal.rows && as === 'now' && threads <= 2 && all,
    );
    const name = [count(goal.rows), `${goal.seconds} s, ${goal.gib} GiB`];
    if (size === undefined) return [...name, 'not measured', '-'];
    const isMet = size.all.seconds <= goal.seconds && size.all.peakGiB <= goal.gib;
    return [
      ...name,
      `${seconds(size.all.seconds)} s, ${gib(size.all.peakGiB)} GiB at ${count(size.rows)}`,
      isMet ? 'yes' : 'no',
    ];
  });
  return table(['rows', 'at most', 'measured', 'met'], rows);
}

function whole(sizes) {
  const rows = sizes
    .filter(({ all }) => all !== undefined)
    .map(({ rows, as, load, threads, all }) => {
      const stage = (name) =>
        all.stages.filter((one) => one.stage === name).reduce((sum, one) => sum + one.seconds, 0);
      const models = stage('models');
      const rest = all.seconds - models;
      return [
        count(rows),
        all.models,
        as,
        threads,
        load.toFixed(1),
        seconds(all.seconds),
        seconds(models),
        seconds(rest),
        seconds(all.cpuSeconds),
        gib(all.peakGiB),
      ];
    });
  const head = [
    'rows',
    'models',
    'build',
    'threads',
    'load before',
    's',
    'of it the models',
    'the rest',
    's of processors',
    'peak GiB',
  ];
  return table(head, rows);
}

/** Sizes that were stopped and went on, whose seconds are those of all starts. */
function startsOf(sizes) {
  return sizes
    .filter(({ all }) => all?.starts > 1)
    .map(
      ({ rows, all }) =>
        `${count(rows)} rows took ${all.starts} starts: seconds are of all of them, with the fits that a stop threw away, and the peak is the highest of any.`,
    );
}

function fits(sizes) {
  const rows = sizes.flatMap(({ rows, as, load, fits = [] }) =>
    fits.map((fit) => [
      fit.model,
      count(rows),
      as,
      load.toFixed(1),
      count(fit.rows),
      fit.epochs,
      seconds(fit.fitCpuSeconds),
      seconds(fit.fitSeconds),
      seconds(fit.firstEpochSeconds),
      gib(fit.peakGiB),
    ]),
  );
  rows.sort((a, b) => (a[0] < b[0] ? -1 : Number(a[0] > b[0])));
  const head = [
    'model',
    'rows',
    'build',
    'load before',
    'learnt from',
    'epochs',
    's of processors',
    's',
    'until the first epoch',
    'peak GiB',
  ];
  return table(head, rows);
}

/** The power of the rows that a measure grows with, from the least and the most rows of one build. */
function powerOf(points) {
  const [first, last] = [points[0], points.at(-1)];
  return Math.log(last.value / first.value) / Math.log(last.rows / first.rows);
}

function powers(sizes) {
  const builds = [...new Set(sizes.map(({ as }) => as))];
  const series = builds.flatMap((as) => {
    const own = sizes.filter((size) => size.as === as);
    const zoos = [...new Set(own.flatMap(({ all }) => all?.models ?? []))];
    const ofZoo = (models) =>
      own
        .filter(({ all }) => all?.models === models)
        .map(({ rows, all }) => ({ rows, value: all.cpuSeconds }));
    const names = [...new Set(own.flatMap(({ fits = [] }) => fits.map(({ model }) => model)))];
    const ofModel = (name) =>
      own.flatMap(({ rows, fits = [] }) =>
        fits
          .filter(({ model }) => model === name)
          // epochs are how long early stopping lets it learn, not how its cost grows
          .map((fit) => ({ rows, value: fit.fitCpuSeconds / fit.epochs })),
      );
    return [
      ...zoos.map((models) => [as, `all ${models} models, seconds of processors`, ofZoo(models)]),
      ...names.map((name) => [as, `a fold of ${name}, seconds of processors by epochs`, ofModel(name)]),
    ];
  });
  const rows = series
    .filter(([, , points]) => points.length > 1)
    .map(([as, name, points]) => {
      const power = powerOf(points);
      return [
        name,
        as,
        `${count(points[0].rows)} to ${count(points.at(-1).rows)}`,
        power.toFixed(2),
        power <= MOST_POWER ? 'yes' : 'no',
      ];
    });
  return table(['what', 'build', 'rows', 'power', `at most ${MOST_POWER}`], rows);
}

export function render({ machine, sizes }) {
  return [
    '# Training the models of `all`, by rows',
    `Made by \`npm run bench:zoo\` on simulated data. Rows are judged rows; about three quarters of them are trained on, in 5 folds and a refit of each model. Machine: ${machine.cpu}, ${machine.logicalCpus} logical CPUs, ${machine.memoryGiB} GiB of memory, ${machine.system}, Node ${machine.node}. Where the load before is above 1, other work was on the machine and seconds are longer than they need be; seconds of processors suffer less.`,
    '## Goals, all models on 2 threads',
    goals(sizes),
    '## `train` with all models',
    '`all` has five models now and had six before, when the cross-encoder was one of them; six now are `--models all,cross-encoder`.',
    whole(sizes),
    ...startsOf(sizes),
    '## One fold of each model, on one thread',
    'Texts are read before; the peak has that, and the process itself, in it.',
    fits(sizes),
    '## How it grows',
    powers(sizes),
    '',
  ].join('\n\n');
}
