import { idCandidates, isRowOrder } from '../data/examples/columns.js';
import { EsciSelectError, quote } from '../errors.js';
import { readTable } from '../io/read.js';
import { type Table, textAt } from '../io/table.js';
import { parseNumber } from '../io/text/number.js';
import { cellError } from './cells.js';
import type { Cost } from './matrix.js';

/** What a table says of models besides their predictions. */
export interface CostTable {
  /** by model, then by cost name (records without prototype) */
  readonly costs: ReadonlyMap<string, Readonly<Record<string, Cost>>>;
  readonly families: ReadonlyMap<string, string>;
}

/** Endings of cost names that tell the unit, the longest first. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_(ms|milliseconds)_per_(row|pair|example)$/i, 'ms/row'],
  [/_(us|microseconds)_per_(row|pair|example)$/i, 'us/row'],
  [/_(s|seconds)_per_(row|pair|example)$/i, 's/row'],
  [/_usd_per_1k(_rows)?$/i, 'USD/1k rows'],
  [/_usd_per_(row|pair|example)$/i, 'USD/row'],
  [/_(ms|milliseconds)$/i, 'ms'],
  [/_(us|microseconds)$/i, 'us'],
  [/_(s|sec|seconds)$/i, 's'],
  [/_(kb|kib)$/i, 'kB'],
  [/_(mb|mib)$/i, 'MB'],
  [/_(gb|gib)$/i, 'GB'],
  [/(^|_)bytes$/i, 'bytes'],
  [/_usd$/i, 'USD'],
  [/_eur$/i, 'EUR'],
  [/_(wh|watt_hours)$/i, 'Wh'],
  [/_joules$/i, 'J'],
];

/**
 * The unit a cost's name ends in, e.g. 'ms/row' for latency_ms_per_row; '' if it names none. A percentile or a shared part
 * behind it changes nothing: latency_ms_p95, latency_ms@encoder.
 */
export function unitOf(cost: string): string {
  const name = cost.replace(/@.*$/s, '').replace(/_p\d{2}(?=$|_per_)/i, '');
  return UNITS.find(([ending]) => ending.test(name))?.[1] ?? '';
}

/**
 * The costs of models from a table with a `model` column and one column per cost. An empty cell is no cost known.
 * Throws 'data' for a repeated model, and for anything but a finite number of at least 0.
 */
export async function readCosts(
  path: string,
  maxUnpacked?: number,
): Promise<Map<string, Record<string, Cost>>> {
  return new Map(costsOf(await readTable(path, { maxUnpacked })).costs) as Map<string, Record<string, Cost>>;
}

/** `readCosts` of a table in memory, with the models' families if it has a `family` column. */
export function costsOf(table: Table): CostTable {
  const names = [...table.columns.keys()];
  const modelColumn = names.find((name) => /^(model|name)$/i.test(name));
  if (modelColumn === undefined) {
    throw new EsciSelectError(
      'data',
      `cost table has no column 'model'; columns: ${names.map(quote).join(', ')}`,
      {
        path: table.path,
        hint: "a cost table has the columns 'model' and one per cost, e.g. latency_ms_per_row",
      },
    );
  }
  const costColumns = names.filter(
    (name) => name !== modelColumn && !/^family$/i.test(name) && !isRowOrder(name),
  );
  const familyColumn = names.find((name) => /^family$/i.test(name));
  const costs = new Map<string, Record<string, Cost>>();
  const families = new Map<string, string>();
  for (let row = 0; row < table.rows; row++) {
    const model = textAt(table.columns.get(modelColumn)!, row);
    if (!model) throw cellError(table, row, 'model name is empty');
    if (costs.has(model)) throw cellError(table, row, `model ${quote(model)} is given twice`);
    costs.set(model, rowCosts(table, row, costColumns));
    const family = familyColumn === undefined ? null : textAt(table.columns.get(familyColumn)!, row);
    if (family) families.set(model, family);
  }
  return { costs, families };
}

function rowCosts(table: Table, row: number, columns: readonly string[]): Record<string, Cost> {
  const costs: Record<string, Cost> = Object.create(null);
  for (const name of columns) {
    const text = textAt(table.columns.get(name)!, row);
    if (text === null || text === '') continue;
    const value = parseNumber(text);
    if (value === null || value < 0) {
      throw cellError(
        table,
        row,
        `cost ${quote(text)} in column ${quote(name)} is no finite number of at least 0`,
        {
          hint: /^\d+,\d+$/.test(text.trim())
            ? 'write numbers with a decimal point'
            : 'leave the cell empty where a cost is not known',
        },
      );
    }
    costs[name] = { value, unit: unitOf(name) };
  }
  return costs;
}

/** Models of a cost table: more rows than this are about something else. */
const MOST_MODELS = 10_000;

/**
 * Whether a table is about models rather than examples: a column `model` that names each model once, and otherwise only
 * numbers that are not probabilities of a class, or columns named as costs are.
 */
export function isCostTable(table: Table): boolean {
  const columns = [...table.columns.keys()];
  const rest = columns.filter((name) => !/^(model|name|family)$/i.test(name) && !isRowOrder(name));
  const model = columns.find((name) => /^model$/i.test(name));
  if (model === undefined || rest.length === 0) return false;
  if (rest.every((name) => COST_NAME.test(name))) return true;
  if (table.rows > MOST_MODELS || idCandidates(columns).some((name) => !isRowOrder(name))) return false;
  const names = Array.from({ length: table.rows }, (_, row) => textAt(table.columns.get(model)!, row));
  const isCost = (name: string) => !PREDICTION.test(name) && holdsNumbers(table, name);
  return table.rows > 0 && new Set(names).size === names.length && rest.every(isCost);
}

const PREDICTION = /^(p|pr|probs?|proba|probability|scores?|logits?|pred|class)([_.\- ]|$)/i;

function holdsNumbers(table: Table, name: string): boolean {
  const column = table.columns.get(name)!;
  for (let row = 0; row < table.rows; row++) {
    const text = textAt(column, row);
    if (text !== null && text !== '' && parseNumber(text) === null) return false;
  }
  return column.kind !== 'list';
}

const COST_NAME = /^(latency|memory|price|cost|energy|param|flops|bytes|size|disk|time|throughput|gpu|cpu)/i;
