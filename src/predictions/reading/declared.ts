import { access } from 'node:fs/promises';
import type { Finding } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type JsonCard, readJsonCard } from '../cards.js';
import type { CostTable } from '../costs.js';
import type { Cost } from '../matrix.js';
import { cardPathOf, sourceFile } from '../paths.js';
import type { SourceFile } from '../source-file.js';
import { unknownModels } from './findings.js';
import type { Declared } from './finish.js';

/** What cost tables and JSON cards say, by model. */
export class Declarations {
  readonly #costs = new Map<string, Record<string, Cost>>();
  readonly #families = new Map<string, string>();
  readonly #sources: { path: string; names: string[] }[] = [];

  addTable(path: string, { costs, families }: CostTable): void {
    for (const [model, record] of costs) this.#addCosts(model, record, path);
    for (const [model, family] of families) this.#families.set(model, family);
    this.#sources.push({ path, names: [...costs.keys()] });
  }

  addCard(path: string, name: string, card: JsonCard): void {
    this.#addCosts(name, card.costs, path);
    if (card.family !== null) this.#families.set(name, card.family);
    this.#sources.push({ path, names: [name] });
  }

  #addCosts(model: string, costs: Readonly<Record<string, Cost>>, path: string): void {
    const known = this.#costs.get(model) ?? (Object.create(null) as Record<string, Cost>);
    for (const [name, cost] of Object.entries(costs)) {
      if (known[name] !== undefined && known[name].value !== cost.value) {
        const both = `${known[name].value} and ${cost.value}`;
        throw new EsciSelectError(
          'data',
          `cost ${quote(name)} of model ${quote(model)} is given as ${both}`,
          {
            path,
            hint: 'keep one of the two',
          },
        );
      }
      known[name] = cost;
    }
    this.#costs.set(model, known);
  }

  of(model: string, families?: ReadonlyMap<string, string>): Declared {
    return {
      family: families?.get(model) ?? this.#families.get(model) ?? 'imported',
      costs: this.#costs.get(model) ?? (Object.create(null) as Record<string, Cost>),
    };
  }

  /** Warnings for models that nothing was imported of, with the nearest names. */
  unknown(models: readonly string[]): Finding[] {
    return this.#sources.flatMap(({ path, names }) => unknownModels(names, path, models));
  }
}

/**
 * Read the JSON cards among the files and those beside table files. A JSON file that is no card (neither family nor
 * costs in it) is left alone. Returns the paths of both.
 */
export async function readCards(
  files: readonly SourceFile[],
  declarations: Declarations,
): Promise<{ read: string[]; ignored: string[] }> {
  const given = files.filter(({ role }) => role === 'card').map(({ path }) => path);
  const read = files.filter(({ role }) => role === 'table' || role === 'array');
  const tables = new Set(read.map(({ path }) => path)); // a .json file may hold rows
  const beside: string[] = [];
  for (const file of read) {
    const path = cardPathOf(file);
    if (!given.includes(path) && !tables.has(path) && (await exists(path))) beside.push(path);
  }
  const cards: string[] = [];
  const ignored: string[] = [];
  for (const path of [...given, ...beside]) {
    const card = await readJsonCard(path);
    (card === null ? ignored : cards).push(path);
    if (card !== null) declarations.addCard(path, card.name ?? sourceFile(path).stem, card);
  }
  return { read: cards, ignored };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
