import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BertOptions, type BertShape, bertOnnx, randomBert, SMALL } from './bert.js';

/** Words of the shop of shop.ts, pieces, and letters of other scripts: a WordPiece vocabulary in the order of its ids. */
export const VOCABULARY: readonly string[] = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...['lamp', 'kettle', 'tent', 'drill', 'scarf', 'mug', 'rope', 'brush'],
  ...['red', 'green', 'blue', 'black', 'acme', 'nord', 'quux', 'tallis', 'in', 'item', 'for', 'the'],
  ...['##wind', '##s', '##er', '##ing', '##ette', '##a', '##e', '##n', '##o', '##1', '##2', '##5'],
  ...['a', 'b', 'c', 'e', 'k', 'n', 'o', 's', 't', '0', '1', '2', '5', '10'],
  ...['-', '.', ',', '/', '!', '&', "'", '(', ')', '#'],
  ...['mesa', 'nino', 'pequen', 'cafe', 'uber', 'strasse', 'i', '##m', '##x', '##p'],
  ...['日', '本', '語', '茶', 'の', '##の', 'ケ', '##ト', '##ル', 'ス', '##ー', 'か', '##き'],
  ...['при', '##вет', 'чай', '한', '##국', 'ι', '##ς', '™', '€', 'm', 'x', 'p', '##t', '##i'],
];

/** tokenizer.json of a BERT tokenizer over a vocabulary. */
export function bertTokenizer(vocabulary: readonly string[] = VOCABULARY): Record<string, unknown> {
  const idOf = (token: string) => vocabulary.indexOf(token);
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content) => ({
      id: idOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
      pair: [
        special('[CLS]', 0),
        sequence('A', 0),
        special('[SEP]', 0),
        sequence('B', 1),
        special('[SEP]', 1),
      ],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
}

export const SHAPE: BertShape = { ...SMALL, vocab_size: VOCABULARY.length };

export interface FolderOptions extends BertOptions {
  readonly seed?: string;
  /** members of config.json beside the model's shape */
  readonly config?: Record<string, unknown>;
  /** esci-select.json; none unless given */
  readonly settings?: Record<string, unknown>;
}

/** Writes the folder of a random BERT as an export makes it; returns its path. */
export function writeModelFolder(path: string, options: FolderOptions = {}): string {
  const { seed = 'bert', labels, config, settings } = options;
  mkdirSync(path, { recursive: true });
  const weights = randomBert(SHAPE, seed, labels);
  writeFileSync(join(path, 'model.onnx'), bertOnnx(SHAPE, weights, options));
  writeFileSync(join(path, 'tokenizer.json'), JSON.stringify(bertTokenizer()));
  writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'bert', ...SHAPE, ...config }));
  if (settings !== undefined) writeFileSync(join(path, 'esci-select.json'), JSON.stringify(settings));
  return path;
}
