import { afterEach, describe, expect, it, vi } from 'vitest';
import { axisLabels } from '../../../src/report/charts/chart.js';
import { PALETTE } from '../../../src/report/charts/palette.js';
import { allCharts, chartsOf, drawCharts } from '../../../src/report/charts/render.js';
import { decisionOf, reportOf } from '../decisions.js';
import { elements, parseHtml, textOf } from '../parse-html.js';

afterEach(() => vi.restoreAllMocks());

function texts(svg: string): string[] {
  return elements(parseHtml(svg), 'text').map(textOf);
}

describe('drawCharts', () => {
  const points = Array.from({ length: 500 }, (_, epoch) => ({
    epoch,
    loss: 1 / (epoch + 1),
    validationLoss: 0.5,
  }));
  const report = {
    ...reportOf(decisionOf(['lexical', '<b>&', '__proto__'])),
    curves: [
      { model: 'lexical', fold: 0, points },
      { model: 'lexical', fold: 'refit' as const, points },
    ],
  };

  it('draws every predictor, in the order of the table, without a complaint from Vega', async () => {
    const warn = vi.spyOn(console, 'warn');
    const { comparison } = await drawCharts(chartsOf(report));
    const labels = texts(comparison[1].svg).filter((text) => !/^[\d.]+$/.test(text));
    expect(labels.filter((text) => text !== 'macro F1')).toEqual([
      'constant answer',
      '<b>&',
      '__proto__',
      'lexical',
      'full ensemble',
      'pruned ensemble',
    ]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('puts dots where the scores are', async () => {
    const { comparison } = await drawCharts(chartsOf(report));
    const dots = elements(parseHtml(comparison[0].svg), 'path').filter(
      ({ attributes }) => attributes.get('transform') && attributes.get('fill')?.startsWith('#'),
    );
    const x = dots.map(({ attributes }) =>
      Number(/translate\(([\d.]+)/.exec(attributes.get('transform')!)![1]),
    );
    expect(x).toHaveLength(6);
    expect(x[0]).toBeLessThan(x[1]);
    expect(x[1]).toBeCloseTo(x[2], 6);
    expect((x[4] - x[1]) / (x[1] - x[0])).toBeCloseTo(1, 6); // 0.5, 0.6, 0.7 are equally far
  });

  it('fills the bars of kept models and leaves others hollow', async () => {
    const { contributions } = await drawCharts(chartsOf(report));
    const fills = elements(parseHtml(contributions.svg), 'path').filter(
      ({ attributes }) => attributes.get('stroke') !== undefined && attributes.get('fill') !== undefined,
    );
    expect(fills.map(({ attributes }) => attributes.get('fill'))).toEqual([
      PALETTE.kept.light,
      PALETTE.paper.light,
      PALETTE.paper.light,
    ]);
    expect(texts(contributions.svg)).toContain('0.250');
  });

  it('draws a training and a validation line per fold, thinned, each chart under its own name', async () => {
    const charts = await drawCharts(chartsOf(report));
    const [curve] = charts.curves;
    const lines = elements(parseHtml(curve.svg), 'path').filter(({ attributes }) =>
      [PALETTE.training.light, PALETTE.kept.light].includes((attributes.get('stroke') ?? '') as never),
    );
    expect(lines).toHaveLength(4);
    expect(lines.map(({ attributes }) => attributes.get('d')!.split('L').length)).toEqual([
      100, 100, 100, 100,
    ]);
    expect(curve.description).toContain('Fold 1: 500 epochs, last training loss 0.002, validation 0.500.');
    const ids = allCharts(charts).map(({ id }) => id);
    expect(ids).toEqual([
      'comparison-accuracy',
      'comparison-macroF1',
      'comparison-weightedF1',
      'contributions',
      'curves-lexical',
    ]);
  });

  it('holds no script, style, reference or id', async () => {
    for (const { svg } of allCharts(await drawCharts(chartsOf(report)))) {
      const root = parseHtml(svg);
      const names = elements(root).flatMap(({ name, attributes }) => [name, ...attributes.keys()]);
      expect(
        names.filter((name) =>
          ['script', 'style', 'href', 'xlink:href', 'id', 'image', 'foreignObject'].includes(name),
        ),
      ).toEqual([]);
    }
  });
});

describe('axisLabels', () => {
  it('cuts long names in the middle and tells equal ones apart', () => {
    expect(axisLabels(['a-very-long-name-of-model-1', 'a-very-long-name-of-model-2'])).toEqual([
      'a-very-lo…f-model-1',
      'a-very-lo…f-model-2',
    ]);
    expect(axisLabels(['a', 'a', 'b'])).toEqual(['a', 'a (2)', 'b']);
    expect(axisLabels(['日本語日本語日本語日本語'])).toEqual(['日本語日…語日本語']);
  });
});
