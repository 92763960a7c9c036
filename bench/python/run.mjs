// Measures the Python package beside XGBoost, LightGBM, shap and woodelf, and writes reports/bench-python.{json,md}.
// `npm run bench:python -- --python VENV/bin/python [--rows 1,100,10000] [--repeats 3]`; the package is installed there
// (npm run build:python makes its wheel), with xgboost, lightgbm and whichever other peers are to be compared. With
// --render the report is written again from the figures that are there.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rows: { type: 'string', default: '1,10,100,1000,10000,100000,500000' },
    repeats: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '600' },
    trees: { type: 'string', default: '400' },
    render: { type: 'boolean', default: false },
  },
});
const json = join(root, 'reports/bench-python.json');
const options = ['rows', 'repeats', 'seconds', 'trees'].flatMap((name) => [`--${name}`, values[name]]);
if (!values.render) {
  const measured = spawnSync(values.python, [join(root, 'bench/python/peers.py'), json, ...options], {
    stdio: 'inherit',
  });
  if (measured.status !== 0) process.exit(measured.status ?? 70);
}

const facts = JSON.parse(readFileSync(json, 'utf8'));
/** Three digits, without an exponent. */
const short = (value) => Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
const perRow = (seconds, rows) => (seconds === undefined ? '–' : short((1e6 * seconds) / rows));

function table({ engine, planning, equality, lines }) {
  const names = [...new Set(lines.flatMap(({ seconds }) => Object.keys(seconds)))];
  const peers = names.filter((name) => name !== 'features' && name !== 'players');
  const first = peers[0];
  const head = [
    'rows',
    ...names,
    ...(first === undefined ? [] : [`${first} / features`, `${first} / players`]),
  ];
  const times = (own, other) => (own === undefined || other === undefined ? '–' : short(own / other));
  const rows = lines.map(({ rows, seconds }) => [
    rows.toLocaleString('en'),
    ...names.map((name) => perRow(seconds[name], rows)),
    ...(first === undefined
      ? []
      : [times(seconds[first], seconds.features), times(seconds[first], seconds.players)]),
  ]);
  return [
    `## ${engine}'s model`,
    '',
    ...Object.entries(equality).map(([name, found]) => `- ${name}: ${found}`),
    `- reading and planning, once: ${planning.toFixed(2)} s`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---:').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

const versions = Object.entries(facts.versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ');
writeFileSync(
  join(root, 'reports/bench-python.md'),
  [
    '# The Python package beside its peers',
    '',
    `Microseconds a row, numpy to numpy, additivity checked by ours; median of ${facts.repeats}, alternated; ${facts.trees} trees of depth 6 over 24`,
    `columns and 4 classes; features: each column a player; players: 6 owners of columns. ${facts.threads} threads on ${facts.cores} cores, whose load`,
    `at the end was ${facts.load.join(', ')}. Python ${facts.python}, ${versions}.`,
    '',
    ...(facts.load[0] > 2
      ? ['**Other programs had the cores**: compare times within a line, not with other reports.', '']
      : []),
    'Equality is checked first, on 200 rows, to 2e-6 of the largest value; a peer that differs is not timed.',
    '',
    ...facts.results.flatMap(table),
  ].join('\n'),
);
