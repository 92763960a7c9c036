import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { createRandom, type Random } from '../../src/math/random.js';
import {
  attribute,
  expectAdditivity,
  expectBlockInvariance,
  expectDummy,
  expectGrandPlayer,
  expectLinearity,
  expectPlayerOrderInvariance,
  expectRowOrderInvariance,
  expectSymmetry,
  type Situation,
} from '../properties/attribution-laws.js';
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
  law('additivity: bias + attributions = margin', (situation) => expectAdditivity(situation));
  law('dummy: a player that is not tested gets 0', (situation) => expectDummy(situation));
  law('symmetry: exchangeable columns get equal shares', (situation) => expectSymmetry(situation, 0, 2));
  law('linearity: an ensemble is the sum of its trees', (situation) => expectLinearity(situation));
  law('one player who owns all gets margin - bias', (situation) => expectGrandPlayer(situation));
  law('rows may be cut into any blocks', (situation, random) =>
    expectBlockInvariance(situation, 1 + random.integer(10)),
  );
  law('rows may stand in any order', (situation, random) =>
    expectRowOrderInvariance(situation, random.shuffle([...Array(situation.table.rows).keys()])),
  );
  law('players may be numbered in any order', (situation, random) =>
    expectPlayerOrderInvariance(situation, random.shuffle([...situation.players.names.keys()])),
  );

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
