import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { createRandom, type Random } from '../../src/math/random.js';
import {
  attribute,
  distance,
  expectAdditivity,
  expectBlockInvariance,
  expectDummy,
  expectGrandPlayer,
  expectLinearity,
  expectPlayerOrderInvariance,
  expectRowOrderInvariance,
  expectSymmetry,
  ROUNDING,
  type Situation,
} from '../properties/attribution-laws.js';
import { ensembleOf, longChain, randomEnsemble, randomTable } from '../properties/random-ensembles.js';

/** A situation with more players than some plans have bits for, repeated columns, missing values and zero covers. */
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
  const options = [{}, { tableBits: 4 }, { tableBits: 4, sparseBits: 6 }][random.integer(3)];
  return { ensemble, players, table, options };
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

  law('groups of one column each are the columns', ({ ensemble, table, options }) => {
    const names = ensemble.featureNames.map((name) => `model of ${name}`);
    const groups = groupPlayers(
      names,
      names.map((_, column) => column),
    );
    const single = attribute({ ensemble, players: featurePlayers(ensemble), table, options });
    expect(attribute({ ensemble, players: groups, table, options })).toEqual(single);
  });

  law('all plans of a tree agree', (situation) => {
    const tabled = attribute({ ...situation, options: {} });
    for (const options of [{ tableBits: 0 }, { tableBits: 5, sparseBits: 3 }, { tableBits: 12 }]) {
      expect(distance(attribute({ ...situation, options }), tabled)).toBeLessThan(ROUNDING);
    }
  });

  it.each([
    [9000, {}],
    [1000, { tableBits: 2, sparseBits: 3 }],
  ])('hold on a chain %i deep planned with %o', (depth, options) => {
    const random = createRandom('endless');
    const ensemble = ensembleOf([longChain(random, depth)], { classes: 1, columns: 5 });
    const table = randomTable(random, { rows: 2, columns: 5 });
    expectAdditivity({ ensemble, players: featurePlayers(ensemble), table, options });
  });

  it('hold over several tiles, in blocks that cut them', () => {
    const random = createRandom('tiles');
    const ensemble = randomEnsemble(random, { columns: 8, depth: 6, classes: 2, trees: 4 });
    const table = randomTable(random, { rows: 1500, columns: 8 });
    const situation = { ensemble, players: featurePlayers(ensemble), table };
    expectAdditivity(situation);
    expectBlockInvariance(situation, 700);
    expectRowOrderInvariance(situation, random.shuffle([...Array(1500).keys()]));
  });
});
