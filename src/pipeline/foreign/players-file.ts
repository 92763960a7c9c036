import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Level, SourceColumn } from '../../ensemble/foreign/columns.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import { checked, parseJsonFile } from '../../io/text/checked-json.js';

const level = z.union([z.string(), z.number(), z.boolean()]);
const PLAYERS = z.strictObject({
  classes: z.array(z.string()).min(1).optional(),
  players: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        columns: z.array(z.string()).min(1),
        costs: z.record(z.string(), z.number().nonnegative()).optional(),
        required: z.boolean().optional(),
      }),
    )
    .min(1),
  context: z.array(z.string()).optional(),
  levels: z.record(z.string(), z.array(level)).optional(),
  missing: z.number().optional(),
});

/** Who owns a model's columns. */
export interface EnsemblePlayer {
  readonly name: string;
  /** columns that are no model's, such as a locale or a price: explained, never pruned */
  readonly context: boolean;
  readonly required: boolean;
  readonly costs: Readonly<Record<string, number>>;
}

/** The players of an ensemble, each of whose columns belongs to one. */
export interface EnsemblePlayers {
  /** names of the outputs, in order; null where the file does not say */
  readonly classes: readonly string[] | null;
  readonly players: readonly EnsemblePlayer[];
  /** [column of the model] */
  readonly ofColumn: Int32Array;
  /** levels of categorical columns whose codes alone the model knows, by column */
  readonly levels: ReadonlyMap<string, readonly Level[]>;
  /** the number that stands for missing values */
  readonly missing: number | undefined;
}

/** Every column a player of its own, for a model without a file of players. */
export function columnsAsPlayers(columns: readonly SourceColumn[]): EnsemblePlayers {
  const players = columns.map(({ name }) => ({ name, context: false, required: false, costs: {} }));
  return {
    classes: null,
    players,
    ofColumn: Int32Array.from(players, (_, at) => at),
    levels: new Map(),
    missing: undefined,
  };
}

/**
 * Reads a file of players: `{classes, players: [{name, columns: ["m00:*"], costs, required}], context: ["locale"]}`. A
 * pattern names columns by the model's names or the table's, `*` standing for anything; each pattern of `context` is a
 * player. Throws 'usage' where a column has no player or two, or a pattern matches nothing, with the nearest names.
 */
export async function readPlayers(
  path: string,
  columns: readonly SourceColumn[],
  tableNames: readonly string[],
): Promise<EnsemblePlayers> {
  const file = await readFileOfPlayers(path);
  const all = claimsOf(file);
  const names = all.map(({ player }) => player.name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw new EsciSelectError('usage', `player ${quote(twice)} is given twice`, { path });
  return {
    classes: file.classes ?? null,
    players: all.map(({ player }) => player),
    ofColumn: assign(all, columns, tableNames, path),
    levels: new Map(Object.entries(file.levels ?? {})),
    missing: file.missing,
  };
}

/** The players that a file declares, whatever a model's columns. Throws 'io' and 'usage'. */
export async function declaredPlayers(path: string): Promise<EnsemblePlayer[]> {
  return claimsOf(await readFileOfPlayers(path)).map(({ player }) => player);
}

/** Names of the outputs that a file declares; null where it does not. */
export async function declaredClasses(path: string): Promise<readonly string[] | null> {
  return (await readFileOfPlayers(path)).classes ?? null;
}

async function readFileOfPlayers(path: string): Promise<z.infer<typeof PLAYERS>> {
  const source = { path, what: 'players file' };
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
  return checked(parseJsonFile(text, source), PLAYERS, source);
}

function claimsOf({ players, context = [] }: z.infer<typeof PLAYERS>): Claim[] {
  const own = players.map(({ name, columns: patterns, costs = {}, required = false }) => ({
    player: { name, context: false, required, costs },
    patterns,
  }));
  const others = context.map((pattern) => ({
    player: { name: pattern, context: true, required: true, costs: {} },
    patterns: [pattern],
  }));
  return [...own, ...others];
}

interface Claim {
  readonly player: EnsemblePlayer;
  readonly patterns: readonly string[];
}

function assign(
  claims: readonly Claim[],
  columns: readonly SourceColumn[],
  tableNames: readonly string[],
  path: string,
): Int32Array {
  const ofColumn = new Int32Array(columns.length).fill(-1);
  const known = [...new Set([...tableNames, ...columns.map(({ name }) => name)])];
  claims.forEach(({ player, patterns }, owner) => {
    for (const pattern of patterns) {
      const found = columnsLike(pattern, columns, tableNames);
      if (found.length === 0) {
        throw new EsciSelectError(
          'usage',
          `pattern ${quote(pattern)} of ${quote(player.name)} matches no column`,
          {
            path,
            hint: suggest(pattern.replaceAll('*', ''), known, 'columns'),
          },
        );
      }
      for (const column of found) {
        const other = ofColumn[column];
        if (other >= 0 && other !== owner) {
          const both = `${quote(claims[other].player.name)} and to ${quote(player.name)}`;
          throw new EsciSelectError('usage', `column ${quote(columns[column].name)} belongs to ${both}`, {
            path,
            hint: 'let each column match the patterns of one player',
          });
        }
        ofColumn[column] = owner;
      }
    }
  });
  const orphan = ofColumn.indexOf(-1);
  if (orphan < 0) return ofColumn;
  const { name } = columns[orphan];
  const patterns = claims.flatMap((claim) => claim.patterns);
  throw new EsciSelectError('usage', `column ${quote(name)} belongs to no player`, {
    path,
    hint: `${suggest(name, patterns, 'patterns')}; columns that are no model's go to "context"`,
  });
}

/** Columns whose name, the model's or the table's, is as a pattern; else those that are but for signs: `m0:*`, `m0_exact`. */
function columnsLike(
  pattern: string,
  columns: readonly SourceColumn[],
  tableNames: readonly string[],
): number[] {
  const plain = (text: string) => text.replace(/[^\p{L}\p{N}*]/gu, '_');
  const exactly = matcherOf(pattern);
  const nearly = matcherOf(plain(pattern));
  const like = (matches: (name: string) => boolean) =>
    columns.flatMap(({ name }, at) => (matches(name) || matches(tableNames[at]) ? [at] : []));
  const found = like(exactly);
  return found.length > 0 ? found : like((name) => nearly(plain(name)));
}

/** Whether a name is as a pattern, in which `*` stands for any characters. */
function matcherOf(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  return (name) => {
    if (parts.length === 1) return name === pattern;
    const last = parts[parts.length - 1];
    if (!name.startsWith(parts[0]) || !name.endsWith(last)) return false;
    let at = parts[0].length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}
