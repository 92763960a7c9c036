import { costName } from '../../selection/costs.js';
import type { Decision } from '../../selection/decision.js';
import type { Frontier } from '../../selection/frontier.js';
import { amount, briefly, isBytes, SCORE_TITLES, score } from '../format.js';
import { frontierCost } from '../sections/frontier.js';
import { visible } from '../visible.js';
import { CHART_BASE, type Chart } from './chart.js';
import { PALETTE } from './palette.js';

/** How a set is drawn: on the frontier, at its knee, or chosen, which is filled. */
const ROLES = ['set', 'knee', 'chosen'];
const STROKES = [PALETTE.kept.light, PALETTE.ensemble.light, PALETTE.kept.light];
const FILLS = [PALETTE.paper.light, PALETTE.ensemble.light, PALETTE.kept.light];
const SHAPES = ['circle', 'diamond', 'circle'];

/** Costs so many times apart are shown on a logarithmic axis. */
const LOG_RANGE = 20;
/** A limit so many times above the dearest set is not drawn: the sets would be squeezed. */
const FAR_LIMIT = 3;

/** What each further unit of cost buys: a chart per cost; none in decisions of earlier versions. */
export function frontierCharts(decision: Decision): Chart[] {
  return (decision.frontiers ?? [])
    .filter(({ points }) => points.length > 0)
    .map((frontier, at) => frontierChart(frontier, at, limitOn(decision, frontier)));
}

/** The budget's limit on a frontier's cost; null without one. */
function limitOn({ budget }: Pick<Decision, 'budget'>, { cost }: Pick<Frontier, 'cost'>): number | null {
  if (cost === 'models') return budget.models;
  return budget.costs.find(({ name }) => costName(name) === cost)?.limit ?? null;
}

function frontierChart(frontier: Frontier, at: number, limit: number | null): Chart {
  const { metric } = frontier;
  return {
    id: `frontier-${at + 1}`,
    title: `${visible(SCORE_TITLES[metric])} by ${visible(frontierCost(frontier))}`,
    description: describe(frontier, limit),
    spec: {
      ...CHART_BASE,
      width: 260,
      height: 170,
      layer: [...dominatedLayer(frontier), ...pointLayers(frontier), ...limitLayers(frontier, limit)],
      encoding: { x: xOf(frontier, limit) },
      resolve: { scale: { color: 'independent', shape: 'independent' } },
    },
  };
}

function describe(frontier: Frontier, limit: number | null): string {
  const { points, knee, metric, unit, chosen, dominated = [] } = frontier;
  const [first, last, bend] = [points[0], points[points.length - 1], points[knee]];
  const others = dominated.length === 0 ? '' : `, and ${dominated.length} that another set beats, faint`;
  const line = limit === null ? '' : ` The budget is a line at ${amount(limit, unit)}.`;
  const own =
    chosen === undefined
      ? ''
      : ` The chosen set is filled: ${briefly(chosen.models)}, ${score(chosen.score)} at ${amount(chosen.cost, unit)}.`;
  return (
    `Step chart of the best ${SCORE_TITLES[metric]} for each cost in ${frontierCost(frontier)}, ${points.length} sets${others}: from ${score(first.score)} at ${amount(first.cost, unit)} ` +
    `to ${score(last.score)} at ${amount(last.cost, unit)}. The knee is at ${amount(bend.cost, unit)}: ${briefly(bend.models)}, ${score(bend.score)}.${own}${line} All numbers are in the table of sets.`
  );
}

/** Whether costs are so far apart that only a logarithmic axis shows all of them. */
function isLogarithmic({ points, dominated = [] }: Frontier): boolean {
  const costs = [...points, ...dominated].map(({ cost }) => cost);
  const least = Math.min(...costs);
  return least > 0 && Math.max(...costs) / least > LOG_RANGE;
}

function xOf(frontier: Frontier, limit: number | null) {
  const scale = isLogarithmic(frontier)
    ? ({ type: 'log', nice: false } as const)
    : ({ zero: limit === 0 } as const);
  return {
    field: 'x',
    type: 'quantitative',
    title: visible(frontierCost(frontier)),
    scale,
    axis: {
      tickCount: 5,
      tickMinStep: frontier.cost === 'models' ? 1 : 0,
      format: isBytes(frontier.unit) ? '~s' : '~g',
      labelOverlap: true,
    },
  } as const;
}

/** Sets that another set beats, faint. */
function dominatedLayer({ dominated = [], chosen }: Frontier) {
  const faint = dominated.filter(({ models }) => models.join('\n') !== chosen?.models.join('\n'));
  if (faint.length === 0) return [];
  return [
    {
      data: { values: faint.map(({ cost: x, score: y }) => ({ x, y })) },
      mark: { type: 'point', filled: true, size: 22, opacity: 0.4, color: PALETTE.dropped.light },
      encoding: { y: { field: 'y', type: 'quantitative' } },
    } as const,
  ];
}

function pointLayers({ points, knee, metric, chosen }: Frontier) {
  const isChosen = (models: readonly string[]) => models.join('\n') === chosen?.models.join('\n');
  const on = points.map(({ models, cost: x, score: y, low, high }, index) => {
    return { x, y, low, high, role: ROLES[isChosen(models) ? 2 : index === knee ? 1 : 0] };
  });
  const apart =
    chosen === undefined || points.some(({ models }) => isChosen(models))
      ? []
      : [{ x: chosen.cost, y: chosen.score, low: chosen.low, high: chosen.high, role: ROLES[2] }];
  const values = [...on, ...apart];
  const role = { field: 'role', type: 'nominal', legend: null } as const;
  return [
    {
      data: { values: on },
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, color: PALETTE.dropped.light },
      encoding: { y: { field: 'y', type: 'quantitative' } },
    },
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 1.5 },
      encoding: {
        y: {
          field: 'low',
          type: 'quantitative',
          title: SCORE_TITLES[metric],
          scale: { zero: false },
          axis: { tickCount: 5, grid: true },
        },
        y2: { field: 'high' },
        stroke: { ...role, scale: { domain: ROLES, range: STROKES } },
      },
    },
    {
      data: { values },
      mark: { type: 'point', size: 60, opacity: 1, strokeWidth: 1.5 },
      encoding: {
        y: { field: 'y', type: 'quantitative' },
        stroke: { ...role, scale: { domain: ROLES, range: STROKES } },
        fill: { ...role, scale: { domain: ROLES, range: FILLS } },
        shape: { ...role, scale: { domain: ROLES, range: SHAPES } },
      },
    },
  ] as const;
}

/** The budget as a line, where it is in sight. */
function limitLayers({ points, unit }: Frontier, limit: number | null) {
  const last = points[points.length - 1].cost;
  if (limit === null || limit <= 0 || limit > FAR_LIMIT * last) return [];
  const data = { values: [{ x: limit, text: `budget ${amount(limit, unit)}` }] };
  return [
    {
      data,
      mark: { type: 'rule' as const, strokeWidth: 1.5, strokeDash: [4, 3], color: PALETTE.training.light },
    },
    {
      data,
      mark: {
        type: 'text' as const,
        align: 'right' as const,
        baseline: 'bottom' as const,
        dx: -4,
        fontSize: 11,
        color: PALETTE.training.light,
      },
      encoding: { text: { field: 'text' }, y: { value: 0 } },
    },
  ];
}
