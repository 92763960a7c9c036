import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { createRandom } from '../../src/math/random.js';
import { attribute, distance } from '../properties/attribution-laws.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

/** Largest difference between the float32 tables and the float64 methods that is allowed (issue 3). */
const TOLERANCE = 2e-6;

describe('attribution by look-ups', () => {
  it('equals the float64 methods on random ensembles, whatever is missing', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 1 + random.integer(12);
        const shape = { columns, depth: 1 + random.integer(8), zeroCover: 0.1 };
        const classes = 2 + random.integer(9);
        const ensemble = randomEnsemble(random, { ...shape, classes, trees: 1 + random.integer(14) });
        const table = randomTable(random, { rows: 1 + random.integer(150), columns });
        const names = ['a', 'b', '__proto__', 'd', 'unused'].slice(0, 1 + random.integer(5));
        const ofColumn = Array.from({ length: columns }, () => random.integer(names.length));
        for (const players of [featurePlayers(ensemble), groupPlayers(names, ofColumn)]) {
          const exact = attribute({ ensemble, players, table });
          const options = { lookup: true };
          expect(distance(attribute({ ensemble, players, table, options }), exact)).toBeLessThan(TOLERANCE);
        }
      }),
      { numRuns: 60 },
    );
  });
});
