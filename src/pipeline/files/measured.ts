import { readFile } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { readCosts } from '../../predictions/costs.js';
import type { Cost, ModelCard } from '../../predictions/matrix.js';
import { costName } from '../../selection/costs.js';
import type { RankingLine } from '../../selection/decision.js';

/** Measured costs: the only file of a run that differs between two runs of the same inputs. */
export const MEASURED_FILE = 'measured-costs.json';
/** Costs the user declared with `--costs`, which win over measured ones. */
export const DECLARED_FILE = 'declared-costs.json';

export type CostTable = Map<string, Map<string, Cost>>;

/** Adds or replaces one cost of one model. */
export async function addMeasured(path: string, model: string, name: string, cost: Cost): Promise<void> {
  const table = await readCostTable(path);
  if (!table.has(model)) table.set(model, new Map());
  table.get(model)!.set(name, cost);
  await writeCostTable(path, table);
}

/** Writes a cost table as JSON triples, sorted, so that any model or cost name is just text. */
export async function writeCostTable(path: string, table: CostTable): Promise<void> {
  const triples = [...table].flatMap(([model, costs]) =>
    [...costs].map(([name, cost]) => ({ model, name, ...cost })),
  );
  triples.sort((a, b) => compare(a.model, b.model) || compare(a.name, b.name));
  await writeFileAtomic(path, `${JSON.stringify(triples, null, 2)}\n`);
}

/** Reads what `writeCostTable` wrote; empty where there is none. */
export async function readCostTable(path: string): Promise<CostTable> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const table: CostTable = new Map();
  let triples: { model: string; name: string; value: number; unit: string }[];
  try {
    triples = JSON.parse(text);
  } catch (cause) {
    throw new EsciSelectError('data', 'cost table is not valid JSON', {
      path,
      hint: 'rerun train with --force',
      cause,
    });
  }
  for (const { model, name, value, unit } of triples) {
    if (!table.has(model)) table.set(model, new Map());
    table.get(model)!.set(name, { value, unit });
  }
  return table;
}

/** Adds the costs of a `--costs` file (model, one column per cost) to a table. */
export async function addCosts(path: string, file: string): Promise<void> {
  const table = await readCostTable(path);
  for (const [model, costs] of await readCosts(file)) {
    if (!table.has(model)) table.set(model, new Map());
    for (const name of Object.keys(costs)) table.get(model)!.set(name, costs[name]);
  }
  await writeCostTable(path, table);
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
