import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.js';
import { auditSection, auditSentences } from '../../src/report/sections/audit.js';
import { frontiersOfBudget } from '../../src/report/sections/frontier.js';
import { redundancySection } from '../../src/report/sections/redundancy.js';
import { evidenceSentences, noiseSentence } from '../../src/report/sentences.js';
import { costNames, summedCost } from '../../src/report/tables.js';
import { decisionOf, reportOf } from './decisions.js';

const decision = decisionOf(['alpha', '_beta_']);

describe('redundancy in the report', () => {
  it('shows the credit of a cluster beside those of its members, names escaped', () => {
    const text = redundancySection(decision);
    expect(text).toContain('| alpha and \\_beta\\_ | alpha | 0.500 | 0.300, 0.300 | 0.960 |');
    expect(text).toContain('| alpha | \\_beta\\_ | 0.960 | – |');
    expect(renderMarkdown(reportOf(decision))).toContain('## Redundancy');
  });

  it('says so when no two models are alike, and when there is one model', () => {
    const apart = { ...decision, redundancy: { ...decision.redundancy, clusters: [] } };
    expect(redundancySection(apart)).toContain('No two models correlate by 0.95 or more');
    expect(redundancySection(decisionOf(['alpha']))).toBe('There is one model, so none is redundant.');
  });
});

describe('the audit in the report', () => {
  const audited = {
    ...decision,
    audit: {
      metric: 'macroF1' as const,
      ...{ subsets: 298, best: { models: ['_beta_'], score: 0.7 }, regret: 0.012 },
      strategies: [{ strategy: 'shap', score: 0.688, regret: 0.012, place: 14 }],
    },
  };

  it('says what the choice costs, and how the others did', () => {
    expect(auditSentences(audited)[0]).toContain(
      'choosing by shap loses 0.012 macro F1 against the best of 298 sets that fit, in hindsight: _beta_ (0.700',
    );
    expect(renderMarkdown(reportOf(audited))).toContain('| shap | 0.688 | 0.012 | 14 |');
  });

  it('has no section without an audit', () => {
    expect(auditSection(decision)).toEqual([]);
    expect(auditSentences(decision)).toEqual([]);
    expect(renderMarkdown(reportOf(decision))).not.toContain('What the choice costs');
  });
});

describe('non-inferiority in the report', () => {
  it.each([
    ['non-inferior', 'is not inferior'],
    ['inferior', 'is inferior'],
    ['undecided', 'too few'],
  ] as const)('says in words that pruning is %s', (verdict, words) => {
    const decided = { ...decision, nonInferiority: { metric: 'macroF1' as const, margin: 0.02, verdict } };
    expect(evidenceSentences(decided).join(' ')).toContain('accepted loss of 0.02 macro F1');
    expect(evidenceSentences(decided).join(' ')).toContain(words);
    expect(evidenceSentences(decision).join(' ')).not.toContain('accepted loss');
  });
});

describe('evidence and frontiers in the report', () => {
  const point = (models: string[], cost: number, value: number) => ({
    ...{ models, cost, score: value, low: value - 0.02, high: value + 0.02 },
  });
  const points = [
    point(['alpha'], 1, 0.6),
    point(['alpha', '_beta_'], 2, 0.7),
    point(['c', 'd', 'e'], 3, 0.71),
  ];
  const base = { metric: 'macroF1' as const, sets: 7, points, knee: 1, enough: 2 };
  const evidence = {
    shap: { low: 0.4, high: 0.6 },
    rank: { low: 1, high: 2 },
    keptShare: 0.996,
    keptDraws: 900,
  };
  const known = {
    ...decision,
    ranking: decision.ranking.map((line) => ({ ...line, evidence })),
    frontiers: [
      { ...base, cost: 'models', unit: 'models' },
      { ...base, cost: 'latency_ms', unit: 'ms/row', knee: 0, enough: 0, points: points.slice(0, 1) },
    ],
  };

  it('shows intervals of contributions and ranks, and how often each model is kept', () => {
    const text = renderMarkdown(reportOf(known));
    expect(text).toContain('kept in resamples of 900');
    expect(text).toContain('| 1 [1, 2] | text | kept | 0.500 [0.400, 0.600] | 0.400 | &gt;99% |');
    expect(text).toContain('ensembles are not fitted again');
    expect(renderMarkdown(reportOf(decision))).not.toContain('kept in resamples');
  });

  it('names the knee, the best set and the cheapest that is as good', () => {
    const text = renderMarkdown(reportOf(known));
    expect(text).toContain('| alpha and \\_beta\\_ | 2 | 0.700 [0.680, 0.720] | knee |');
    expect(text).toContain('| c, d and e | 3 | 0.710 [0.690, 0.730] | best |');
    expect(text).toContain('The knee is at 2 models (alpha and \\_beta\\_, macro F1 0.700)');
    expect(text).toContain('more buys nothing: the best of 7 sets scored is also the cheapest');
    expect(renderMarkdown(reportOf(decision))).not.toContain('What more would buy');
  });

  it('limits what the terminal shows to the budget', () => {
    expect(frontiersOfBudget(known).map(({ cost }) => cost)).toEqual(['models']);
    const limited = { ...known, budget: { models: null, costs: [{ name: 'latency_ms_per_row', limit: 3 }] } };
    expect(frontiersOfBudget(limited).map(({ cost }) => cost)).toEqual(['models', 'latency_ms']);
  });

  it('says whether differences of two points are noise', () => {
    const text = noiseSentence(decision);
    expect(text).toContain('a difference of two points (0.020) is usually more than noise');
    const wide = decision.differences.map((difference) => ({
      ...difference,
      intervals: { ...difference.intervals, macroF1: [-0.03, 0.03] as const },
    }));
    expect(noiseSentence({ ...decision, differences: wide })).toContain(
      'differences of two points (0.020) in macro F1 are noise here',
    );
  });
});

describe('the cost of a set in tables', () => {
  it('counts shared parts once and takes the dearest of models side by side', () => {
    const shared = {
      ...decision,
      ranking: decision.ranking.map((line) => ({
        ...line,
        costs: { latency_ms: 5, 'latency_ms@encoder': 3 },
      })),
    };
    expect(summedCost(shared, ['alpha', '_beta_'], 'latency_ms')).toBe(7);
    expect(costNames(shared)).toEqual(['latency_ms']);
    const beside = { ...shared, budget: { ...shared.budget, combine: { latency_ms: 'max' as const } } };
    expect(summedCost(beside, ['alpha', '_beta_'], 'latency_ms')).toBe(5);
  });
});
