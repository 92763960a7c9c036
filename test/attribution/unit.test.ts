import { describe, expect, it } from 'vitest';
import { collectCuts } from '../../src/attribution/cuts.js';
import { codeTrees } from '../../src/attribution/lookup/coded-trees.js';
import { type Part, playersAt, type UnitContext, unitAt, unitOf } from '../../src/attribution/lookup/unit.js';
import { planTree } from '../../src/attribution/plan-tree.js';
import { groupPlayers } from '../../src/attribution/players.js';
import { createRandom } from '../../src/math/random.js';
import { ensembleOf, randomTree } from '../properties/random-ensembles.js';

/** Every part of the tree: a subtree, or what is left of it without another in it. */
function partsOf({ tree, parent }: UnitContext): Part[] {
  const parts: Part[] = [];
  for (let without = 0; without < parent.length; without++) {
    parts.push({ node: without, without: -1 });
    for (let node = parent[without]; node >= 0; node = parent[node]) parts.push({ node, without });
  }
  return parts.filter(({ node }) => tree.left[node] >= 0);
}

describe('units', () => {
  it.each([
    { players: 5, mostStates: 32 },
    { players: 20, mostStates: 256 },
    // more players than are told apart before a part is described
    { players: 70, mostStates: 64 },
  ])('are all parts of few enough states, $players players', ({ players, mostStates }) => {
    const random = createRandom(`units of ${players}`);
    const columns = 2 * players;
    const owners = groupPlayers(
      Array.from({ length: players }, (_, player) => `p${player}`),
      Array.from({ length: columns }, (_, column) => column % players),
    );
    const met = { units: 0, tooLarge: 0 };
    for (let n = 0; n < 8; n++) {
      const tree = randomTree(random, { columns, depth: 6 });
      const ensemble = ensembleOf([tree], { columns, classes: 1, random });
      const plans = [planTree(tree, owners.ofColumn, 0)];
      const [coded] = codeTrees(plans, owners, collectCuts(ensemble), new Uint8Array(columns));
      const context = { ...coded, mostStates };
      for (const part of partsOf(context)) {
        const { players: described, leaves } = playersAt(context, part);
        const expected = unitOf(described, { node: part.node, leaves, mostStates });
        expect(unitAt(context, part)).toEqual(expected);
        met[expected === null ? 'tooLarge' : 'units']++;
      }
    }
    expect(Math.min(met.units, met.tooLarge)).toBeGreaterThan(20);
  });
});
