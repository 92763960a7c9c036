import { afterEach, describe, expect, it, vi } from 'vitest';
import { axisLabels } from '../../../src/report/charts/chart.js';
import { PALETTE } from '../../../src/report/charts/palette.js';
import { allCharts, chartsOf, drawCharts } from '../../../src/report/charts/render.js';
import { decisionOf, reportOf } from '../decisions.js';
import { elements, parseHtml, textOf } from '../parse-html.js';
import { richReport } from '../rich-reports.js';
import { ruledDecision } from '../ruled-decisions.js';

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
    expect(x[1]).toBe(x[2]);
    expect((x[4] - x[1]) / (x[1] - x[0])).toBeCloseTo(1, 2); // 0.5, 0.6, 0.7 are equally far
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
      'redundancy',
      'curves-lexical',
    ]);
  });

  it('draws every kind of chart without a complaint from Vega', async () => {
    const warn = vi.spyOn(console, 'warn');
    const charts = await drawCharts(chartsOf(richReport(['a', '<b>&', '__proto__', '\u202ed'], '</svg>')));
    expect(allCharts(charts).map(({ id }) => id)).toEqual([
      'comparison-accuracy',
      'comparison-macroF1',
      'comparison-weightedF1',
      'contributions',
      'beeswarm',
      'frontier-1',
      'redundancy',
      'calibration-1',
      'calibration-2',
      'calibration-3',
      'waterfall-1',
      'waterfall-2',
      'ensemble-curve',
      'curves-a',
    ]);
    expect(warn).not.toHaveBeenCalled();
    for (const { svg } of allCharts(charts)) {
      expect(elements(parseHtml(svg)).map(({ name }) => name)).not.toContain('b');
      expect(svg).not.toMatch(/NaN|undefined|\u202e/);
    }
  });

  it('draws the operating curves of what answers by a rule, the points chosen marked', async () => {
    const warn = vi.spyOn(console, 'warn');
    const ruled = ruledDecision(decisionOf(['a', '</svg><b>', 'c']));
    const { operating, contributions } = await drawCharts(chartsOf(reportOf(ruled)));
    const paths = elements(parseHtml(operating!.svg), 'path');
    const colours = [PALETTE.ensemble.light, PALETTE.kept.light, PALETTE.dropped.light];
    const lines = paths.filter(({ attributes }) => attributes.get('stroke-dasharray') !== undefined);
    expect(lines.map(({ attributes }) => attributes.get('stroke'))).toEqual(colours);
    expect(lines[0].attributes.get('d')!.split('L')).toHaveLength(4);
    const marks = paths.filter(({ attributes }) => /translate/.test(attributes.get('transform') ?? ''));
    const filled = marks.filter(({ attributes }) => colours.includes(attributes.get('fill') as never));
    expect(filled).toHaveLength(15); // 4 taus of 3 predictors, and a mark of each
    expect(filled.slice(-3).map(({ attributes }) => attributes.get('fill'))).toEqual(colours);
    expect(texts(contributions.svg)).toContain('0.400'); // over refits, not the 0.500 of summed SHAP
    expect(chartsOf(reportOf(decisionOf(['a']))).operating).toBeNull();
    expect(warn).not.toHaveBeenCalled();
  });

  it('draws a dot per model and sampled row, in the order of the ranking, coloured by probability', async () => {
    const { beeswarm } = await drawCharts(chartsOf(richReport(['a', 'b'])));
    const dots = elements(parseHtml(beeswarm!.svg), 'path').filter(
      ({ attributes }) => attributes.get('opacity') === '0.8',
    );
    expect(dots).toHaveLength(80);
    const [x, y] = [/translate\(([-\d.]+)/, /,([-\d.]+)\)/].map((place) =>
      dots.map(({ attributes }) => Number(place.exec(attributes.get('transform')!)![1])),
    );
    expect(x.slice(0, 40)).toEqual([...x.slice(0, 40)].sort((one, other) => one - other));
    expect(Math.max(...y.slice(0, 40))).toBeLessThan(Math.min(...y.slice(40)));
    const fills = dots.map(({ attributes }) => attributes.get('fill'));
    expect(fills[0]).toBe(PALETTE.dropped.light); // no prediction
    expect(fills.slice(1, 8)).toEqual(new Array(7).fill(PALETTE.low.light));
    expect(fills[39]).toBe(PALETTE.high.light);
  });

  it('lets the bars of a waterfall add up to its sum', async () => {
    const [chart] = chartsOf(richReport(['a', 'b', 'c'])).waterfalls;
    const { values } = chart.spec.data as unknown as {
      values: { label: string; from: number; to: number }[];
    };
    expect(values.map(({ label }) => label)).toEqual(['before any model', 'a', 'b', 'c', 'sum']);
    expect(values[0].from).toBe(0);
    for (let at = 1; at < 4; at++) expect(values[at].from).toBe(values[at - 1].to);
    expect(values[4]).toMatchObject({ from: 0, to: 1.25 });
    expect(values[3].to).toBeCloseTo(1.25, 12);
  });

  it('puts what has no room in a waterfall into one bar', () => {
    const names = Array.from({ length: 24 }, (_, at) => `model-${at}`);
    const [chart] = chartsOf(richReport(names)).waterfalls;
    const { values } = chart.spec.data as unknown as {
      values: { label: string; from: number; to: number }[];
    };
    expect(values).toHaveLength(11);
    expect(values[9]).toMatchObject({ label: '16 other models' });
    expect(values[9].to).toBeCloseTo(1.25, 12);
  });

  it('shades pairs that are more alike more, and keeps clusters together', () => {
    const { redundancy } = chartsOf(richReport(['a', 'b', 'c']));
    const { values } = redundancy!.spec.data as unknown as {
      values: { down: string; across: string; colour: string }[];
    };
    expect(values).toHaveLength(9);
    expect(values[0]).toMatchObject({ down: '1 a', across: '1', colour: PALETTE.heat4.light });
    expect(values[1].colour).toBe(PALETTE.heat4.light); // 0.96
    expect(values[5].colour).toBe(PALETTE.paper.light); // b and c: not known
  });

  it('holds no script, style, reference or id', async () => {
    for (const { svg } of allCharts(await drawCharts(chartsOf(richReport(['a', 'b']))))) {
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

  it('draws the budget as a line, the chosen set filled, beaten sets faint, far costs on a logarithmic axis', async () => {
    const point = (models: string[], cost: number, score: number) => {
      return { models, cost, score, low: score - 0.02, high: score + 0.02 };
    };
    const plain = decisionOf(['a', 'b', 'c']);
    const frontier = {
      metric: 'macroF1' as const,
      cost: 'latency_ms',
      unit: 'ms/row',
      points: [point(['a'], 1, 0.5), point(['a', 'b'], 16.1, 0.6), point(['a', 'b', 'c'], 196, 0.65)],
      knee: 0,
      enough: 2,
      chosen: point(['a', 'b'], 16.1, 0.6),
      dominated: [{ models: ['c'], cost: 180, score: 0.45 }],
    };
    const near = {
      ...frontier,
      points: frontier.points.slice(0, 2),
      dominated: [],
      chosen: undefined,
      enough: 1,
    };
    const decision = {
      ...plain,
      budget: { models: null, costs: [{ name: 'latency_ms', limit: 25 }] },
      frontiers: [frontier, { ...near, cost: 'bytes', unit: 'B' }],
    };
    const { frontiers } = await drawCharts(chartsOf(reportOf(decision)));
    expect(texts(frontiers[0].svg)).toContain('budget 25 ms');
    expect(texts(frontiers[1].svg).join(' ')).not.toContain('budget');
    const marks = elements(parseHtml(frontiers[0].svg), 'path').map(({ attributes }) => attributes);
    const filled = (colour: string) => marks.filter((mark) => mark.get('fill') === colour);
    expect(filled(PALETTE.kept.light)).toHaveLength(1); // the chosen set
    expect(filled(PALETTE.ensemble.light)).toHaveLength(1); // the knee
    expect(filled(PALETTE.dropped.light).map((mark) => mark.get('opacity'))).toEqual(['0.4']);
    const scaleOf = (at: number) =>
      (frontiers[at].spec as never as { encoding: { x: { scale: { type?: string } } } }).encoding.x.scale
        .type;
    expect([scaleOf(0), scaleOf(1)]).toEqual(['log', undefined]);
    expect(frontiers[0].description).toContain(
      'The chosen set is filled: a and b, 0.600 at 16.1 ms. The budget is a line at 25 ms.',
    );
  });
});
