import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longestFirst, textTokenizer } from '../../../src/models/encoder/tokens.js';
import { bertTokenizer, VOCABULARY } from './folders.js';

/** What the Rust tokenizers (package tokenizers of PyPI) give with the same tokenizer.json. */
interface Expected {
  readonly madeBy: string;
  readonly texts: readonly { text: string; ids: number[] }[];
  readonly pairs: readonly { first: string; second: string; most: number; ids: number[]; types: number[] }[];
  readonly cut: readonly { text: string; most: number; ids: number[] }[];
}
const expected: Expected = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/token-ids.json'), 'utf8'),
);

function tokenizerOf(maxTokens: number, change: Record<string, unknown> = {}, types = 2) {
  const tokenizer = { ...bertTokenizer(), ...change };
  return textTokenizer({ tokenizer, config: {}, path: 'tokenizer.json' }, { maxTokens, types });
}

describe('token ids', () => {
  it.each(expected.texts.map(({ text, ids }) => [text, ids] as const))(
    'of %j are those of Rust',
    (text, ids) => {
      expect(tokenizerOf(256).one(text).ids).toEqual(ids);
    },
  );

  it('cover scripts, accents, widths and unknown letters', () => {
    const seen = new Set(expected.texts.flatMap(({ ids }) => ids));
    for (const token of ['[UNK]', '[MASK]', 'cafe', '日', 'при', '##er', '10']) {
      expect(seen, token).toContain(VOCABULARY.indexOf(token));
    }
  });

  it.each(expected.cut)('are cut to $most of a long text as Rust cuts them', ({ text, most, ids }) => {
    expect(tokenizerOf(most).one(text).ids).toEqual(ids);
  });

  it.each(expected.pairs)('and types of two texts in $most tokens are those of Rust', (pair) => {
    const { ids, types, start, end } = tokenizerOf(pair.most).pair(pair.first, pair.second);
    expect({ ids, types }).toEqual({ ids: pair.ids, types: pair.types });
    const alone = tokenizerOf(256).one(pair.first).ids.slice(1, -1);
    expect(ids.slice(start, end)).toEqual(alone.slice(0, end - start));
  });
});

describe('cutting two texts', () => {
  /** One token at a time from the longer; between equals Rust's formula gives the second text the odd one. */
  function oneByOne(first: number, second: number, room: number): number[] {
    let [a, b] = [first, second];
    while (a + b > room) {
      if (a > b) a--;
      else if (b > a) b--;
      else if (first > second) b--;
      else a--;
    }
    return [a, b];
  }

  it('takes from the longer one, token by token', () => {
    for (let first = 0; first < 14; first++) {
      for (let second = 0; second < 14; second++) {
        for (let room = 0; room < 30; room++) {
          expect(longestFirst(first, second, room), `${first} ${second} ${room}`).toEqual(
            oneByOne(first, second, room),
          );
        }
      }
    }
  });
});

describe('templates', () => {
  it('of models with one token type have that type only', () => {
    expect(new Set(tokenizerOf(40, {}, 1).pair('red', 'lamp').types)).toEqual(new Set([0]));
  });

  it('of RoBERTa put two separators between texts, and no types', () => {
    const post_processor = {
      type: 'RobertaProcessing',
      sep: ['[SEP]', 3],
      cls: ['[CLS]', 2],
      trim_offsets: true,
    };
    const { ids, types } = tokenizerOf(40, { post_processor }).pair('red', 'lamp');
    const [red, lamp] = ['red', 'lamp'].map((token) => VOCABULARY.indexOf(token));
    expect(ids).toEqual([2, red, 3, 3, lamp, 3]);
    expect(new Set(types)).toEqual(new Set([0]));
  });

  it('of tokenizers for one text refuse two, and take one', () => {
    const tokenizer = tokenizerOf(40, { post_processor: { type: 'ByteLevel' } });
    expect(tokenizer.one('red').ids).toEqual([VOCABULARY.indexOf('red')]);
    expect(() => tokenizer.pair('red', 'lamp')).toThrow(
      expect.objectContaining({ code: 'data', message: 'tokenizer leaves out one of two texts' }),
    );
  });

  it('of another kind are refused with what to do', () => {
    expect(() => tokenizerOf(40, { model: { type: 'Word2Vec' } })).toThrow(
      expect.objectContaining({
        code: 'data',
        path: 'tokenizer.json',
        message: expect.stringContaining('tokenizer cannot be used'),
        hint: expect.stringContaining('use_fast=True'),
      }),
    );
  });
});
