import { EsciSelectError } from '../../errors.js';
import type { Cost, ModelCard, PredictionKind, PretrainedCard } from '../matrix.js';

const KINDS: readonly string[] = ['probabilities', 'logits', 'labels'] satisfies PredictionKind[];

/** A model card from the JSON it was stored as. Throws 'data' if a field is not what was written. */
export function parseCard(json: string, path: string): ModelCard {
  const damaged = (cause?: unknown) =>
    new EsciSelectError('data', 'model card is damaged', { path, cause, hint: 'import the model again' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw damaged(cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw damaged();
  const card = new Map<string, unknown>(Object.entries(parsed));
  const text = (field: string): string => {
    const value = card.get(field);
    if (typeof value !== 'string') throw damaged();
    return value;
  };
  const [kind, source, covered, notes] = [
    text('kind'),
    text('source'),
    card.get('covered'),
    card.get('notes'),
  ];
  if (!KINDS.includes(kind) || (source !== 'trained' && source !== 'imported')) throw damaged();
  if (typeof covered !== 'number' || !Array.isArray(notes)) throw damaged();
  const optional = (field: string) => (card.has(field) ? text(field) : undefined);
  return {
    name: text('name'),
    family: text('family'),
    source,
    kind: kind as PredictionKind,
    costs: parseCosts(card.get('costs'), damaged),
    sha256: text('sha256'),
    covered,
    notes: notes.map(String),
    module: optional('module'),
    backend: optional('backend'),
    pretrained: parsePretrained(card.get('pretrained'), damaged),
  };
}

function parsePretrained(value: unknown, damaged: () => EsciSelectError): PretrainedCard | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) throw damaged();
  const members = new Map<string, unknown>(Object.entries(value));
  const text = (field: keyof PretrainedCard): string => {
    const found = members.get(field);
    if (typeof found !== 'string') throw damaged();
    return found;
  };
  return {
    sha256: text('sha256'),
    runtime: text('runtime'),
    licence: text('licence'),
    revision: text('revision'),
    trainedOn: text('trainedOn'),
  };
}

function parseCosts(value: unknown, damaged: () => EsciSelectError): Record<string, Cost> {
  const costs: Record<string, Cost> = Object.create(null);
  if (typeof value !== 'object' || value === null) throw damaged();
  for (const [name, cost] of Object.entries(value) as [string, Partial<Cost> | null][]) {
    if (typeof cost?.value !== 'number' || typeof cost.unit !== 'string') throw damaged();
    costs[name] = { value: cost.value, unit: cost.unit };
  }
  return costs;
}
