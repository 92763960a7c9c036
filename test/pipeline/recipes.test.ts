import { describe, expect, it } from 'vitest';
import { boostingFlags } from '../../src/cli/boosting-flags.js';
import { boostingOptions } from '../../src/ensemble/boosting-options.js';
import { parseRecipe, RECIPES } from '../../src/pipeline/recipes.js';

describe('recipes', () => {
  it('hold the PP-GLAM settings that the paper gives, and choose by summed SHAP', () => {
    const { boosting, strategy } = RECIPES['pp-glam'];
    expect(boosting).toMatchObject({
      ...{ rounds: 1500, learningRate: 0.005, growth: 'leafwise', maxLeaves: 25, maxDepth: 25 },
      ...{ minDataInLeaf: 25, featureFraction: 0.8, baggingFraction: 0.8, baggingFrequency: 200 },
      classWeights: 'balanced',
    });
    expect(boosting).not.toHaveProperty('seed');
    expect(strategy).toBe('shap');
    expect(boostingOptions(boosting).rounds).toBe(1500);
  });

  it('give way to flags beside them', () => {
    expect(boostingFlags({ recipe: 'pp-glam', rounds: 10 })).toMatchObject({ rounds: 10, maxLeaves: 25 });
    expect(boostingFlags({ rounds: 10 })).toEqual({ rounds: 10 });
    const multiStrategy = 'multi_output_tree';
    expect(boostingFlags({ recipe: 'pp-glam', multiStrategy })).toMatchObject({
      multiStrategy,
      rounds: 1500,
    });
  });

  it('are named in the error for an unknown one', () => {
    expect(parseRecipe('pp-glam')).toBe('pp-glam');
    expect(() => parseRecipe('pp-glum')).toThrow("recipe 'pp-glum' is unknown");
  });
});
