// How training, scoring and attribution grow with rows, models, classes and columns, one at a time about a common size. Run after
// `npm run build`:
//   npm run bench:growth [-- --rounds 10 --threads 2 --out reports/bench-growth.md]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../engine/results.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join(here, '../../reports/bench-growth.md') },
  },
});

/** What grows, and the sizes: the first of each is what the others are compared with. */
const AXES = [
  {
    what: 'rows',
    sizes: [50_000, 100_000, 200_000, 400_000].map((rows) => ({ rows, models: 6, classes: 4 })),
  },
  { what: 'models', sizes: [6, 24, 128].map((models) => ({ rows: 50_000, models, classes: 4 })) },
  { what: 'classes', sizes: [4, 16, 64].map((classes) => ({ rows: 50_000, models: 6, classes })) },
  // columns as many as tables of features have
  {
    what: 'columns',
    sizes: [100, 1000, 10_000].map((columns) => ({ rows: 5000, models: columns / 4, classes: 4 })),
  },
];
const STEPS = ['train', 'score', 'attribute'];

function measure(size) {
  const settings = { ...size, rounds: Number(flags.rounds), threads: Number(flags.threads) };
  process.stderr.write(`${JSON.stringify(size)}\n`);
  const child = spawnSync(process.execPath, [join(here, 'child.mjs'), JSON.stringify(settings)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  if (child.status !== 0) return { ...size, failed: child.signal ?? `exit ${child.status}` };
  return { ...size, ...JSON.parse(child.stdout) };
}

const sizeOf = (what, { rows, models, classes }) =>
  ({ rows, models, classes, columns: models * classes })[what];
const three = (value) => Number(value.toPrecision(3));

/** The power by which a step's time grows between two sizes. */
function power(what, step, a, b) {
  return Math.log(b.steps[step] / a.steps[step]) / Math.log(sizeOf(what, b) / sizeOf(what, a));
}

function section({ what, sizes }) {
  const cells = sizes.map(measure);
  const lines = cells.map((cell, at) => {
    const { rows, models, classes } = cell;
    const head = `| ${rows.toLocaleString('en')} | ${models} | ${classes} | ${models * classes} `;
    if (cell.failed !== undefined) return `${head}| ${cell.failed} |  |  |  |  |  |`;
    const before = cells[at - 1];
    const shown = STEPS.map((step) => {
      const grows = before?.steps === undefined ? '' : ` (${power(what, step, before, cell).toFixed(2)})`;
      return `${three(cell.steps[step])}${grows}`;
    });
    return `${head}| ${cell.trees} | ${shown.join(' | ')} | ${three(cell.peakGiB)} | ${cell.error.toExponential(1)} |`;
  });
  return `## By ${what}

| rows | models | classes | columns | trees | train, s | score, s | attribute, s | peak GiB | additivity error |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`;
}

const load = loadavg()[0].toFixed(1);
const sections = AXES.map(section).join('\n');
const { cpu, logicalCpus, memoryGiB, system, node } = describeMachine();
writeFileSync(
  flags.out,
  `# How the engine grows

Made by \`npm run bench:growth\` (${flags.rounds} rounds of depth 6, ${flags.threads} threads). Machine: ${cpu}, ${logicalCpus} logical CPUs, ${memoryGiB} GiB of memory, ${system}, Node ${node}; load before ${load}.
Every size is a process of its own, run once. "train" is the fit on all rows, binning included; "score" the margins of all rows;
"attribute" the Shapley values of all rows, columns as players and models as players, planning included. In brackets: the power
by which the time grows over the line above. A round has a tree a class. The additivity error is the largest of any row, over the
size of what is added up. Simulated class probabilities of models of unequal quality, as in bench:engine.

${sections}`,
);
