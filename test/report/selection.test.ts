import { describe, expect, it } from 'vitest';
import { auditSection, auditSentences } from '../../src/report/audit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { redundancySection } from '../../src/report/redundancy.js';
import { evidenceSentences } from '../../src/report/sentences.js';
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
