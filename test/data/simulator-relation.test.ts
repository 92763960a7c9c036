import { describe, expect, it } from 'vitest';
import { type Facts, NONE, type Wishes } from '../../src/data/simulator/facts.js';
import { LABEL_NOISE } from '../../src/data/simulator/noise.js';
import {
  apparentRelation,
  COMPLEMENT,
  EXACT,
  IRRELEVANT,
  mayMeet,
  relationOf,
  SUBSTITUTE,
} from '../../src/data/simulator/relation.js';

const facts: Facts = {
  family: 0,
  role: 0,
  brand: 1,
  line: 2,
  colour: 3,
  material: 1,
  size: 2,
  audience: NONE,
  feature: true,
};
const plain: Wishes = {
  family: 0,
  brand: NONE,
  line: NONE,
  colour: NONE,
  material: NONE,
  size: NONE,
  audience: NONE,
  feature: null,
};
const query = (wishes: Wishes, role = 0) => ({
  locale: 'us' as const,
  hidden: 'open' as const,
  wishes,
  candidates: [{ value: role, prior: 1 }],
  truth: 0,
});

describe('relationOf', () => {
  it('tells exact from substitute by the wishes', () => {
    expect(relationOf(0, plain, facts)).toBe(EXACT);
    expect(relationOf(0, { ...plain, brand: 1, colour: 3, feature: true }, facts)).toBe(EXACT);
    expect(relationOf(0, { ...plain, brand: 2 }, facts)).toBe(SUBSTITUTE);
    expect(relationOf(0, { ...plain, audience: 1 }, facts)).toBe(SUBSTITUTE);
    expect(relationOf(0, { ...plain, feature: false }, facts)).toBe(SUBSTITUTE);
  });

  it('calls a product that misses three wishes irrelevant', () => {
    expect(relationOf(0, { ...plain, brand: 2, colour: 1 }, facts)).toBe(SUBSTITUTE);
    expect(relationOf(0, { ...plain, brand: 2, colour: 1, size: 0 }, facts)).toBe(IRRELEVANT);
  });

  it('calls a denied allergen irrelevant, but not a lacking one', () => {
    const pods = { ...facts, role: 2 };
    expect(relationOf(2, { ...plain, feature: false }, pods)).toBe(IRRELEVANT);
    expect(relationOf(2, { ...plain, feature: true }, { ...pods, feature: false })).toBe(SUBSTITUTE);
  });

  it('relates types: devices stand in for each other, accessories go with devices, the rest is irrelevant', () => {
    expect(relationOf(1, plain, facts)).toBe(SUBSTITUTE);
    expect(relationOf(2, plain, facts)).toBe(COMPLEMENT);
    expect(relationOf(0, plain, { ...facts, role: 3 })).toBe(COMPLEMENT);
    expect(relationOf(2, plain, { ...facts, role: 3 })).toBe(IRRELEVANT);
    expect(relationOf(0, plain, { ...facts, family: 1 })).toBe(IRRELEVANT);
  });
});

describe('apparentRelation and mayMeet', () => {
  const silent = {
    locale: 'us' as const,
    hidden: 'feature' as const,
    candidates: [
      { value: facts, prior: 0.5 },
      { value: { ...facts, feature: false }, prior: 0.5 },
    ],
    truth: 0,
  };

  it('is null exactly where it depends on what is hidden', () => {
    expect(apparentRelation(query(plain), silent)).toBe(EXACT);
    expect(apparentRelation(query({ ...plain, feature: true }), silent)).toBeNull();
    expect(apparentRelation(query({ ...plain, feature: true }, 1), silent)).toBe(SUBSTITUTE);
  });

  it('keeps two that hide something apart, and hidden types from wishes about size or feature', () => {
    const hiddenType = { ...silent, hidden: 'type' as const };
    expect(mayMeet({ ...query(plain), hidden: 'type' }, silent)).toBe(false);
    expect(mayMeet(query(plain), hiddenType)).toBe(true);
    expect(mayMeet(query({ ...plain, size: 1 }), hiddenType)).toBe(false);
    expect(mayMeet(query({ ...plain, feature: true }), hiddenType)).toBe(false);
    expect(mayMeet({ ...query(plain), locale: 'jp' }, silent)).toBe(false);
  });
});

describe('LABEL_NOISE', () => {
  it('is a distribution per relation whose likeliest label is the relation', () => {
    LABEL_NOISE.forEach((row, relation) => {
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(row.indexOf(Math.max(...row))).toBe(relation);
    });
  });
});
