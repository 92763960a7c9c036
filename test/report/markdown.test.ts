import { describe, expect, it } from 'vitest';
import { MARKDOWN_LIMIT, renderMarkdown } from '../../src/report/markdown.js';
import { escapeMarkdown } from '../../src/report/markdown-table.js';
import {
  decisionSentence,
  evidenceSentences,
  protocolSentence,
  verdict,
} from '../../src/report/sentences.js';
import { decisionOf, reportOf } from './decisions.js';
import { richDecision } from './rich-reports.js';

/** The cells of each row of the table under a heading. */
function tableUnder(markdown: string, heading: string): string[][] {
  const section = markdown.split(`## ${heading}\n`)[1].split('\n## ')[0];
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

describe('renderMarkdown', () => {
  const markdown = renderMarkdown(reportOf(decisionOf(['lexical', 'graphsage'])));

  it('opens with the decision and its evidence', () => {
    expect(markdown.split('\n').slice(0, 3).join(' ')).toMatch(
      /^# Which models to run {2}Within 1 model: keep lexical \(1 of 1\)\. Pruning costs 0\.005 macro F1 /,
    );
    expect(markdown).toContain('Pruned against full ensemble: accuracy −0.005');
  });

  it('lists the floor, every single model and both ensembles with intervals', () => {
    const rows = tableUnder(markdown, 'Comparison').slice(2);
    expect(rows.map((row) => row[0])).toEqual([
      'constant answer',
      'graphsage',
      'lexical',
      'full ensemble',
      'pruned ensemble',
    ]);
    expect(rows[3][2]).toBe('0.700 [0.680, 0.720]');
  });

  it('has as many cells in every row as in the head, whatever the names', () => {
    const hostile = renderMarkdown(
      reportOf(decisionOf(['a|b', '__proto__', '<script>alert(1)</script>', '\u202eevil\nline'])),
    );
    for (const heading of ['Comparison', 'Ranking', 'By class']) {
      const rows = tableUnder(hostile, heading);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    }
    expect(tableUnder(hostile, 'Ranking').length).toBe(6);
    expect(hostile).not.toMatch(/<script|<b>|\u202e/);
  });

  it('stays under the limit of a pull request and says when it was cut', () => {
    const names = Array.from({ length: 400 }, (_, at) => `model-${at}-${'x'.repeat(60)}`);
    const long = renderMarkdown(reportOf(decisionOf(names)));
    expect(long.length).toBeLessThan(MARKDOWN_LIMIT);
    expect(long).toContain('This report was shortened');
    expect(markdown).not.toContain('This report was shortened');
  });
});

describe('renderMarkdown of 24 models and 64 classes', () => {
  const names = Array.from({ length: 24 }, (_, at) => `team-${at}/a-model-with-a-long-name-${at}`);
  const classes = Array.from({ length: 64 }, (_, at) => `class of products ${at}`);
  const rich = richDecision(names);
  const line = rich.metrics.full.perClass[0];
  const wide = (evaluation: typeof rich.metrics.full) => ({
    ...evaluation,
    perClass: classes.map(() => line),
    confusion: classes.map(() => classes.map(() => 12_345)),
  });
  const markdown = renderMarkdown(
    reportOf({
      ...rich,
      classes,
      ranking: rich.ranking.map((one) => ({
        ...one,
        shapByClass: classes.map(() => 0.123),
        signedByClass: classes.map(() => -0.123),
      })),
      metrics: { ...rich.metrics, full: wide(rich.metrics.full), pruned: wide(rich.metrics.pruned) },
    }),
  );

  it('fits, says that it was shortened, and spares what a decision needs least', () => {
    expect(markdown.length).toBeLessThan(MARKDOWN_LIMIT);
    expect(markdown).toContain('This report was shortened');
    for (const heading of ['Comparison', 'Ranking', 'Redundancy', 'By class', 'Data', 'Reproduce'])
      expect(markdown).toContain(`\n## ${heading}\n`);
    expect(markdown).not.toContain('## Confusion of the pruned ensemble');
  });
});

describe('sentences', () => {
  it('call a difference better, worse or noise by its interval', () => {
    const decision = decisionOf(['a', 'b']);
    const [pruning, full] = decision.differences;
    expect(verdict(full, 'macroF1')).toBe('macro F1 +0.100 [+0.090, +0.110] (better)');
    expect(verdict(pruning, 'macroF1')).toBe('macro F1 −0.005 [−0.015, +0.005] (within noise)');
    const worse = { ...pruning, intervals: { ...pruning.intervals, accuracy: [-0.02, -0.01] as const } };
    expect(verdict(worse, 'accuracy')).toContain('(worse)');
  });

  it('name classes that no scored row has, and say what macro F1 is then', () => {
    const decision = decisionOf(['a', 'b']);
    expect(protocolSentence(decision)).not.toContain('No row scored');
    const { full } = decision.metrics;
    const perClass = full.perClass.map((one, k) => (k === 1 ? { ...one, support: 0 } : one));
    const absent = { ...decision, metrics: { ...decision.metrics, full: { ...full, perClass } } };
    expect(protocolSentence(absent)).toContain(
      `No row scored is labelled ${decision.classes[1]}: macro F1 is the mean over the other class, for every predictor`,
    );
  });

  it('name the models kept and the best single model of each score', () => {
    const decision = decisionOf(['a', 'b', 'c']);
    expect(decisionSentence({ ...decision, kept: ['a', 'b', 'c'] })).toContain(
      'Within 1 model: keep a, b and c (3 of 1).',
    );
    expect(evidenceSentences(decision)[1]).toMatch(
      /accuracy .* over a; macro F1 .* over a; weighted F1 .* over a/,
    );
  });
});

describe('escapeMarkdown', () => {
  it('leaves words alone and defuses links, mentions and emphasis', () => {
    expect(escapeMarkdown('plain words 3.5')).toBe('plain words 3.5');
    expect(escapeMarkdown('[x](https://a.b) @me *b*')).toBe('\\[x\\](https:\u200b//a.b) @\u200bme \\*b\\*');
  });
});
