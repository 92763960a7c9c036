import { describe, expect, it } from 'vitest';
import {
  type BoostingOptions,
  boostingOptions,
  DEFAULT_BOOSTING,
  PP_GLAM,
} from '../../src/ensemble/boosting-options.js';
import { EsciSelectError } from '../../src/errors.js';

function problem(given: Record<string, unknown>): EsciSelectError {
  try {
    boostingOptions(given as Partial<BoostingOptions>);
  } catch (error) {
    if (error instanceof EsciSelectError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('boostingOptions', () => {
  it('puts what is given over the defaults and ignores undefined', () => {
    const options = boostingOptions({ rounds: 7, seed: undefined });
    expect(options).toEqual({ ...DEFAULT_BOOSTING, rounds: 7 });
  });

  it('accepts the reference recipe, whose published settings it has', () => {
    expect(boostingOptions(PP_GLAM)).toEqual(PP_GLAM);
    expect(PP_GLAM).toMatchObject({
      rounds: 1500,
      learningRate: 0.005,
      maxLeaves: 25,
      maxDepth: 25,
      minDataInLeaf: 25,
      featureFraction: 0.8,
      baggingFraction: 0.8,
      baggingFrequency: 200,
      classWeights: 'balanced',
    });
  });

  it.each([
    ['rounds', 0],
    ['rounds', 1.5],
    ['learningRate', 0],
    ['learningRate', 1.1],
    ['learningRate', Number.NaN],
    ['multiStrategy', 'vector'],
    ['growth', 'sideways'],
    ['maxDepth', -1],
    ['minChildWeight', -1],
    ['lambda', Number.POSITIVE_INFINITY],
    ['featureFraction', 0],
    ['baggingFraction', 2],
    ['classWeights', 'heavy'],
    ['classWeights', 1.1],
    ['classWeights', Number.NaN],
    ['classWeights', [0, 0]],
    ['classWeights', [1, -1]],
    ['maxBins', 256],
    ['maxBins', 1],
    ['priors', 'yes'],
    ['seed', -1],
    ['seed', '1'],
  ])('refuses %s = %s, naming it and what it takes', (name, value) => {
    const error = problem({ [name]: value });
    expect(error.code).toBe('usage');
    expect(error.message).toContain(name);
    expect(error.hint).toContain(`${name} takes`);
  });

  it('refuses an unknown option with the nearest name', () => {
    expect(problem({ maxDepht: 3 }).hint).toContain("did you mean 'maxDepth'?");
    expect(problem({ constructor: 3 }).message).toContain('unknown');
  });

  it('refuses trees without any limit', () => {
    expect(problem({ maxDepth: 0, maxLeaves: 0 }).hint).toContain('maxLeaves');
    expect(boostingOptions({ maxDepth: 0, maxLeaves: 8 }).maxLeaves).toBe(8);
  });
});
