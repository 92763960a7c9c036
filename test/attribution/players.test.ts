import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';

describe('players', () => {
  it('makes every column a player', () => {
    const players = featurePlayers({ featureNames: ['a', 'b'] });
    expect(players).toEqual({ names: ['a', 'b'], ofColumn: Int32Array.of(0, 1) });
  });

  it('merges columns, under any name', () => {
    const players = groupPlayers(['__proto__', 'constructor'], [1, 0, 1]);
    expect(players.names).toEqual(['__proto__', 'constructor']);
    expect([...players.ofColumn]).toEqual([1, 0, 1]);
  });

  it('refuses names given twice', () => {
    expect(() => groupPlayers(['a', 'b', 'a'], [0])).toThrow("player 'a' is given twice");
  });

  it.each([-1, 2, 0.5, Number.NaN])('refuses a column of player %s of 2', (player) => {
    expect(() => groupPlayers(['a', 'b'], [0, player])).toThrow(
      `column 1 belongs to player ${player}, expected a whole number from 0 to 1`,
    );
  });
});
