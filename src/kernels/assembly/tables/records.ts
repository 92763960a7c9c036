/** Where the fields of the record lie, for the library to compare with what it writes; see attribution/records.ts. */
import { LEAVES, Unit } from './job';

export enum unit {
  bytes = <i32>offsetof<Unit>(),
  value = <i32>offsetof<Unit>('value'),
  players = <i32>offsetof<Unit>('players'),
  width = <i32>offsetof<Unit>('width'),
  states = <i32>offsetof<Unit>('states'),
  slots = <i32>offsetof<Unit>('slots'),
  slotPlaces = <i32>offsetof<Unit>('slotPlaces'),
  shares = <i32>offsetof<Unit>('shares'),
  points = <i32>offsetof<Unit>('points'),
  nodes = <i32>offsetof<Unit>('nodes'),
  weights = <i32>offsetof<Unit>('weights'),
  radices = <i32>offsetof<Unit>('radices'),
  bits = <i32>offsetof<Unit>('bits'),
  masks = <i32>offsetof<Unit>('masks'),
  products = <i32>offsetof<Unit>('products'),
  slopes = <i32>offsetof<Unit>('slopes'),
  vectors = <i32>offsetof<Unit>('vectors'),
  sums = <i32>offsetof<Unit>('sums'),
  leaves = <i32>offsetof<Unit>('leaves'),
  begun = <i32>offsetof<Unit>('begun'),
  maskBytes = <i32>offsetof<Unit>('maskBytes'),
  vectorBytes = <i32>offsetof<Unit>('vectorBytes'),
}

/** What both sides take as given. */
export enum place {
  leaves = <i32>LEAVES,
}
