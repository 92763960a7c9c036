/** Which positions a round learns from. */
import { BagJob } from './job';

/**
 * Draws so many of the listed positions without replacement, each set equally likely, and lists them and then the others,
 * both in the order of the list (Knuth's algorithm S, TAOCP volume 2, 3.4.2). The numbers are those that src/math/random.ts
 * draws one by one from the same state. O(total).
 */
export function draw(job: BagJob): void {
  let a = job.a;
  let b = job.b;
  let c = job.c;
  let counter = job.counter;
  let bag = <usize>job.positions;
  let rest = bag + (<usize>job.count << 2);
  // whole numbers in float64, which the numbers drawn are compared with
  let left = <f64>job.total;
  let wanted = <f64>job.count;
  let from = <usize>job.list;
  for (const end = from + (<usize>job.total << 2); from < end; from += 4) {
    const high = a + b + counter++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + high;
    const low = a + b + counter++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + low;
    const uniform = (<f64>(<i32>(high >>> 5)) * 67108864.0 + <f64>(<i32>(low >>> 6))) * 1.1102230246251565e-16;
    // no branch, which nobody could foretell
    const takes = uniform * left < wanted;
    store<u32>(takes ? bag : rest, load<u32>(from));
    bag += <usize>(<i32>takes << 2);
    rest += <usize>((1 - <i32>takes) << 2);
    wanted -= <f64>(<i32>takes);
    left -= 1.0;
  }
}
