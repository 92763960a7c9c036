import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.js';
import { parseReport } from '../../src/report/schemas/report.js';
import { sliceNote, sliceSentences, sliceTable, sliceVerdict } from '../../src/report/sections/slices.js';
import { decisionOf, reportOf } from './decisions.js';
import { slicesOf } from './rich-reports.js';

const NAMES = ['alpha', '_beta_', 'gamma'];
const decision = { ...decisionOf(NAMES), slices: slicesOf(NAMES) };
const [table] = decision.slices;
const enough = { queries: 30 };
const gain = (low: number, high: number) => ({
  ...{ model: 'a', kept: true, gain: (low + high) / 2 },
  interval: [low, high] as const,
});

describe('the verdict on a model in a slice', () => {
  it.each([
    ['helps', 0.001, 0.2],
    ['hurts', -0.2, -0.001],
    ['noise', -0.01, 0.01],
    ['noise', 0.0004, 0.01],
    ['noise', -0.01, -0.0004],
  ] as const)('is %s where the interval is %d to %d', (verdict, low, high) => {
    expect(sliceVerdict(enough, gain(low, high))).toBe(verdict);
  });

  it('is none of fewer than 30 queries, nor of the only model kept', () => {
    expect(sliceVerdict({ queries: 29 }, gain(0.1, 0.2))).toBe('few');
    expect(sliceVerdict(enough, { model: 'a', kept: true, gain: null, interval: null })).toBe('unknown');
  });
});

describe('slices in a report', () => {
  it('says where the models kept earn their place, and which slices are too small', () => {
    expect(sliceSentences(decision)).toEqual([
      'By locale: alpha earns its place on none and alpha. Too few queries to tell: tiny.',
    ]);
  });

  it('names a model that is dropped and would help, one that is kept and hurts, and says everywhere of all', () => {
    const large = [{ ...table, slices: table.slices.slice(0, 2) }];
    expect(sliceSentences({ ...decision, slices: large, kept: ['gamma'] })).toEqual([
      'By locale: alpha, which is not kept, would help everywhere; gamma, which is kept, hurts everywhere.',
    ]);
    expect(sliceSentences({ ...decision, slices: large, kept: ['_beta_'] })[0]).toContain(
      'alpha, which is not',
    );
    const noise = table.slices.map((slice) => ({ ...slice, gains: slice.gains.slice(1, 2) }));
    expect(sliceSentences({ ...decision, slices: [{ ...table, slices: noise.slice(0, 2) }] })).toEqual([
      'By locale: no gain stands out of the noise.',
    ]);
  });

  it('shows rows, queries, the score of the set kept and every gain, models in order of rank', () => {
    expect(sliceTable(decision, table)).toEqual({
      caption: 'By locale: gain in macro F1 by each model, with 95% intervals',
      head: ['model', 'none', 'alpha', 'tiny'],
      rows: [
        [
          'rows of the slice',
          ['600', '30 queries'],
          ['4,000', '200 queries'],
          ['580', '29 queries: too few'],
        ],
        ['macro F1 of the set kept', '0.600', '0.600', '0.600'],
        ['alpha', ...Array(2).fill(['▲ +0.100', '[+0.060, +0.140]']), ['+0.100', '[+0.060, +0.140]']],
        ['_beta_', ...Array(3).fill(['+0.010', '[−0.010, +0.030]'])],
        ['gamma', ...Array(2).fill(['▼ −0.050', '[−0.080, −0.020]']), ['−0.050', '[−0.080, −0.020]']],
      ],
    });
    expect(sliceNote(decision)).toContain('Of 6 intervals, about 1 excludes 0 by chance');
    expect(sliceNote(decision)).toContain('on 5,180 of the rows that the models were chosen on');
  });

  it('is a section of the Markdown report, names escaped and numbers to the right; none without slices', () => {
    const text = renderMarkdown(reportOf(decision));
    expect(text).toContain('## Where each model earns its place');
    expect(text).toContain('| \\_beta\\_ | +0.010 [−0.010, +0.030] | +0.010 [−0.010, +0.030] |');
    expect(text).toContain('| ▲ +0.100 [+0.060, +0.140] |');
    expect(renderMarkdown(reportOf(decisionOf(NAMES)))).not.toContain('earns its place');
  });

  it('is read back from report.json, which is refused where a gain is a text', () => {
    const text = JSON.stringify(reportOf(decision));
    expect(parseReport(text, 'r').decision.slices).toEqual(JSON.parse(text).decision.slices);
    expect(() => parseReport(text.replace('"gain":0.1', '"gain":"0.1"'), 'r')).toThrow(
      /decision\.slices\.0\.slices\.0\.gains\.0\.gain/,
    );
  });
});
