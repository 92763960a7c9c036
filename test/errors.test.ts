import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from '../src/errors.js';

describe('suggest', () => {
  it('asks for the nearest legal name, then lists all', () => {
    expect(suggest('makroF1', ['accuracy', 'macroF1'], 'scores')).toBe(
      "did you mean 'macroF1'? scores: accuracy, macroF1",
    );
  });

  it('asks for the one name that begins with what was typed', () => {
    expect(didYouMean('latency', ['bytes', 'latency_ms'])).toBe("did you mean 'latency_ms'? ");
    expect(didYouMean('latency', ['latency_ms_p50', 'latency_ms_p95'])).toBe('');
    expect(didYouMean('la', ['latency_ms'])).toBe('');
  });

  it('only lists where nothing is near', () => {
    expect(suggest('zzz', ['accuracy', 'macroF1'])).toBe('legal: accuracy, macroF1');
    expect(suggest('zzz', [])).toBe('legal: none');
    expect(didYouMean('zzz', ['accuracy'])).toBe('');
  });

  it('lists at most 30 names, on one line', () => {
    const names = Array.from({ length: 32 }, (_, at) => `column\n${at}`);
    const hint = suggest('zzz', names, 'columns');
    expect(hint).toContain('column 29 and 2 more');
    expect(hint).not.toContain('\n');
  });
});
