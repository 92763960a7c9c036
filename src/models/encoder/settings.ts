import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EsciSelectError, quote } from '../../errors.js';
import { readReason, systemCode } from '../../io/errors.js';

/** The page that says what a folder must hold. */
export const GUIDE = 'docs/how-to-encoders.md';

/** The file of a model's folder that says what no export says. */
export const SETTINGS_FILE = 'esci-select.json';

const template = z
  .string()
  .regex(/\{\w+\}/, 'expected a text with a field in braces, such as {query}')
  .max(1000);

/** What `esci-select.json` may say; every member may be absent. */
const SETTINGS = z.strictObject({
  /** the model's name in the run, after `encoder:` or `onnx:`; the folder's name unless given */
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,59}$/u, 'expected letters, digits and . _ + -')
    .optional(),
  /** how the vectors of a text's tokens become the text's vector */
  pooling: z.enum(['mean', 'cls']).optional(),
  /** longer texts, and pairs of texts, are cut to so many tokens, those that the tokenizer adds included */
  maxTokens: z.number().int().min(4).max(8192).optional(),
  /** how texts are written: {query} in one; {title}, {brand}, {color}, {bullets}, {description} in the other */
  template: z.strictObject({ query: template.optional(), product: template.optional() }).optional(),
  /** what the outputs are called, in their order, where config.json has no names for them */
  labels: z.array(z.string().min(1)).min(1).max(64).optional(),
  /** what the model's labels were learnt on: none, unknown, per-fold, or a file of queries beside this one */
  trainedOn: z.string().min(1).optional(),
  revision: z.string().max(200).optional(),
  licence: z.string().max(200).optional(),
});
export type Settings = z.infer<typeof SETTINGS>;

/** What is used of `config.json`; the rest may be anything. */
const CONFIG = z.looseObject({
  max_position_embeddings: z.number().int().positive().optional(),
  type_vocab_size: z.number().int().positive().optional(),
  model_type: z.string().optional(),
  id2label: z.record(z.string(), z.string()).optional(),
});
export type Config = z.infer<typeof CONFIG>;

/** `esci-select.json` of a folder; nothing where there is none. Throws EsciSelectError('data') naming what is wrong. */
export async function readSettings(folder: string): Promise<Settings> {
  const path = join(folder, SETTINGS_FILE);
  const parsed = await readJson(path, { optional: true });
  if (parsed === undefined) return {};
  return checked(SETTINGS, parsed, path, `${GUIDE} lists what it may say`);
}

/** `config.json` of a folder. Throws EsciSelectError('usage') without one, 'data' where it is not what it should be. */
export async function readConfig(folder: string): Promise<Config> {
  const path = join(folder, 'config.json');
  const parsed = await readJson(path, { optional: false });
  return checked(CONFIG, parsed, path, 'export the model again: the export writes config.json beside it');
}

/**
 * The parsed JSON of a file of the folder.
 *
 * @throws EsciSelectError('usage') where it is missing, 'data' where it is not JSON
 */
export async function readJson(path: string, { optional }: { optional: boolean }): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (optional && systemCode(cause) === 'ENOENT') return undefined;
    throw new EsciSelectError('usage', `cannot read a file of the language model: ${readReason(cause)}`, {
      path,
      hint: `a folder needs model.onnx, tokenizer.json and config.json: ${GUIDE} says how to export them`,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EsciSelectError('data', `file is not JSON: ${(cause as Error).message.split('\n')[0]}`, {
      path,
      hint: 'correct it, or export the model again',
      cause,
    });
  }
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  parsed: unknown,
  path: string,
  hint: string,
): z.infer<Schema> {
  const { data, error } = schema.safeParse(parsed);
  if (error === undefined) return data;
  const [issue] = error.issues;
  if (issue.code === 'unrecognized_keys') {
    throw new EsciSelectError('data', `field ${quote(issue.keys[0])} is unknown`, { path, hint });
  }
  const field = issue.path.join('.');
  const where = field === '' ? 'content' : `field ${quote(field)}`;
  throw new EsciSelectError('data', `${where} is not what it should be: ${issue.message}`, { path, hint });
}
