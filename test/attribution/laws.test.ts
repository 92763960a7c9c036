import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { createRandom, type Random } from '../../src/math/random.js';
import { attribute, checkLaws, expectAdditivity, type Situation } from '../properties/attribution-laws.js';
import { ensembleOf, longChain, randomEnsemble, randomTable } from '../properties/random-ensembles.js';

/** A situation with many players, repeated columns, missing values and zero covers. */
function anySituation(random: Random): Situation {
  const columns = 3 + random.integer(20);
  const classes = 1 + random.integer(4);
  const ensemble = randomEnsemble(random, {
    columns,
    depth: 1 + random.integer(9),
    zeroCover: 0.05,
    classes,
    trees: 1 + random.integer(6),
  });
  const table = randomTable(random, { rows: 1 + random.integer(30), columns });
  const models = 2 + random.integer(4);
  const players =
    random.integer(2) === 0
      ? featurePlayers(ensemble)
      : groupPlayers(
          Array.from({ length: models }, (_, model) => `model ${model}`),
          Array.from({ length: columns }, () => random.integer(models)),
        );
  return { ensemble, players, table };
}

/** Checks a law on random situations. */
function law(name: string, check: (situation: Situation, random: Random) => void): void {
  it(name, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        check(anySituation(random), random);
      }),
      { numRuns: 40 },
    );
  });
}

describe('laws of attribution', () => {
  checkLaws(law, 10);

  law('groups of one column each are the columns', ({ ensemble, table }) => {
    const names = ensemble.featureNames.map((name) => `model of ${name}`);
    const groups = groupPlayers(
      names,
      names.map((_, column) => column),
    );
    const single = attribute({ ensemble, players: featurePlayers(ensemble), table });
    expect(attribute({ ensemble, players: groups, table })).toEqual(single);
  });

  it('hold on a chain 9000 deep', () => {
    const random = createRandom('endless');
    const ensemble = ensembleOf([longChain(random, 9000)], { classes: 1, columns: 5 });
    const table = randomTable(random, { rows: 2, columns: 5 });
    expectAdditivity({ ensemble, players: featurePlayers(ensemble), table });
  });
});
