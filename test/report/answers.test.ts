import { describe, expect, it } from 'vitest';
import { chanceSentences } from '../../src/report/chance.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import {
  candidateTable,
  operatingCurves,
  ruledTable,
  ruleSentences,
  weightTable,
} from '../../src/report/sections/answers.js';
import { bestSingleSentences, bestSingleTable } from '../../src/report/sections/best-singles.js';
import { rankingTable } from '../../src/report/sections/ranking-table.js';
import { choiceSentences, settleSentences } from '../../src/report/sections/recommendation.js';
import { contributionSentences, decisionSentence, evidenceSentences } from '../../src/report/sentences.js';
import { cellText, comparisonTable, type TextTable } from '../../src/report/tables.js';
import { decisionOf, reportOf } from './decisions.js';
import { ruledDecision } from './ruled-decisions.js';

const old = decisionOf(['a', 'b', 'c']);
const decision = ruledDecision(old);

/** The rows of a table as text. */
function textOf({ rows }: TextTable): string[][] {
  return rows.map((row) => row.map(cellText));
}

describe('the ranking', () => {
  it('is ordered by refits and says so, with z, contribution and summed SHAP side by side', () => {
    const table = rankingTable(decision);
    expect(table.caption).toContain('in order of their mean rank over 20 refits of the pool');
    expect(table.head).toEqual([
      ...['model', 'rank', 'family', 'why', 'z against chance', 'contribution over refits'],
      ...['summed SHAP', 'group Shapley', 'kept in resamples of 20'],
    ]);
    expect(textOf(table)[0].slice(1)).toEqual([
      ...['1 [1, 3]', 'text', 'kept', '6.1', '0.400 [0.300, 0.500]', '0.500 [0.400, 0.650]', '0.400', '93%'],
    ]);
    expect(textOf(table)[2][4]).toBe('−0.5 no better than chance');
    expect(contributionSentences(decision).join(' ')).toContain('the pool of all models is fitted again');
    expect(contributionSentences(decision).join(' ')).not.toContain('not fitted again');
  });

  it('of an older decision is by summed SHAP, without columns for what it lacks', () => {
    const table = rankingTable(old);
    expect(table.caption).toBe('Models in order of contribution (mean absolute log-odds)');
    expect(table.head).toEqual(['model', 'rank', 'family', 'why', 'summed SHAP', 'group Shapley']);
    expect(chanceSentences(old)).toEqual([]);
  });

  it('names the models that are no better than chance', () => {
    expect(chanceSentences(decision)[0]).toMatch(
      /^2 of 3 models do better than chance; c is no better than chance \(tested on 300 rows of 60 queries;/,
    );
    const all = { ...decision, ranking: decision.ranking.slice(0, 2) };
    expect(chanceSentences(all)[0]).toMatch(/^Every model does better than chance \(/);
  });
});

describe('the comparison', () => {
  it('has the chance floor beside every single model and nobody else', () => {
    const table = comparisonTable(decision);
    const at = table.head.indexOf('by chance: accuracy, macro F1, weighted F1');
    expect(textOf(table).map((row) => [row[0], row[at]])).toEqual([
      ['constant answer', '–'],
      ['a', '0.400, 0.300, 0.350'],
      ['b', '0.410, 0.310, 0.360'],
      ['c', '0.420, 0.320, 0.370'],
      ['full ensemble', '–'],
      ['pruned ensemble', '–'],
    ]);
    const narrow = comparisonTable(decision, { narrow: true });
    expect(textOf(narrow)[1][narrow.head.indexOf('macro F1 by chance')]).toBe('0.300');
    expect(comparisonTable(old).head.join()).not.toContain('by chance');
  });
});

describe('the choice', () => {
  it('says why, and how the best set is deployed', () => {
    expect(choiceSentences(decision)).toEqual([
      'Keeps 1 where the budget allows 2, because b adds nothing that shows.',
      'The best set within the budget is a and b; rank --keep best keeps and deploys it.',
    ]);
    const same = { ...decision, bestSet: { ...decision.bestSet!, models: ['a'] } };
    expect(choiceSentences(same)).toHaveLength(1);
    expect(choiceSentences(old)).toEqual([]);
  });

  it('recommends nothing where no model beats chance', () => {
    const guess = { ...decision, recommended: false };
    expect(decisionSentence(guess)).toMatch(
      /^No model beats chance: nothing is recommended\. The set that would be kept within 1 model is a guess: a \(1 of 1\)\. /,
    );
    expect(decisionSentence(guess)).not.toMatch(/\bKeep\b/);
    expect(choiceSentences(guess)).toEqual([]);
    expect(decisionSentence(decision)).toMatch(
      /^Within 1 model: keep a \(1 of 1\)\. Pruning costs 0\.005 macro F1 /,
    );
  });

  it('says how many more queries would settle it, to two digits', () => {
    expect(settleSentences(decision)).toEqual([
      'About 3,800 more judged queries would tell the macro F1 of the pruned ensemble from that of a (80% power, if the difference is what it looks like on these 80: +0.004).',
      'No number of judged queries would tell the macro F1 of the pruned ensemble from that of the full ensemble: they look the same.',
    ]);
    const settle = decision.settle!.map((one) => ({ ...one, from: 'best single model by macroF1' }));
    expect(settleSentences({ ...decision, settle })[0]).toContain(
      'from that of the best single model by macro F1 (80% power',
    );
  });
});

describe('how answers are made', () => {
  it('prices the rule in the other scores', () => {
    expect(ruleSentences(decision)).toEqual([
      'Answers by the rule balanced (tau 0.375): out of fold, macro F1 +0.031, accuracy −0.004, weighted F1 +0.002 against the likeliest class.',
    ]);
  });

  it('says so where the rule comes to the likeliest class, and nothing of older decisions', () => {
    const withRule = (name: 'argmax' | 'balanced', tau: number) => {
      const { full, pruned } = decision.ensembles!;
      return { ...decision, ensembles: { full, pruned: { ...pruned, rule: { ...pruned.rule, name, tau } } } };
    };
    expect(ruleSentences(withRule('argmax', 0))).toEqual(['Answers with the likeliest class (rule argmax).']);
    expect(ruleSentences(withRule('balanced', 0))[0]).toContain('(tau 0): with the likeliest class');
    expect(ruleSentences(withRule('balanced', 1.125))).toEqual(['Answers by the rule balanced (tau 1.125).']);
    expect(ruleSentences(old)).toEqual([]);
  });

  it('shows what was weighed, what was taken, and the weights', () => {
    const rows = textOf(candidateTable('pruned ensemble', decision.ensembles!.pruned));
    expect(rows[0]).toEqual(['pool', '0.375', '0.700', '0.600', '0.650', '1.000', '–', 'yes']);
    expect(rows[1].slice(-2)).toEqual(['+0.004 ±0.006', 'no']);
    expect(rows[2][0]).toBe('single, own rule: a');
    expect(textOf(weightTable(decision)!)).toEqual([
      ['a', '0.800', '0.800'],
      ['b', '0.400', '–'],
      ['c', '0.267', '–'],
    ]);
    expect(textOf(ruledTable(decision)!)[1]).toEqual([
      'b',
      '0.25',
      '0.590 (0.600)',
      '0.610 (0.600)',
      '0.600 (0.600)',
    ]);
  });

  it('draws no curve for what has no points', () => {
    expect(operatingCurves(decision).map(({ role, tau }) => [role, tau])).toEqual([
      ['full', 0.125],
      ['pruned', 0.375],
      ['single', 0.25],
    ]);
    const { full, pruned } = decision.ensembles!;
    const bare = { ...decision, bestSingles: [], ensembles: { full: { ...full, curve: [] }, pruned } };
    expect(operatingCurves(bare).map(({ role }) => role)).toEqual(['pruned']);
  });
});

describe('the best single models', () => {
  it('are those of training folds, and the headline compares with them', () => {
    const table = bestSingleTable(decision)!;
    expect(textOf(table)[1]).toEqual([
      ...['macro F1', 'a (in some folds b)', '0.25', '0.650 [0.630, 0.670]'],
      ...['+0.050 [+0.040, +0.060] (better)', '+0.004 [−0.006, +0.014] (within noise)'],
    ]);
    expect(evidenceSentences(decision)[1]).toMatch(
      /^Full ensemble against the best single model, chosen on training folds and answering by the same rule: accuracy \+0\.050/,
    );
    expect(evidenceSentences(old)[1]).toMatch(
      /^Full ensemble against the best single model: accuracy \+0\.100/,
    );
    expect(bestSingleSentences(decision)[1]).toContain(
      'In hindsight, chosen on the very rows of the evaluation',
    );
    expect(bestSingleTable(old)).toBeNull();
  });
});

describe('renderMarkdown of a decision of either version', () => {
  it('has the new sections only where there is something to say', () => {
    const [before, after] = [old, decision].map((one) => renderMarkdown(reportOf(one)));
    for (const heading of ['## How answers are made', '## Best single models']) {
      expect(before).not.toContain(heading);
      expect(after).toContain(heading);
    }
    expect(after).toContain('- Answers by the rule balanced (tau 0.375)');
    expect(after).not.toMatch(/undefined|NaN|\[object/);
  });

  it('escapes names wherever they stand', () => {
    const hostile = '<script>alert(1)</script>|[x](http://y)';
    const text = renderMarkdown(reportOf(ruledDecision(decisionOf([hostile, '__proto__', '*b*']))));
    expect(text).not.toMatch(/<script|\]\(http:\/\/|(?<!\\)\*b\*/);
    const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
    for (const table of tables) {
      const widths = table
        .trim()
        .split('\n')
        .map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});
