// One size in a process of its own: child.mjs '{"rows":..,"models":..,"classes":..,"rounds":..,"threads":..}'. Prints the seconds of
// each step and the peak of memory (Linux) as JSON.
import { readFileSync } from 'node:fs';
import {
  attributeModelsParallel,
  boostingOptions,
  scoreMarginsParallel,
  trainBoosting,
} from '../../dist/index.js';
import { simulate } from '../engine/data.mjs';

const { rows, models, classes, rounds, threads } = JSON.parse(process.argv[2]);
const columns = models * classes;
const { features, labels } = simulate(rows, columns, classes);
const learned = Int32Array.from({ length: rows }, (_, row) => row);

const steps = {};
async function step(name, work) {
  const began = performance.now();
  const value = await work();
  steps[name] = (performance.now() - began) / 1000;
  return value;
}

const options = boostingOptions({ rounds, maxDepth: 6, learningRate: 0.3 });
const { ensemble } = await step('train', () =>
  trainBoosting({ features, labels, classes, rows: learned, options, threads }),
);
const margins = await step('score', () => scoreMarginsParallel(ensemble, features, { threads }));
const names = Array.from({ length: models }, (_, model) => `model ${model}`);
const modelOfColumn = Array.from({ length: columns }, (_, column) => Math.floor(column / classes));
const attributed = await step('attribute', () =>
  attributeModelsParallel({ ensemble, features, margins, models: names, modelOfColumn, threads }),
);
const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
const peakGiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 2 ** 20;
const error = attributed.additivity.relative;
console.log(JSON.stringify({ steps, trees: ensemble.trees.length, peakGiB, error }));
