import { addScaled, high, low, narrow } from './wide';

/** Slope of LeakyReLU below 0, as in Velickovic et al. 2018. */
const SLOPE: f64 = 0.2;

/**
 * Scores of items before the softmax, [item][head]: vector . LeakyReLU(item + target) over each head's columns, in order.
 * Items of segment v are at offsets[v] until offsets[v + 1]; items [items][heads x width], targets [segments][the same],
 * vector [heads x width].
 */
export function attentionScores(
  segments: i32,
  heads: i32,
  width: i32,
  offsets: usize,
  items: usize,
  targets: usize,
  vector: usize,
  scores: usize,
): void {
  const bytes = <usize>(heads * width) << 2;
  for (let v = 0; v < segments; v++) {
    const end = load<i32>(offsets + 4);
    for (let item = load<i32>(offsets); item < end; item++) {
      let from = items + <usize>item * bytes;
      let target = targets;
      let weight = vector;
      for (let h = 0; h < heads; h++) {
        let score: f64 = 0;
        let j = 0;
        for (; j + 4 <= width; j += 4) {
          const x = v128.load(from);
          const y = v128.load(target);
          const a = v128.load(weight);
          const first = f64x2.mul(low(a), leaky(f64x2.add(low(x), low(y))));
          const last = f64x2.mul(high(a), leaky(f64x2.add(high(x), high(y))));
          score += f64x2.extract_lane(first, 0);
          score += f64x2.extract_lane(first, 1);
          score += f64x2.extract_lane(last, 0);
          score += f64x2.extract_lane(last, 1);
          from += 16;
          target += 16;
          weight += 16;
        }
        for (; j < width; j++) {
          const x = <f64>f32.load(from) + <f64>f32.load(target);
          score += <f64>f32.load(weight) * Math.max(x, SLOPE * x);
          from += 4;
          target += 4;
          weight += 4;
        }
        f32.store(scores + (<usize>(item * heads + h) << 2), <f32>score);
      }
    }
    offsets += 4;
    targets += bytes;
  }
}

// @ts-expect-error AssemblyScript
@inline
function leaky(x: v128): v128 {
  return f64x2.max(x, f64x2.mul(f64x2.splat(SLOPE), x));
}

/** sums[segment] += share x item over the segment's items, by head; `sums` [segments][heads x width] were set to zeros. */
export function attentionSums(
  segments: i32,
  heads: i32,
  width: i32,
  offsets: usize,
  items: usize,
  shares: usize,
  sums: usize,
): void {
  const side = <usize>width << 2;
  const bytes = <usize>heads * side;
  for (let v = 0; v < segments; v++) {
    const end = load<i32>(offsets + 4);
    for (let item = load<i32>(offsets); item < end; item++) {
      for (let h: usize = 0; h < <usize>heads; h++) {
        const share = <f64>f32.load(shares + ((<usize>(item * heads) + h) << 2));
        addScaled(sums + h * side, items + <usize>item * bytes + h * side, share, width);
      }
    }
    offsets += 4;
    sums += bytes;
  }
}

/**
 * The gradients of the sums from theirs, `dy`: of the items in `dItems`, those of targets and vector added to what
 * `dTargets` and `dVector` (float64, [heads x width]) hold. With s the shares and e the scores: ds = dy . item, de = s (ds
 * - sum of s ds over the segment). `dScores` [item][head] and `mean` (float64, [head]) are working memory.
 */
export function attentionBack(
  segments: i32,
  heads: i32,
  width: i32,
  offsets: usize,
  items: usize,
  targets: usize,
  vector: usize,
  shares: usize,
  dy: usize,
  dScores: usize,
  mean: usize,
  dItems: usize,
  dTargets: usize,
  dVector: usize,
): void {
  const side = <usize>width << 2;
  const bytes = <usize>heads * side;
  for (let v = 0; v < segments; v++) {
    const start = load<i32>(offsets);
    const end = load<i32>(offsets + 4);
    scoreGradients(start, end, heads, width, items, shares, dy, dScores, mean);
    for (let item = start; item < end; item++) {
      const row = <usize>item * bytes;
      for (let h: usize = 0; h < <usize>heads; h++) {
        const place = (<usize>(item * heads) + h) << 2;
        const at = h * side;
        itemBack(
          width,
          <f64>f32.load(shares + place),
          <f64>f32.load(dScores + place),
          items + row + at,
          targets + at,
          vector + at,
          dy + at,
          dItems + row + at,
          dTargets + at,
          dVector + 2 * at,
        );
      }
    }
    offsets += 4;
    targets += bytes;
    dy += bytes;
    dTargets += bytes;
  }
}

