import { shellWord } from '../errors.js';
import type { TrainPlan } from '../pipeline/stages/planned.js';
import { amount, count } from '../report/format.js';
import { DEFAULT_RUN } from './globals.js';
import { duration } from './progress.js';
import { textTable } from './table.js';
import { plain } from './text.js';

type Basis = TrainPlan['stages'][number]['basis'];

const BASES: Record<Exclude<Basis, null>, string> = {
  timed: 'timed now',
  measured: 'measured before',
  reference: 'reference',
  mixed: 'measured and reference',
};

/** A plan for people: the sum first, then stages, models and where the times come from. */
export function renderPlan(plan: TrainPlan): string {
  const { run, rows, stages, models, imported, leftOut, threads, seconds, peakBytes } = plan;
  const isDone = stages.every(({ status }) => status === 'kept');
  const time = duration(seconds * 1000);
  const first = isDone
    ? `nothing to do: all of ${plain(run)} is kept`
    : `about ${time} on ${threads} ${threads === 1 ? 'thread' : 'threads'}, and up to ${amount(peakBytes, 'B')} of memory`;
  return [
    `${first}; nothing was written`,
    `${count(rows)} rows, ${plan.protocol}`,
    '',
    stageTable(plan),
    ...(models.length === 0 ? [] : ['', modelTable(plan)]),
    ...(imported.length === 0 ? [] : [`imported: ${imported.map(plain).join(', ')}`]),
    ...leftOut.map(({ name, why }) => `left out: ${plain(name)} (${why})`),
    ...(isDone ? [] : basisLines(plan)),
    isDone ? 'next:' : 'to do it, the same command without --plan; then',
    `  $ esci-select rank${run === DEFAULT_RUN ? '' : ` --run ${shellWord(plain(run))}`}`,
  ].join('\n');
}

function stageTable({ stages }: TrainPlan): string {
  const lines = stages.map(({ stage, status, what, seconds, basis }) => [
    stage,
    status,
    status === 'kept' || basis === null ? '–' : duration(seconds * 1000),
    basis === null ? '–' : BASES[basis],
    what,
  ]);
  return textTable(['stage', 'status', 'time', 'basis', 'what'], lines, { numbersFrom: 5 });
}

function modelTable({ models }: TrainPlan): string {
  const lines = models.map(({ name, family, status, fits, rows, seconds, basis }) => [
    plain(name),
    family,
    status,
    basis === null ? '–' : BASES[basis],
    count(fits),
    count(rows),
    status === 'kept' ? '–' : duration(seconds * 1000),
  ]);
  const head = ['model', 'family', 'status', 'basis', 'fits', 'rows', 'time of its fits'];
  return textTable(head, lines, { numbersFrom: 4 });
}

/** Where the times come from, as far as the plan uses them. */
function basisLines({ stages, models }: TrainPlan): string[] {
  const bases = new Set([...stages, ...models].map(({ basis }) => basis));
  return [
    ...(bases.has('measured') ? ['measured before: by an earlier train in this run, scaled by rows'] : []),
    ...(bases.has('reference')
      ? [
          'reference: of a two-core machine that does nothing else, scaled by rows; a busy one may take twice as long',
        ]
      : []),
  ];
}
