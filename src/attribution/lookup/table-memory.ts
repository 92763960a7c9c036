import { checkRecords, layOutRecord, writeRecord } from '../../kernels/records.js';
import { borrowKernels } from '../../kernels/wasm.js';
import { gaussLegendre } from '../quadrature.js';
import type { LeafInUnit } from './leaf.js';
import type { Unit } from './unit.js';

/** Functions of src/kernels/assembly/tables.ts; their argument is the address of a unit. */
interface TableKernels {
  beginUnit(unit: number): void;
  addLeaf(unit: number): void;
  endUnit(unit: number, table: number, places: number, step: number): void;
}

/** The record of the kernels of tables (src/kernels/assembly/tables/job.ts), compared with theirs before the first use. */
export const TABLE_RECORDS = {
  unit: layOutRecord({
    value: 'f64',
    players: 'u32',
    width: 'u32',
    states: 'u32',
    slots: 'u32',
    slotPlaces: 'u32',
    shares: 'u32',
    points: 'u32',
    nodes: 'u32',
    weights: 'u32',
    radices: 'u32',
    bits: 'u32',
    masks: 'u32',
    products: 'u32',
    slopes: 'u32',
    vectors: 'u32',
    sums: 'u32',
    leaves: 'u32',
    begun: 'u32',
    maskBytes: 'u32',
    vectorBytes: 'u32',
  }),
} as const;

/** The memory that tables are filled in: addresses in bytes, and views of all of it. */
export interface TableMemory {
  readonly kernels: TableKernels;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly job: number;
  readonly slotPlaces: number;
  readonly shares: number;
  readonly nodes: number;
  readonly weights: number;
  readonly radices: number;
  /** [digit] of a leaf, see leafBits */
  readonly bits: Uint16Array;
  readonly places: number;
  readonly table: number;
}

/** What both sides take as given: leaves that are added to the sums at once. */
export const TABLE_PLACES = { leaves: 8 } as const;
/** The compiler keeps what it needs itself below this address. */
const FIRST_ADDRESS = 4096;
const UNIT = TABLE_RECORDS.unit;

/**
 * Memory for units of up to so many states, whose vectors have up to `width` float32: the thread's only one, and the
 * caller's only until the next call.
 */
export function borrowTableMemory(mostStates: number, width: number): TableMemory {
  // a player has two states at least
  const players = Math.max(1, Math.floor(Math.log2(mostStates)));
  let used = FIRST_ADDRESS;
  const region = (bytes: number) => {
    const start = used;
    used += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const sets = 2 ** players;
  const vector = 8 * (players + 1);
  const [maskBytes, vectorBytes] = [2 * mostStates, vector * sets];
  const own = {
    job: region(UNIT.bytes),
    slotPlaces: region(4 * players),
    shares: region(8 * players),
    nodes: region(8 * players),
    weights: region(8 * players),
    radices: region(4 * players),
    bits: region(2 * (mostStates + 2 * players)),
    places: region(4 * players),
    table: region(4 * mostStates * width),
  };
  const scratch = {
    masks: region(TABLE_PLACES.leaves * maskBytes),
    products: region(8 * sets),
    slopes: region(8 * players * sets),
    vectors: region(TABLE_PLACES.leaves * vectorBytes),
    sums: region(vector * mostStates),
  };
  const { functions, buffer } = borrowKernels<TableKernels>('tables', used);
  checkRecords(functions, TABLE_RECORDS, TABLE_PLACES);
  const { slotPlaces, shares, nodes, weights, radices, bits } = own;
  const memory = {
    ...own,
    kernels: functions,
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
    bits: new Uint16Array(buffer, bits, mostStates + 2 * players),
  };
  // no rule is there yet
  const steps = { points: 0, maskBytes, vectorBytes };
  writeRecord(memory, UNIT, own.job, {
    slotPlaces,
    shares,
    nodes,
    weights,
    radices,
    bits,
    ...steps,
    ...scratch,
  });
  return memory;
}

/** Tells the kernels of a unit, whose sums become 0. */
export function beginUnit(memory: TableMemory, { players, states }: Unit): void {
  const { words, job, radices, kernels } = memory;
  words[(job + UNIT.at.players) >> 2] = players.length;
  words[(job + UNIT.at.width) >> 2] = 2 * Math.ceil(players.length / 2);
  words[(job + UNIT.at.states) >> 2] = states;
  players.forEach((player, at) => {
    words[(radices >> 2) + at] = player.states;
  });
  kernels.beginUnit(job);
}

/** Puts a leaf where the kernels find it, but for its bits. */
export function loadLeaf(memory: TableMemory, value: number, { players, shares }: LeafInUnit): void {
  const { words, doubles, job } = memory;
  doubles[(job + UNIT.at.value) >> 3] = value;
  words[(job + UNIT.at.slots) >> 2] = players.length;
  for (let slot = 0; slot < players.length; slot++) {
    words[(memory.slotPlaces >> 2) + slot] = players[slot];
    doubles[(memory.shares >> 3) + slot] = shares[slot];
  }
  loadRule(memory, (players.length + 1) >> 1);
}

/** Puts the quadrature rule of so many points where the kernels find it, unless it is there. */
function loadRule({ words, doubles, job, nodes, weights }: TableMemory, points: number): void {
  const known = (job + UNIT.at.points) >> 2;
  if (words[known] === points) return;
  const rule = gaussLegendre(points);
  words[known] = points;
  doubles.set(rule.nodes, nodes >> 3);
  doubles.set(rule.weights, weights >> 3);
}

/** How a unit's table is laid out, in float32: where the first state's values of each player lie, and from state to state. */
export interface TableLayout {
  readonly places: readonly number[];
  readonly step: number;
  /** of all */
  readonly values: number;
}

/** The unit's table as a view of the memory, valid until the next unit. What is nobody's place is 0. */
export function endUnit(memory: TableMemory, { places, step, values }: TableLayout): Float32Array {
  const { kernels, words, floats, job, table } = memory;
  words.set(places, memory.places >> 2);
  const filled = floats.subarray(table >> 2, (table >> 2) + values);
  filled.fill(0);
  kernels.endUnit(job, table, memory.places, 4 * step);
  return filled;
}
