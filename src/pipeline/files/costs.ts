import { z } from 'zod';
import type { Cost, ModelCard } from '../../predictions/matrix.js';
import { byCodeUnits } from '../../predictions/paths.js';
import { costName } from '../../selection/costs.js';
import type { RankingLine } from '../../selection/decision.js';

/** One cost of one model, as cost files have it: any model or cost name is just text. */
export interface CostTriple {
  readonly model: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What a run's cost files must look like. */
export const COST_TRIPLES = z.array(
  z.object({ model: z.string(), name: z.string(), value: z.number(), unit: z.string() }),
);

/** Costs by model, then by name. */
export type CostTable = Map<string, Map<string, Cost>>;

/** Costs as triples in order of model, then name. */
export function costTriples(table: CostTable): CostTriple[] {
  const triples = [...table].flatMap(([model, costs]) =>
    [...costs].map(([name, cost]) => ({ model, name, value: cost.value, unit: cost.unit })),
  );
  return triples.sort((a, b) => byCodeUnits(a.model, b.model) || byCodeUnits(a.name, b.name));
}

/** Costs from triples; a later one replaces an earlier one of the same model and name. */
export function costTable(triples: readonly CostTriple[]): CostTable {
  const table: CostTable = new Map();
  for (const { model, name, value, unit } of triples) addCost(table, model, name, { value, unit });
  return table;
}

/** Adds or replaces one cost of one model. */
export function addCost(table: CostTable, model: string, name: string, cost: Cost): void {
  if (!table.has(model)) table.set(model, new Map());
  table.get(model)!.set(name, cost);
}

/** A card with the costs of tables added, later tables winning; names without `_per_row`, so that models compare. */
export function withCosts(card: ModelCard, ...tables: readonly CostTable[]): ModelCard {
  const costs: Record<string, Cost> = Object.create(null);
  for (const name of Object.keys(card.costs)) costs[costName(name)] = card.costs[name];
  for (const table of tables) {
    for (const [name, cost] of table.get(card.name) ?? []) costs[costName(name)] = cost;
  }
  return { ...card, costs };
}

/** Costs by name, in order, as values and units. */
export function costRecords(costs: Readonly<Record<string, Cost>>): Pick<RankingLine, 'costs' | 'costUnits'> {
  const values: Record<string, number> = Object.create(null);
  const costUnits: Record<string, string> = Object.create(null);
  for (const name of Object.keys(costs).sort()) {
    values[name] = costs[name].value;
    costUnits[name] = costs[name].unit;
  }
  return { costs: values, costUnits };
}
