// bench-causes.md from what was measured.
import { QUESTIONED } from './steps.mjs';

const three = (value) => value.toFixed(3).replace('-', '−');
const points = (value) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

const table = (head, rows) =>
  [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const MODELS = ['cross-encoder', 'two-tower', 'lexical', 'gatv2', 'gcn', 'graphsage'];
const bestOf = ({ scores }, score) => Math.max(...MODELS.map((name) => scores[name][score]));

/** What stands between the ensemble and the best possible, as steps of accuracy; [name, from, to]. */
function steps({ few, afresh, many, ceiling }) {
  return [
    [
      'combining: rows to learn from, and folds in place of refits',
      few.scores.ensemble.accuracy,
      afresh.accuracy,
    ],
    ['the models: training rows', afresh.accuracy, many.scores.ensemble.accuracy],
    [
      'the models: what they cannot learn from twice the rows',
      many.scores.ensemble.accuracy,
      ceiling.withoutOwnPairAccuracy,
    ],
    ["the pair's own behaviours, which no model looks at", ceiling.withoutOwnPairAccuracy, ceiling.accuracy],
    ['what is hidden from everybody', ceiling.accuracy, ceiling.noiseOnlyAccuracy],
    ["annotators' noise", ceiling.noiseOnlyAccuracy, 1],
  ];
}

function causes(seeds) {
  const all = seeds.map(steps);
  const rows = all[0].map(([name], at) => {
    const sizes = all.map((each) => each[at][2] - each[at][1]);
    return [name, ...sizes.map(points), points(mean(sizes))];
  });
  return table(['points of accuracy lost to', ...seeds.map(({ seed }) => `seed ${seed}`), 'mean'], rows);
}

function scores(seeds) {
  const line = (name, of) => [
    name,
    ...seeds
      .map((seed) => of(seed))
      .flatMap((each) => [three(each.accuracy), three(each.macroF1), three(each.logLoss)]),
  ];
  const best = (side) => (seed) => ({
    accuracy: bestOf(seed[side], 'accuracy'),
    macroF1: bestOf(seed[side], 'macroF1'),
    logLoss: Math.min(...MODELS.map((name) => seed[side].scores[name].logLoss)),
  });
  return table(
    ['', ...seeds.flatMap(({ seed }) => [`seed ${seed}: accuracy`, 'macro F1', 'log-loss'])],
    [
      ...MODELS.map((name) => line(`few: ${name}`, ({ few }) => few.scores[name])),
      line('few: best single model of each score', best('few')),
      line('few: ensemble', ({ few }) => few.scores.ensemble),
      line('few: pool alone', ({ few }) => few.scores.pool),
      line('few: trees alone', ({ few }) => few.scores.trees),
      line(`few: ensemble without ${QUESTIONED}`, ({ few }) => few.scores.without),
      line('few: ensemble that learnt from test rows of other folds', ({ afresh }) => afresh),
      ...MODELS.map((name) => line(`many: ${name}`, ({ many }) => many.scores[name])),
      line('many: ensemble', ({ many }) => many.scores.ensemble),
      line(`many: ensemble without ${QUESTIONED}`, ({ many }) => many.scores.without),
    ],
  );
}

function hidden(seeds) {
  const kinds = ['nothing', 'product type', 'query type', 'product feature'];
  return table(
    ['hidden from the texts', 'test rows', 'accuracy'],
    kinds.map((kind) => {
      const cells = seeds.flatMap(({ many }) => many.byHidden[kind] ?? []);
      const sum = (of) => cells.reduce((total, cell) => total + of(cell), 0);
      const rows = sum((cell) => cell.rows);
      return [kind, rows.toLocaleString('en'), three(sum(({ right }) => right) / rows)];
    }),
  );
}

/** The report. */
export function render({ seeds, machine }) {
  const [{ few, many }] = seeds;
  return `# What lies between the ensemble and the best possible

Made by \`npm run bench:causes\` on ${seeds.length} fresh simulation${seeds.length === 1 ? '' : 's'} (seeds ${seeds.map(({ seed }) => seed).join(', ')}, by which nothing was chosen;
${machine.cpu}). Each has ${seeds[0].queries.toLocaleString('en')} queries, a quarter of them for testing (${few.rows.test.toLocaleString('en')} rows of the first seed). "Few" learn from a half
of the other queries (${few.rows.training.toLocaleString('en')} rows, as many as the shipped sample has), "many" from all (${many.rows.training.toLocaleString('en')}); both answer the same
test rows. Answers are the likeliest classes.

## By cause

Each line is the step from one observer to the next: our ensemble; the same models' answers combined by an ensemble that
learnt from other folds of the test rows; models that learnt from twice the rows; the best possible that does not look at the
pair's own behaviours (as no model may); the best possible of all evidence; that of everything that the generator hides; every
label as annotators gave it. The steps add up to all that the ensemble gets wrong.

${causes(seeds)}

${scores(seeds)}

Accuracy of the ensemble that learnt from many, by what the texts leave open, all seeds together:

${hidden(seeds)}
`;
}
