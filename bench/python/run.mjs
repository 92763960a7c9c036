// Measures the Python package beside XGBoost, LightGBM, shap and woodelf, and writes reports/bench-python.{json,md}.
// `npm run bench:python -- --python VENV/bin/python [--rows 1,100,10000] [--repeats 3]`; the package is installed there
// (npm run build:python makes its wheel), with xgboost, lightgbm and whichever other peers are to be compared.
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
  },
});
const json = join(root, 'reports/bench-python.json');
const options = ['rows', 'repeats', 'seconds', 'trees'].flatMap((name) => [`--${name}`, values[name]]);
const { status } = spawnSync(values.python, [join(root, 'bench/python/peers.py'), json, ...options], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 70);

const facts = JSON.parse(readFileSync(json, 'utf8'));
const perRow = (seconds, rows) =>
  seconds === undefined ? '–' : `${((1e6 * seconds) / rows).toPrecision(3)}`;

function table({ engine, planning, equality, lines }) {
  const names = [...new Set(lines.flatMap(({ seconds }) => Object.keys(seconds)))];
  const peers = names.filter((name) => name !== 'features' && name !== 'players');
  const first = peers[0];
  const head = [
    'rows',
    ...names,
    ...(first === undefined ? [] : [`${first} / features`, `${first} / players`]),
  ];
  const times = (own, other) =>
    own === undefined || other === undefined ? '–' : (own / other).toPrecision(3);
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
    'Equality is checked first, on 200 rows, to 2e-6 of the largest value; a peer that differs is not timed.',
    '',
    ...facts.results.flatMap(table),
  ].join('\n'),
);
