import { describe, expect, it } from 'vitest';
import { EsciSelectError } from '../../../src/errors.js';
import { parseGatesFile } from '../../../src/report/gates/file.js';

function failure(text: string): EsciSelectError {
  try {
    parseGatesFile(text, 'gates.json');
  } catch (error) {
    expect(error).toBeInstanceOf(EsciSelectError);
    return error as EsciSelectError;
  }
  throw new Error('the file was accepted');
}

const gate = (more: object) =>
  JSON.stringify({ gates: [{ score: 'macroF1', kind: 'drop', limit: 0.01, ...more }] });

describe('parseGatesFile', () => {
  it('reads gates as texts and as objects, which mean the same', () => {
    const pairs: [string, object][] = [
      ['macroF1 drop > 0.005', { score: 'macroF1', kind: 'drop', limit: 0.005 }],
      ['logLoss of __proto__ rise > 0.1', { score: 'logLoss', of: '__proto__', kind: 'rise', limit: 0.1 }],
      ['accuracy < 0.7', { score: 'accuracy', kind: 'below', limit: 0.7 }],
      ['accuracy > 0.7', { score: 'accuracy', kind: 'above', limit: 0.7 }],
      ['f1.exact < 0.5', { score: 'f1', class: 'exact', kind: 'below', limit: 0.5 }],
      ['jp:accuracy < 0.6', { score: 'accuracy', locale: 'jp', kind: 'below', limit: 0.6 }],
      ['cost.latency_ms rise > 2', { cost: 'latency_ms', kind: 'rise', limit: 2 }],
      ['weightedF1 significantly worse', { score: 'weightedF1', kind: 'significantly worse' }],
    ];
    const texts = parseGatesFile(JSON.stringify({ gates: pairs.map(([text]) => text) }), 'gates.json');
    const objects = parseGatesFile(
      JSON.stringify({ gates: pairs.map(([, object]) => object) }),
      'gates.json',
    );
    expect(texts.map(({ text }) => text)).toEqual(pairs.map(([text]) => text));
    expect(objects).toEqual(texts);
  });

  it.each([
    ['{"gate": []}', "unknown key 'gate'", "did you mean 'gates'?"],
    [gate({ scor: 'x' }), "unknown key 'gates[0].scor'", "did you mean 'score'?"],
    [gate({ score: 'makroF1' }), "'gates[0].score' is 'makroF1'", "did you mean 'macroF1'?"],
    [gate({ kind: 'dropp' }), "'gates[0].kind' is 'dropp'", "did you mean 'drop'?"],
    [gate({ limit: undefined }), "of kind 'drop' needs a limit", '"limit": 0.01'],
    [gate({ kind: 'significantly worse' }), 'takes no limit', 'significantly worse'],
    [gate({ limit: 'NaN' }), "'gates[0].limit' is not as expected", 'docs/reference.md'],
    [
      '{"gates": [{"score":"accuracy","kind":"drop","limit":1e999}]}',
      "'gates[0].limit'",
      'docs/reference.md',
    ],
    ['{"gates": ["macroF1 drop > NaN"]}', "limit 'NaN' is not a number", 'write it like'],
    [gate({ score: undefined }), "needs 'score' or 'cost'", '"score": "macroF1"'],
    [gate({ score: 'f1' }), "on 'f1' needs a 'class'", '"class": "exact"'],
    [gate({ class: 'exact' }), "on 'macroF1' takes no 'class'", '"class": "exact"'],
    ['{"gates": []}', "'gates' is not as expected", 'docs/reference.md'],
    ['[]', 'the whole is not as expected', 'docs/reference.md'],
    ['{"gates": [,]}', 'is not JSON', 'commas'],
  ])('refuses %s', (text, message, hint) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'usage', path: 'gates.json' });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});
