/** What one leaf adds to a unit's states. */
import { Unit } from './job';

/**
 * Writes at `masks` which of a leaf's slots are satisfied in every state of the unit. States count players in mixed radix, the
 * first fastest; a player's digit adds its bits.
 */
export function findMasks(unit: Unit, masks: usize): void {
  let radix = <usize>unit.radices;
  let bits = <usize>unit.bits;
  let known: usize = 2;
  store<u16>(masks, 0);
  for (const end = radix + 4 * <usize>unit.players; radix < end; radix += 4) {
    const digits = <usize>load<u32>(radix);
    // the first digit's own states last: the others copy them
    for (let digit = digits - 1; digit > 0; digit--) addBits(masks, known, load<u16>(bits + 2 * digit), masks + digit * known);
    addBits(masks, known, load<u16>(bits), masks);
    bits += 2 * digits;
    known *= digits;
  }
}

/** Copies so many bytes of masks, with bits added. */
function addBits(from: usize, bytes: usize, bits: u16, to: usize): void {
  let at: usize = 0;
  const wide = i16x8.splat(bits);
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.or(v128.load(from + at), wide));
  for (; at < bytes; at += 2) store<u16>(to + at, load<u16>(from + at) | bits);
}

/**
 * Writes at `vectors` the Shapley values of a leaf's game for every set of satisfied slots, [mask][player of the unit]: the sum over
 * quadrature points of weight * value * prod_{j != i} f_j * (o_i - z_i), with f_j = o_j t + z_j (1 - t) (Owen 1972).
 */
export function leafVectors(unit: Unit, vectors: usize): void {
  const slots = <usize>unit.slots;
  const bytes: usize = 8 << slots;
  memory.fill(<usize>unit.slopes, 0, slots * bytes);
  for (let point: usize = 0; point < <usize>unit.points; point++) {
    const t = load<f64>(<usize>unit.nodes + 8 * point);
    fillProducts(unit, unit.value * load<f64>(<usize>unit.weights + 8 * point), t);
    const absent = -1.0 / (1.0 - t);
    for (let slot: usize = 0; slot < slots; slot++) {
      const share = load<f64>(<usize>unit.shares + 8 * slot);
      const present = (1.0 - share) / (t + share * (1.0 - t));
      addSlopes(<usize>unit.products, <usize>unit.slopes + slot * bytes, bytes, <i32>slot, absent, present);
    }
  }
  spread(unit, bytes, vectors);
}

/** Writes products[mask] = value * prod_j f_j. */
function fillProducts(unit: Unit, value: f64, t: f64): void {
  const products = <usize>unit.products;
  store<f64>(products, value);
  let bytes: usize = 8;
  for (let slot: usize = 0; slot < <usize>unit.slots; slot++) {
    const absent = load<f64>(<usize>unit.shares + 8 * slot) * (1.0 - t);
    const present = absent + t;
    for (let at = products; at < products + bytes; at += 8) {
      const product = load<f64>(at);
      store<f64>(at + bytes, product * present);
      store<f64>(at, product * absent);
    }
    bytes *= 2;
  }
}

/** Adds products[mask] times the slot's gain, which depends on its bit of the mask. */
function addSlopes(products: usize, slopes: usize, bytes: usize, slot: i32, absent: f64, present: f64): void {
  if (slot == 0) {
    const gain = f64x2.replace_lane(f64x2.splat(absent), 1, present);
    addProducts(products, slopes, bytes, gain);
    return;
  }
  const run: usize = 8 << slot;
  for (let at: usize = 0; at < bytes; at += 2 * run) {
    addProducts(products + at, slopes + at, run, f64x2.splat(absent));
    addProducts(products + at + run, slopes + at + run, run, f64x2.splat(present));
  }
}

function addProducts(products: usize, slopes: usize, bytes: usize, gain: v128): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const slope = f64x2.mul(v128.load(products + at), gain);
    v128.store(slopes + at, f64x2.add(v128.load(slopes + at), slope));
  }
}

/** Turns [slot][mask] into [mask][player of the unit]. */
function spread(unit: Unit, bytes: usize, vectors: usize): void {
  const step: usize = 8 * <usize>unit.width;
  memory.fill(vectors, 0, (bytes >> 3) * step);
  for (let slot: usize = 0; slot < <usize>unit.slots; slot++) {
    const from: usize = <usize>unit.slopes + slot * bytes;
    let to: usize = vectors + 8 * <usize>load<u32>(<usize>unit.slotPlaces + 4 * slot);
    for (let at: usize = 0; at < bytes; at += 8, to += step) store<f64>(to, load<f64>(from + at));
  }
}
