// bench-scale.md: plain tables of what bench-scale.json holds.

const GOAL_ROWS = 2_621_288;
const GOAL_SECONDS = 300;
const GOAL_GIB = 3;
const COMMANDS = ['train', 'attribute', 'rank'];

const count = (value) => value.toLocaleString('en-US');
const seconds = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const gib = (value) => (value === null ? 'not known' : value.toFixed(2));

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const totalOf = ({ commands }) => commands.reduce((sum, command) => sum + command.seconds, 0);
const secondsOf = ({ commands }, name) => commands.find(({ command }) => command === name)?.seconds;
const peakOf = ({ commands }) => {
  const peaks = commands.map(({ peakGiB }) => peakGiB);
  return peaks.includes(null) ? null : Math.max(...peaks);
};

function goals(sizes) {
  const size = sizes.find(
    ({ rows, models, threads, commands }) =>
      rows >= GOAL_ROWS && models >= 24 && threads <= 2 && commands.length === COMMANDS.length,
  );
  const rows = [
    ['all commands, seconds', `at most ${GOAL_SECONDS}`, size && totalOf(size), GOAL_SECONDS, seconds],
    ['peak memory of a command, GiB', `at most ${GOAL_GIB}`, size && peakOf(size), GOAL_GIB, gib],
  ];
  return table(
    ['goal at 2,621,288 rows x 24 models, 2 threads', 'target', 'measured', 'met'],
    rows.map(([goal, target, value, limit, text]) =>
      value === undefined || value === null
        ? [goal, target, 'not measured', '-']
        : [goal, target, text(value), value <= limit ? 'yes' : 'no'],
    ),
  );
}

/** Seconds by stage, a column per size; stages whose names hold figures that differ by size are told by the rest. */
function stages(sizes) {
  const nameOf = ({ stage }) => stage.replace(/\d[\d,]*/g, 'n');
  const names = [];
  const timed = sizes.map(({ commands }) => {
    const bySize = new Map();
    for (const { command, stages: list, seconds: all } of commands) {
      for (const stage of list) {
        const name = `${command}: ${nameOf(stage)}`
          .replace('rank: rank:', 'rank:')
          .replace('train: ensemble:', 'train:');
        if (!names.includes(name)) names.push(name);
        bySize.set(name, (bySize.get(name) ?? 0) + stage.seconds);
      }
      if (!names.includes(`**${command}**`)) names.push(`**${command}**`);
      bySize.set(`**${command}**`, all);
    }
    return bySize;
  });
  const cell = (bySize, name) => (bySize.has(name) ? seconds(bySize.get(name)) : '-');
  return table(
    ['seconds', ...sizes.map(({ rows }) => `${count(rows)} rows`)],
    [
      ...names.map((name) => [name, ...timed.map((bySize) => cell(bySize, name))]),
      ['**all**', ...sizes.map((size) => `**${seconds(totalOf(size))}**`)],
      ['all, microseconds per row', ...sizes.map((size) => ((1e6 * totalOf(size)) / size.rows).toFixed(0))],
    ],
  );
}

const memory = (sizes) =>
  table(
    ['peak memory, GiB', ...sizes.map(({ rows }) => `${count(rows)} rows`)],
    COMMANDS.map((name) => [
      name,
      ...sizes.map(({ commands }) => gib(commands.find(({ command }) => command === name)?.peakGiB ?? null)),
    ]),
  );

/** How cost grows: the exponent of rows between one size and the next; 1 is in proportion. */
function growth(sizes) {
  const lines = sizes.slice(1).flatMap((size, at) => {
    const before = sizes[at];
    const shared = COMMANDS.filter((name) =>
      [size, before].every((each) => secondsOf(each, name) !== undefined),
    );
    return shared.map((name) => {
      const times = secondsOf(size, name) / secondsOf(before, name);
      const exponent = Math.log(times) / Math.log(size.rows / before.rows);
      return `- ${name}, from ${count(before.rows)} to ${count(size.rows)} rows: ${times.toFixed(1)} times the time, as rows to the power ${exponent.toFixed(2)}.`;
    });
  });
  return lines.length === 0 ? 'One size only was measured.' : lines.join('\n');
}

function facts({ rows, commands }) {
  const of = (name) => commands.find(({ command }) => command === name)?.facts;
  const [train, attribute, rank] = COMMANDS.map(of);
  const told = [
    train && `${train.models} models`,
    attribute &&
      `the deployed ensemble has ${attribute.rounds} rounds (${count(attribute.trees)} trees), and its additivity error over ` +
        `all ${count(attribute.rows)} rows is at most ${attribute.additivity.relative.toExponential(1)} of the size of a margin's parts`,
    rank && `the ensemble of the ${rank.kept} models kept has ${rank.rounds.pruned} rounds`,
  ];
  return `- ${count(rows)} rows: ${told.filter(Boolean).join('; ')}.`;
}

/** The whole report. */
export function render({ machine, sizes }) {
  const settings = [
    ...new Set(
      sizes.map(
        ({ models, rounds, threads, budget }) =>
          `${models} models, ${rounds} rounds, ${threads} threads, budget ${budget}`,
      ),
    ),
  ];
  return [
    '# Time and memory by size',
    '',
    `Made by \`npm run bench:scale\` (${settings.join('; ')}). Machine: ${machine.cpu}, ${machine.logicalCpus} logical CPUs, ${machine.memoryGiB} GiB of memory, ${machine.system}, Node ${machine.node}. Load average when a size began: ${sizes.map(({ load }) => load.toFixed(1)).join(', ')}.`,
    '',
    `Synthetic judgements of about 20 rows a query, a quarter of the queries for testing, and a parquet file of four class
probabilities per model. Each command is a process of its own, and one run is timed. "train" reads the judgements,
imports the predictions, chooses the number of rounds on held-out folds (all rounds are trained, without early
stopping; one fold of five above 200,000 training rows, all five below), attributes the held-out rows, both as summed
SHAP and with models as players, and fits on all training rows. "attribute", which is no command of the tool, attributes
all rows by the deployed ensemble, streaming. "rank" ranks the models, refits on those kept and scores with 1,000 bootstrap
replicates. Memory is the most that a process ever held (VmHWM), its threads included.`,
    '',
    goals(sizes),
    '',
    stages(sizes),
    '',
    memory(sizes),
    '',
    growth(sizes),
    '',
    ...sizes.map(facts),
    '',
  ].join('\n');
}
