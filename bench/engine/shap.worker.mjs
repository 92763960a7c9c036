// What ours.mjs runs on worker threads: attributions of a row range, block by block; nothing is sent back.
import { attributeRows } from '../../dist/attribution/attribute.js';

export function run({ plan, features, from, to, block }) {
  const width = plan.players.names.length * plan.classes;
  const out = new Float64Array(block * width);
  for (let start = from; start < to; start += block) {
    const end = Math.min(start + block, to);
    attributeRows(plan, features, { from: start, to: end }, out.subarray(0, (end - start) * width));
  }
  return to - from;
}
