import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applyConfig } from '../../dist/cli/config.js';
import { buildProgram } from '../../dist/cli/program.js';
import { atPath } from '../../dist/errors.js';
import {
  attributeOne,
  compare,
  explain,
  importPredictions,
  inspectData,
  loadExamples,
  readModelFile,
  report,
  scoreMargins,
} from '../../dist/index.js';
import { RunFolder } from '../../dist/run/run-folder.js';

/** the judgements that predictions are tried against, read once a process */
let judged = null;

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** How each kind of input is tried in this process: `try` throws what the command would; `argv` is that command. */
export const TARGETS = {
  examples: {
    try: async (path) => {
      await inspectData(examplesAt(path));
      await loadExamples(examplesAt(path));
    },
    argv: (path) => ['data', 'inspect', ...examplesAt(path), '--json'],
  },
  predictions: {
    try: async (path, corpus) => {
      judged ??= await loadExamples([corpus.data]);
      const { examples } = judged;
      const importing = { ids: idsBeside(path), classOrder: ordered(path), kind: logitKind(path) };
      await importPredictions([dirname(path)], examples, importing);
    },
    argv: (path, corpus) => [
      'data',
      'inspect',
      corpus.data,
      '--predictions',
      dirname(path),
      ...(idsBeside(path) === undefined ? [] : ['--ids', idsBeside(path)]),
      ...(ordered(path) === undefined ? [] : ['--class-order', CLASSES.join(',')]),
      ...(logitKind(path) === undefined ? [] : ['--kind', 'logits']),
      '--json',
    ],
  },
  gates: {
    try: (path, corpus) => compare({ base: reportOf(corpus), next: reportOf(corpus), gateFiles: [path] }),
    argv: (path, corpus) => ['compare', reportOf(corpus), reportOf(corpus), '--gates', path, '--json'],
  },
  config: {
    try: (path) =>
      applyConfig(buildProgram(new AbortController().signal), ['node', 'x', 'rank', '--config', path]),
    argv: (path, corpus) => ['explain', '--example', '3', '--run', corpus.run, '--config', path, '--json'],
  },
  report: {
    try: (path, corpus) => compare({ base: path, next: reportOf(corpus) }),
    argv: (path, corpus) => ['compare', path, reportOf(corpus), '--json'],
  },
  paired: {
    try: (path, corpus) => compare({ base: withReport(path, corpus), next: reportOf(corpus) }),
    argv: (path, corpus) => ['compare', withReport(path, corpus), reportOf(corpus), '--json'],
  },
  model: {
    try: async (path) => {
      const ensemble = await readModelFile(path);
      const names = ensemble.featureNames;
      const features = {
        rows: 2,
        columns: names.length,
        names,
        values: new Float32Array(2 * names.length).fill(0.3),
      };
      scoreMargins(ensemble, features);
      const game = { modelOfColumn: names.map(() => 0), models: ['m'] };
      // as explain --ensemble does: an ensemble in memory does not know its file
      atPath(path, () => attributeOne({ ensemble, features, ...game, row: 0 }));
    },
    argv: null, // the command takes a table too, which has its own corpus
  },
};

/** What is tried and the judgements beside it. */
function examplesAt(path) {
  const judgements = join(dirname(path), 'judgements.csv');
  return existsSync(judgements) && judgements !== path ? [path, judgements] : [path];
}

function reportOf({ run }) {
  return join(run, 'report/report.json');
}

function withReport(path, corpus) {
  cpSync(reportOf(corpus), join(dirname(path), 'report.json'));
  return join(dirname(path), 'report.json');
}

function idsBeside(path) {
  return /\.npy$|ids\.csv$/.test(path) ? join(dirname(path), 'ids.csv') : undefined;
}

function ordered(path) {
  return /\.np[yz]$|ids\.csv$|views/.test(path) ? CLASSES : undefined;
}

function logitKind(path) {
  return /\.np[yz]$|ids\.csv$/.test(path) ? 'logits' : undefined;
}

/** Writes an input under its name, with what stands beside it. */
export function place(folder, { name, beside }, bytes) {
  mkdirSync(folder, { recursive: true });
  for (const [other, content] of Object.entries(beside ?? {})) writeFileSync(join(folder, other), content);
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

/** Commands that read a run, the quickest first. */
export const READERS = {
  explain: {
    try: (run) => explain({ run, example: '3' }),
    argv: (run) => ['explain', '--run', run, '--example', '3', '--json'],
  },
  compare: {
    try: (run) => compare({ base: run, next: run }),
    argv: (run) => ['compare', run, run, '--json'],
  },
  report: {
    try: (run) => report({ run, out: `${run}-report`, formats: ['json', 'csv'] }),
    argv: (run) => ['report', '--run', run, '--out', `${run}-report`, '--format', 'json', '--json'],
  },
};

/** Whether the stage that wrote a file would be kept by a next run of its command. */
export async function isKept(run, file) {
  const folder = await RunFolder.open(run);
  const found = Object.entries(folder.manifest.stages).find(([, { outputs }]) =>
    outputs.some(({ path }) => path === file),
  );
  return found === undefined ? false : folder.isCurrent(found[0], found[1].key);
}

/** The files of a run that its manifest names, and the manifest. */
export function runFiles(run) {
  const { stages } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  return [
    'run.json',
    ...Object.values(stages).flatMap(({ outputs }) => outputs.map(({ path }) => path)),
  ].sort();
}
