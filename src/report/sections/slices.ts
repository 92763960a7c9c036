import type { Decision } from '../../selection/decision.js';
import type { Slice, SliceGain, SliceTable } from '../../selection/slices.js';
import { count, listed, SCORE_TITLES, score, signed } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import type { Cell, TextTable } from '../tables.js';

/**
 * Queries below which a slice says nothing: intervals from resampling fewer clusters are too narrow (Cameron, Gelbach &
 * Miller 2008 find so for 5 to 30).
 */
export const FEWEST_QUERIES = 30;

/** Names of slices written out in a sentence. */
const MOST_NAMES = 5;

/** The least that is not shown as 0.000: an interval that seems to end at 0 is not said to exclude it. */
const VISIBLE = 0.0005;

/** What the rows of a slice say of a model: it helps, it hurts, they cannot tell, or they are too few to be asked. */
export type SliceVerdict = 'helps' | 'hurts' | 'noise' | 'few' | 'unknown';

/** The verdict on a model in a slice; unknown of the only model kept, without which nothing is left. */
export function sliceVerdict(
  { queries }: Pick<Slice, 'queries'>,
  { gain, interval }: SliceGain,
): SliceVerdict {
  if (gain === null || interval === null) return 'unknown';
  if (queries < FEWEST_QUERIES) return 'few';
  const [low, high] = interval;
  return low >= VISIBLE ? 'helps' : high <= -VISIBLE ? 'hurts' : 'noise';
}

/** Rows of a slice table before those of the models: how many rows, and the score. */
export const SLICE_HEAD_ROWS = 2;

/** Gains of one cut, models in order of rank down, slices across, with the interval of each. */
export function sliceTable(decision: Decision, table: SliceTable): TextTable {
  const { slices } = table;
  const names = sliceModels(decision);
  const title = scoreTitle(table);
  const gains = names.map((name): Cell[] => [
    name,
    ...slices.map((slice): Cell => gainCell(slice, gainOf(slice, name))),
  ]);
  return {
    caption: `By ${table.by}: ${table.score === 'logLoss' ? 'log-loss saved' : `gain in ${title}`} by each model, with 95% intervals`,
    head: ['model', ...slices.map((slice) => sliceName(slice.name))],
    rows: [
      ['rows of the slice', ...slices.map(sizeCell)],
      [`${title} of the set kept`, ...slices.map((slice) => score(slice.score))],
      ...gains,
    ],
  };
}

/** Models of slice tables, in order of rank. */
export function sliceModels({ ranking }: Decision): string[] {
  return ranking.map(({ model }) => model);
}

/** A model's gain in a slice. */
export function gainOf({ gains }: Slice, model: string): SliceGain {
  return gains.find((gain) => gain.model === model) ?? { model, kept: false, gain: null, interval: null };
}

function sizeCell({ rows, queries }: Slice): Cell {
  const of = `${count(queries)} ${queries === 1 ? 'query' : 'queries'}`;
  return [count(rows), queries < FEWEST_QUERIES ? `${of}: too few` : of];
}

function gainCell(slice: Slice, gain: SliceGain): Cell {
  if (gain.gain === null || gain.interval === null) return '–';
  const verdict = sliceVerdict(slice, gain);
  const mark = verdict === 'helps' ? '▲ ' : verdict === 'hurts' ? '▼ ' : '';
  const [low, high] = gain.interval;
  return [`${mark}${signed(gain.gain)}`, `[${signed(low)}, ${signed(high)}]`];
}

function scoreTitle({ score: name }: SliceTable): string {
  return name === 'f1' ? 'F1' : SCORE_TITLES[name];
}

function sliceName(name: string): string {
  return name === '' ? 'none' : name;
}

/** What the tables say and how far they can be believed, a sentence or more per cut; none for decisions without. */
export function sliceSentences(decision: Decision): string[] {
  return (decision.slices ?? []).map((table) => cutSentence(decision, table));
}

/** How to read the tables. */
export function sliceNote({ slices = [] }: Decision): string {
  const rows = (slices[0]?.slices ?? []).reduce((sum, slice) => sum + slice.rows, 0);
  const told = slices
    .flatMap((table) => table.slices)
    .flatMap((slice) => slice.gains.map((gain) => sliceVerdict(slice, gain)))
    .filter((verdict) => verdict !== 'few' && verdict !== 'unknown').length;
  const lucky = Math.max(1, Math.round(told / 20));
  return (
    'A gain is what the set kept scores with a model less what it scores without it. ▲: the interval lies above 0, the model ' +
    `helps there; ▼: below 0, it hurts; without a mark it is noise. Of ${count(told)} intervals, about ${count(lucky)} ` +
    `${lucky === 1 ? 'excludes' : 'exclude'} 0 by chance. Slices of fewer than ${FEWEST_QUERIES} queries are too small to say anything. Scores are out of fold, by small ` +
    `ensembles, on ${count(rows)} of the rows that the models were chosen on, so gains of the models kept are a little too good.`
  );
}

function cutSentence(decision: Decision, table: SliceTable): string {
  const found = (verdict: SliceVerdict, kept: boolean) =>
    sliceModels(decision)
      .filter((model) => decision.kept.includes(model) === kept)
      .map((model) => ({ model, on: places(table, model, verdict) }))
      .filter(({ on }) => on !== null);
  const parts = [
    ...found('helps', true).map(({ model, on }, at) => `${model} ${at === 0 ? 'earns its place ' : ''}${on}`),
    ...found('helps', false).map(({ model, on }) => `${model}, which is not kept, would help ${on}`),
    ...found('hurts', true).map(({ model, on }) => `${model}, which is kept, hurts ${on}`),
  ];
  const few = table.slices
    .filter(({ queries }) => queries < FEWEST_QUERIES)
    .map(({ name }) => sliceName(name));
  const small = few.length === 0 ? '' : ` Too few queries to tell: ${some(few)}.`;
  return `By ${table.by}: ${parts.length === 0 ? 'no gain stands out of the noise' : parts.join('; ')}.${small}`;
}

/** Where the rows say this of a model; null where nowhere. */
function places({ slices }: SliceTable, model: string, verdict: SliceVerdict): string | null {
  const found = slices.filter((slice) => sliceVerdict(slice, gainOf(slice, model)) === verdict);
  if (found.length === 0) return null;
  return found.length === slices.length
    ? 'everywhere'
    : `on ${some(found.map(({ name }) => sliceName(name)))}`;
}

function some(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return listed(names);
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${count(names.length - MOST_NAMES)} more`;
}

/** The slices as a section of the Markdown report; none for decisions without. */
export function sliceSection(decision: Decision): string[] {
  const { slices = [] } = decision;
  if (slices.length === 0) return [];
  const sentences = sliceSentences(decision).map((sentence) => `- ${escapeMarkdown(sentence)}`);
  const tables = slices.map(
    (table) => `**By ${escapeMarkdown(table.by)}**\n\n${markdownTextTable(sliceTable(decision, table))}`,
  );
  return [
    [
      '## Where each model earns its place',
      sentences.join('\n'),
      escapeMarkdown(sliceNote(decision)),
      ...tables,
    ].join('\n\n'),
  ];
}
