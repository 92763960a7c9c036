import { readFile } from 'node:fs/promises';
import { EsciSelectError, quote } from '../errors.js';
import { cannotRead } from '../io/errors.js';
import { unitOf } from './costs.js';
import type { Cost } from './matrix.js';

/** What a JSON card beside a prediction file declares of its model. */
export interface JsonCard {
  readonly name: string | null;
  readonly family: string | null;
  /** a record without prototype */
  readonly costs: Readonly<Record<string, Cost>>;
}

const LONGEST = 1 << 20;

/**
 * Read `<model>.json`: { name?, family?, costs?: { latency_ms: 12.5 or { value, unit } } }. Null if the file is JSON of
 * another purpose (none of `family` and `costs`). Throws 'data' for broken JSON and for costs below 0.
 */
export async function readJsonCard(path: string): Promise<JsonCard | null> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  if (text.length > LONGEST) return null;
  const card = parse(text, path);
  if (typeof card !== 'object' || card === null || Array.isArray(card)) return null;
  const fields = new Map<string, unknown>(Object.entries(card));
  if (!fields.has('family') && !fields.has('costs')) return null;
  return {
    name: textField(fields, 'name', path),
    family: textField(fields, 'family', path),
    costs: costsField(fields.get('costs') ?? {}, path),
  };
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EsciSelectError('data', `card is not JSON: ${(cause as Error).message}`, {
      path,
      hint: 'a card is {"family": ..., "costs": {"latency_ms": 12.5}}; predictions in JSON Lines are named .jsonl',
      cause,
    });
  }
}

function textField(fields: ReadonlyMap<string, unknown>, name: string, path: string): string | null {
  const value = fields.get(name) ?? null;
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw new EsciSelectError('data', `card has a ${name} that is no text: ${quote(JSON.stringify(value))}`, {
    path,
    hint: `write "${name}" as text`,
  });
}

function costsField(value: unknown, path: string): Record<string, Cost> {
  const costs: Record<string, Cost> = Object.create(null);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuseCost('costs', value, path);
  for (const [name, cost] of Object.entries(value)) {
    const fields =
      typeof cost === 'object' && cost !== null ? new Map<string, unknown>(Object.entries(cost)) : null;
    const amount = fields === null ? cost : fields.get('value');
    const unit = fields?.get('unit') ?? unitOf(name);
    if (typeof amount !== 'number' || !(amount >= 0) || typeof unit !== 'string')
      refuseCost(name, cost, path);
    costs[name] = { value: amount, unit };
  }
  return costs;
}

function refuseCost(name: string, value: unknown, path: string): never {
  throw new EsciSelectError(
    'data',
    `cost ${quote(name)} is ${quote(JSON.stringify(value))}, not a number of at least 0`,
    {
      path,
      hint: 'write costs as {"latency_ms": 12.5} or {"latency_ms": {"value": 12.5, "unit": "ms"}}',
    },
  );
}
