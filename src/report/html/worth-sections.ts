import type { Decision } from '../../selection/decision.js';
import { MEASURE_NAMES } from '../../selection/measures.js';
import type { SliceTable } from '../../selection/slices.js';
import { localeBudgetNote, localeBudgetSentences, localeBudgetTable } from '../sections/locale-budgets.js';
import { measureMeanings, measureSentences, measureTable } from '../sections/measures.js';
import {
  gainOf,
  SLICE_HEAD_ROWS,
  sliceModels,
  sliceNote,
  sliceSentences,
  sliceTable,
  sliceVerdict,
} from '../sections/slices.js';
import { htmlDetails } from './details.js';
import { html, type Markup } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** Where each model earns its place, a heat map per cut of the rows; nothing in reports of earlier versions. */
export function slicePart(decision: Decision): Section | null {
  const { slices = [] } = decision;
  if (slices.length === 0) return null;
  return {
    id: 'slices',
    title: 'Where each model earns its place',
    body: html`<ul class="evidence">
${sliceSentences(decision).map((sentence) => html`<li>${sentence}</li>\n`)}</ul>
${htmlDetails(
  'Gains by class, locale, source and frequency as tables',
  html`<p class="note">${sliceNote(decision)} Shades are of the gains that are not noise: the stronger, the larger.</p>
${slices.map((table) => sliceMap(decision, table))}`,
)}`,
  };
}

function sliceMap(decision: Decision, table: SliceTable): Markup {
  const models = sliceModels(decision);
  const told = table.slices.flatMap((slice) =>
    slice.gains.filter((gain) => /helps|hurts/.test(sliceVerdict(slice, gain))),
  );
  const most = Math.max(...told.map(({ gain }) => Math.abs(gain!)));
  return htmlTable(sliceTable(decision, table), {
    rowClass: (row) => (decision.kept.includes(models[row - SLICE_HEAD_ROWS]) ? 'kept' : ''),
    shade: (row, column) => {
      if (row < SLICE_HEAD_ROWS) return 0;
      const slice = table.slices[column];
      const gain = gainOf(slice, models[row - SLICE_HEAD_ROWS]);
      return /helps|hurts/.test(sliceVerdict(slice, gain)) ? gain.gain! / most : Number.NaN;
    },
  });
}

/** Contribution by several measures, shaded by rank; nothing unless they were asked for. */
export function measurePart(decision: Decision): Section | null {
  const table = measureTable(decision);
  if (table === null) return null;
  const { models } = decision.measures!;
  return {
    id: 'measures',
    title: 'Contribution by other measures',
    body: html`<p>${measureSentences(decision).join(' ')}</p>
<p class="note">The stronger the shade, the better the rank by that measure. A row of one shade is a place that all measures agree on.</p>
${htmlTable(table, {
  rowClass: (row) => (decision.kept.includes(models[row].model) ? 'kept' : ''),
  shade: (row, column) => {
    const name = MEASURE_NAMES[column];
    if (name === undefined) return 0;
    return models.length === 1 ? 1 : (models.length - models[row].ranks[name]) / (models.length - 1);
  },
})}${htmlDetails('What the measures are', htmlTable(measureMeanings(decision)))}`,
  };
}

/** The sets of locales that have a budget of their own; nothing where there is none. */
export function localeBudgetPart(decision: Decision): Section | null {
  const table = localeBudgetTable(decision);
  if (table === null) return null;
  return {
    id: 'locale-budgets',
    title: 'Sets of single locales',
    body: html`<ul class="evidence">
${localeBudgetSentences(decision).map((sentence) => html`<li>${sentence}</li>\n`)}</ul>
<p class="note">${localeBudgetNote(decision)}</p>
${htmlTable(table)}`,
  };
}
