import { describe, expect, it } from 'vitest';
import type { EsciSelectError } from '../../../src/errors.js';
import { parseGate } from '../../../src/report/gates/parse.js';

function hintOf(text: string): string {
  try {
    parseGate(text);
  } catch (error) {
    return (error as EsciSelectError).hint!;
  }
  throw new Error('the gate was accepted');
}

describe('parseGate', () => {
  it('reads every form', () => {
    const pruned = 'pruned ensemble';
    expect(parseGate('macroF1 drop > 0.005')).toMatchObject({
      score: 'macroF1',
      predictor: pruned,
      kind: 'drop',
      limit: 0.005,
    });
    expect(parseGate(' MACROF1   rise>1e-3 ')).toMatchObject({
      score: 'macroF1',
      kind: 'rise',
      limit: 0.001,
    });
    expect(parseGate('accuracy < 0.7')).toMatchObject({ score: 'accuracy', kind: 'below', limit: 0.7 });
    expect(parseGate('logLoss > 1')).toMatchObject({ score: 'logLoss', kind: 'above', limit: 1 });
    expect(parseGate('weightedF1 significantly worse')).toMatchObject({
      score: 'weightedF1',
      kind: 'significantly worse',
    });
    expect(parseGate("macroF1 of 'my drop > model' drop > 0.1")).toMatchObject({
      predictor: 'my drop > model',
      limit: 0.1,
    });
    expect(parseGate('accuracy of full ensemble significantly worse')).toMatchObject({
      predictor: 'full ensemble',
    });
  });

  it.each([
    ['makroF1 drop > 0.1', /'makroF1' is no score/],
    ['macroF1 drop > -0.1', /not a number of at least 0/],
    ['macroF1 drop > lots', /not a number/],
    ['macroF1 drop > 1e999', /not a number/],
    ['macroF1 fall > 0.1', /not understood/],
    ['', /not understood/],
  ])('refuses %j', (text, message) => {
    expect(() => parseGate(text)).toThrow(message);
  });

  it('reads gates on classes, locales, costs and the models kept', () => {
    const pruned = 'pruned ensemble';
    const read = (text: string) => parseGate(text);
    expect(read('f1.exact < 0.5')).toEqual({
      about: 'class',
      text: 'f1.exact < 0.5',
      score: 'f1',
      class: 'exact',
      predictor: pruned,
      kind: 'below',
      limit: 0.5,
    });
    expect(read("recall.'not relevant' of lexical drop > 0.1")).toMatchObject({
      about: 'class',
      score: 'recall',
      class: 'not relevant',
      predictor: 'lexical',
      kind: 'drop',
    });
    expect(read('jp:macroF1 drop > 0.02')).toMatchObject({ about: 'score', score: 'macroF1', locale: 'jp' });
    expect(read('cost.latency_ms>25')).toMatchObject({ about: 'cost', cost: 'latency_ms', kind: 'above' });
    expect(read('cost.latency_ms of full ensemble rise > 2')).toMatchObject({
      predictor: 'full ensemble',
      kind: 'rise',
    });
    expect(read('kept changed')).toMatchObject({ about: 'kept', kind: 'changed' });
    expect(read("kept lacks 'bert v2'")).toMatchObject({ about: 'kept', kind: 'lacks', model: 'bert v2' });
    expect(read('kept has slow one')).toMatchObject({ kind: 'has', model: 'slow one' });
    expect(read('kept > 3')).toMatchObject({ kind: 'above', limit: 3 });
  });

  it('says of what is no score which are, and which is meant', () => {
    expect(() => parseGate('f1 drop > 1')).toThrow("'f1' is no score");
    const scores = 'scores: accuracy, macroF1, weightedF1, logLoss; of one class: f1.CLASS';
    expect(hintOf('f1 drop > 1')).toBe(`did you mean 'macroF1'? ${scores}`);
    expect(hintOf('macro-f1 < 0.5')).toBe(`did you mean 'macroF1'? ${scores}`);
    expect(hintOf('acuracy < 0.5')).toContain("did you mean 'accuracy'?");
    expect(hintOf('recall < 0.5')).toContain('of one class: recall.CLASS');
    expect(hintOf('nonsense < 0.5')).toBe(scores);
  });
});
