import { Tokenizer } from '@huggingface/tokenizers';
import { EsciSelectError } from '../../errors.js';

/** A text, or a pair of texts, as a model reads it. */
export interface Tokens {
  readonly ids: readonly number[];
  /** which of the two texts a token is of: 0 or 1 */
  readonly types: readonly number[];
  /** tokens of the first text: from `start` up to `end`; those before, between and after are the tokenizer's own */
  readonly start: number;
  readonly end: number;
}

/** A tokenizer of a folder, which cuts what is too long. */
export interface TextTokenizer {
  /** one text, cut at its end to the most tokens */
  one(text: string): Tokens;
  /** two texts; of what is too much, the longer one loses first, and both lose alike once they are equally long */
  pair(first: string, second: string): Tokens;
}

/** A place of a template: a token that is always there, or one of the texts. */
interface Part {
  readonly id: number | 'A' | 'B';
  readonly type: number;
}

/** What a tokenizer is made of. */
export interface TokenizerFiles {
  /** parsed tokenizer.json */
  readonly tokenizer: object;
  /** parsed tokenizer_config.json, or {} */
  readonly config: object;
  /** of tokenizer.json, for errors */
  readonly path: string;
}

/** Most tokens, and whether the model tells two texts apart. */
export interface TokenizerLimits {
  readonly maxTokens: number;
  /** token types that the model knows: 1 gives zeros only */
  readonly types: number;
}

/**
 * A tokenizer whose ids are those of the Rust tokenizers. Cutting is theirs too: `longest_first`.
 *
 * @throws EsciSelectError('data') where tokenizer.json is of a kind that is not known
 */
export function textTokenizer(files: TokenizerFiles, { maxTokens, types }: TokenizerLimits): TextTokenizer {
  const tokenizer = openTokenizer(files);
  const single = templateOf(tokenizer, files, false);
  let double: Part[] | null = null; // found when it is needed: tokenizers that take one text only are fine for one
  const room = (template: readonly Part[]) =>
    Math.max(0, maxTokens - template.filter(({ id }) => typeof id === 'number').length);
  const idsOf = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  return {
    one(text) {
      return fill(single, { A: idsOf(text).slice(0, room(single)), B: [] }, types);
    },
    pair(first, second) {
      double ??= templateOf(tokenizer, files, true);
      const [A, B] = [idsOf(first), idsOf(second)];
      const [a, b] = longestFirst(A.length, B.length, room(double));
      return fill(double, { A: A.slice(0, a), B: B.slice(0, b) }, types);
    },
  };
}

function openTokenizer({ tokenizer, config, path }: TokenizerFiles): Tokenizer {
  try {
    return new Tokenizer(tokenizer, config);
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new EsciSelectError('data', `tokenizer cannot be used: ${reason}`, {
      path,
      hint: 'save it as a fast tokenizer: AutoTokenizer.from_pretrained(NAME, use_fast=True).save_pretrained(FOLDER)',
      cause,
    });
  }
}

/** Texts that stand for any text while the template is asked for. */
const [FIRST, SECOND] = ['\u0000first', '\u0000second'];

/** What the tokenizer makes of texts' tokens. */
interface PostProcessed {
  readonly tokens: readonly string[];
  readonly token_type_ids?: readonly number[];
}

/** The tokens that the tokenizer puts around one text or two, found by asking it. */
function templateOf(tokenizer: Tokenizer, { path, tokenizer: json }: TokenizerFiles, pair: boolean): Part[] {
  const process = tokenizer.post_processor;
  const plain = { tokens: pair ? [FIRST, SECOND] : [FIRST] };
  const found: PostProcessed =
    process === null ? plain : process.post_process([FIRST], pair ? [SECOND] : null, true);
  const types = found.token_type_ids;
  const isRoberta =
    (json as { post_processor?: { type?: string } }).post_processor?.type === 'RobertaProcessing';
  const parts = found.tokens.map((token, at): Part => {
    const type = isRoberta ? 0 : (types?.[at] ?? 0); // RoBERTa has one type, whatever the text
    if (token === FIRST) return { id: 'A', type };
    if (token === SECOND) return { id: 'B', type };
    const id = tokenizer.token_to_id(token);
    if (id !== undefined) return { id, type };
    throw new EsciSelectError('data', `tokenizer adds ${JSON.stringify(token)}, which it has no id for`, {
      path,
      hint: 'export the model and its tokenizer again, both of one checkpoint',
    });
  });
  const lacks = !parts.some(({ id }) => id === 'A') || (pair && !parts.some(({ id }) => id === 'B'));
  if (!lacks) return parts;
  throw new EsciSelectError('data', `tokenizer leaves out ${pair ? 'one of two texts' : 'the text'}`, {
    path,
    hint: 'export the model and its tokenizer again, both of one checkpoint',
  });
}

/**
 * How many tokens two texts keep of `room`, as the Rust tokenizers' `longest_first` has it: the shorter stays whole
 * while it is at most half, and gets half, rounded down, where both are longer.
 *
 * @param first tokens of the first text
 * @param second tokens of the second
 */
export function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const swapped = first > second;
  let shorter = swapped ? second : first;
  let longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = Math.floor(room / 2);
    longer = shorter + (room % 2);
  }
  return swapped ? [longer, shorter] : [shorter, longer];
}

function fill(template: readonly Part[], texts: Record<'A' | 'B', readonly number[]>, known: number): Tokens {
  const ids: number[] = [];
  const types: number[] = [];
  let start = 0;
  for (const { id, type } of template) {
    if (id === 'A') start = ids.length;
    const added = typeof id === 'number' ? [id] : texts[id];
    for (const each of added) {
      ids.push(each);
      types.push(known > 1 ? type : 0);
    }
  }
  return { ids, types, start, end: start + texts.A.length };
}