/** de of a segment's items. */
// @ts-expect-error AssemblyScript
@inline
function scoreGradients(
  start: i32,
  end: i32,
  heads: i32,
  width: i32,
  items: usize,
  shares: usize,
  dy: usize,
  dScores: usize,
  mean: usize,
): void {
  for (let h: usize = 0; h < <usize>heads; h++) f64.store(mean + (h << 3), 0);
  let from = items + (<usize>(start * heads * width) << 2);
  for (let item = start; item < end; item++) {
    let d = dy;
    for (let h = 0; h < heads; h++) {
      let dot: f64 = 0;
      let j = 0;
      for (; j + 4 <= width; j += 4) {
        const x = v128.load(from);
        const y = v128.load(d);
        const first = f64x2.mul(low(y), low(x));
        const last = f64x2.mul(high(y), high(x));
        dot += f64x2.extract_lane(first, 0);
        dot += f64x2.extract_lane(first, 1);
        dot += f64x2.extract_lane(last, 0);
        dot += f64x2.extract_lane(last, 1);
        from += 16;
        d += 16;
      }
      for (; j < width; j++) {
        dot += <f64>f32.load(d) * <f64>f32.load(from);
        from += 4;
        d += 4;
      }
      const place = <usize>(item * heads + h) << 2;
      f32.store(dScores + place, <f32>dot);
      const sum = mean + (<usize>h << 3);
      f64.store(sum, f64.load(sum) + <f64>f32.load(shares + place) * dot);
    }
  }
  for (let item = start; item < end; item++) {
    for (let h = 0; h < heads; h++) {
      const place = <usize>(item * heads + h) << 2;
      const moved = <f64>f32.load(dScores + place) - f64.load(mean + (<usize>h << 3));
      f32.store(dScores + place, <f32>(<f64>f32.load(shares + place) * moved));
    }
  }
}

/** What one head of an item passes on. */
// @ts-expect-error AssemblyScript
@inline
function itemBack(
  width: i32,
  share: f64,
  score: f64,
  item: usize,
  target: usize,
  vector: usize,
  dy: usize,
  dItem: usize,
  dTarget: usize,
  dVector: usize,
): void {
  const shares = f64x2.splat(share);
  const scores = f64x2.splat(score);
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const a = v128.load(item);
    const b = v128.load(target);
    const w = v128.load(vector);
    const d = v128.load(dy);
    const firstX = f64x2.add(low(a), low(b));
    const lastX = f64x2.add(high(a), high(b));
    const first = f64x2.mul(f64x2.mul(scores, low(w)), slopeAt(firstX));
    const last = f64x2.mul(f64x2.mul(scores, high(w)), slopeAt(lastX));
    const own = narrow(f64x2.add(f64x2.mul(shares, low(d)), first), f64x2.add(f64x2.mul(shares, high(d)), last));
    v128.store(dItem, own);
    const sum = v128.load(dTarget);
    v128.store(dTarget, narrow(f64x2.add(low(sum), first), f64x2.add(high(sum), last)));
    v128.store(dVector, f64x2.add(v128.load(dVector), f64x2.mul(scores, leaky(firstX))));
    v128.store(dVector + 16, f64x2.add(v128.load(dVector + 16), f64x2.mul(scores, leaky(lastX))));
    item += 16;
    target += 16;
    vector += 16;
    dy += 16;
    dItem += 16;
    dTarget += 16;
    dVector += 32;
  }
  for (; j < width; j++) {
    const x = <f64>f32.load(item) + <f64>f32.load(target);
    const through = score * <f64>f32.load(vector) * (x > 0 ? 1 : SLOPE);
    f32.store(dItem, <f32>(share * <f64>f32.load(dy) + through));
    f32.store(dTarget, <f32>(<f64>f32.load(dTarget) + through));
    f64.store(dVector, f64.load(dVector) + score * Math.max(x, SLOPE * x));
    item += 4;
    target += 4;
    vector += 4;
    dy += 4;
    dItem += 4;
    dTarget += 4;
    dVector += 8;
  }
}

// @ts-expect-error AssemblyScript
@inline
function slopeAt(x: v128): v128 {
  return v128.bitselect(f64x2.splat(1), f64x2.splat(SLOPE), f64x2.gt(x, f64x2.splat(0)));
}
