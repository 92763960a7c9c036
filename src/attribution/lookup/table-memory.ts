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
  }),
} as const;

/** The memory that tables are filled in: addresses in bytes, and views of all of it. */
export interface TableMemory {
  readonly kernels: TableKernels;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly halves: Uint16Array;
  readonly job: number;
  readonly slotPlaces: number;
  readonly shares: number;
  readonly nodes: number;
  readonly weights: number;
  readonly radices: number;
  readonly bits: number;
  readonly places: number;
  readonly table: number;
}

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
    masks: region(2 * mostStates),
    products: region(8 * sets),
    slopes: region(8 * players * sets),
    vectors: region(vector * sets),
    sums: region(vector * mostStates),
  };
  const { functions, buffer } = borrowKernels<TableKernels>('tables', used);
  checkRecords(functions, TABLE_RECORDS);
  const memory = {
    ...own,
    kernels: functions,
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
    halves: new Uint16Array(buffer),
  };
  const { slotPlaces, shares, nodes, weights, radices, bits } = own;
  writeRecord(memory, UNIT, own.job, { slotPlaces, shares, nodes, weights, radices, bits, ...scratch });
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

/** A leaf as the kernels need it. */
export interface LoadedLeaf {
  readonly value: number;
  readonly own: LeafInUnit;
  /** see leafBits */
  readonly bits: readonly number[];
}

/** Puts a leaf where the kernels find it. */
export function loadLeaf(memory: TableMemory, { value, own, bits }: LoadedLeaf): void {
  const { words, doubles, halves, job, slotPlaces, shares } = memory;
  const count = own.players.length;
  const rule = gaussLegendre((count + 1) >> 1);
  doubles[(job + UNIT.at.value) >> 3] = value;
  words[(job + UNIT.at.slots) >> 2] = count;
  words[(job + UNIT.at.points) >> 2] = rule.nodes.length;
  words.set(own.players, slotPlaces >> 2);
  doubles.set(own.shares, shares >> 3);
  doubles.set(rule.nodes, memory.nodes >> 3);
  doubles.set(rule.weights, memory.weights >> 3);
  halves.set(bits, memory.bits >> 1);
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
