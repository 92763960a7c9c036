import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { readReason } from '../../io/errors.js';
import { canonicalJson, sha256, sha256File } from '../../io/hash.js';
import { type GraphFacts, readGraphFacts } from './graph-file.js';
import type { PretrainedFolder, PretrainedKind } from './kind.js';
import { outputNames } from './labels.js';
import { findRuntime, type ModelFiles, type Runtime } from './runtime.js';
import { type Config, GUIDE, readConfig, readJson, readSettings, type Settings } from './settings.js';
import { checkTemplates, PLAIN, type Templates } from './texts.js';
import type { TokenizerFiles } from './tokens.js';
import { PER_FOLD, readTrainedOn, type TrainedOn } from './trained-on.js';

/** A checked folder of one model. */
export interface ModelFolder {
  readonly path: string;
  readonly model: ModelFiles;
  readonly facts: GraphFacts;
  readonly tokenizer: TokenizerFiles;
  readonly maxTokens: number;
  readonly types: number;
  readonly pooling: 'mean' | 'cls';
  readonly templates: Templates;
  /** what the outputs are called; null for an encoder */
  readonly outputs: readonly string[] | null;
  readonly trainedOn: TrainedOn;
  /** of the model's file alone */
  readonly modelSha256: string;
  /** of what a text's answer depends on: model, tokenizer, cuts, pooling and runtime */
  readonly contentSha256: string;
  /** of all files that are needed */
  readonly bytes: number;
}

/** A language model as `--models` names it. */
export interface Pretrained extends PretrainedFolder {
  /** in the run, such as `encoder:minilm` */
  readonly name: string;
  /** one, or one of each fold */
  readonly folders: readonly ModelFolder[];
  readonly settings: Settings;
  readonly runtimeVersion: string;
}

/** Positions that a text is cut to unless told: titles are shorter. */
const MOST_TOKENS = 256;

/**
 * Reads and checks a folder of an exported Hugging Face model; nothing is run yet.
 *
 * @throws EsciSelectError('usage') for what is missing or not said, 'data' for files that are not what they should be
 */
export async function openPretrained(kind: PretrainedKind, given: string): Promise<Pretrained> {
  const path = resolve(given);
  await checkFolder(kind, given, path);
  const runtime = findRuntime();
  const settings = await readSettings(path);
  const perFold = settings.trainedOn === PER_FOLD && kind === 'onnx';
  const paths = perFold ? await foldFolders(path) : [path];
  const folders: ModelFolder[] = [];
  for (const folder of paths) folders.push(await openFolder(kind, folder, runtime));
  const identity = folders.map(({ contentSha256, templates, outputs, trainedOn }) => ({
    contentSha256,
    templates,
    outputs,
    trainedOn: [trainedOn.kind, trainedOn.sha256],
  }));
  return {
    kind,
    path,
    name: `${kind}:${settings.name ?? plainName(path)}`,
    folders,
    settings,
    runtime: runtime.name,
    runtimeVersion: runtime.version,
    sha256: sha256(canonicalJson({ version: 1, kind, folders: identity })),
  };
}

/** The same folder in another thread. Throws EsciSelectError('usage') where it has changed since it was checked. */
export async function reopenPretrained({
  kind,
  path,
  sha256: expected,
}: PretrainedFolder): Promise<Pretrained> {
  const opened = await openPretrained(kind, path);
  if (opened.sha256 === expected) return opened;
  throw new EsciSelectError('usage', 'language model has changed while it was in use', {
    path,
    hint: 'run train again: what its former files gave is not used',
  });
}

async function checkFolder(kind: PretrainedKind, given: string, path: string): Promise<void> {
  const hint = `give the folder of an exported model, such as --models lexical,${kind}:./minilm: ${GUIDE}`;
  if (given.trim() === '') throw new EsciSelectError('usage', `${kind}: is given without a folder`, { hint });
  try {
    if ((await stat(path)).isDirectory()) return;
  } catch (cause) {
    const message = `cannot read the language model's folder: ${readReason(cause)}`;
    throw new EsciSelectError('usage', message, { path, hint, cause });
  }
  throw new EsciSelectError('usage', 'a file is given where the folder of a language model is due', {
    path,
    hint,
  });
}

/** The folder's name without what a model's name cannot have. */
function plainName(path: string): string {
  return (
    basename(path)
      .replace(/[^\p{L}\p{N} ._+-]+/gu, '-')
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .slice(0, 60) || 'model'
  );
}

async function foldFolders(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => /^fold-\d+$/.test(name));
  const order = (name: string) => Number(name.slice('fold-'.length));
  if (names.length >= 2) return names.sort((a, b) => order(a) - order(b)).map((name) => join(path, name));
  throw new EsciSelectError(
    'usage',
    `trainedOn is "${PER_FOLD}", and the folder has ${names.length} of fold-1, fold-2, ...`,
    {
      path,
      hint: 'put the exported model of each fold there, each with an esci-select.json whose trainedOn is the file of its training queries',
    },
  );
}

async function openFolder(kind: PretrainedKind, path: string, runtime: Runtime): Promise<ModelFolder> {
  const settings = await readSettings(path);
  const config = await readConfig(path);
  const trainedOn = await readTrainedOn(settings.trainedOn, { folder: path, kind });
  const templates = { ...PLAIN, ...settings.template };
  checkTemplates(templates, path);
  const { model, facts, modelSha256, external, bytes } = await readModel(path);
  const tokenizerPath = join(path, 'tokenizer.json');
  const tokenizer = (await readJson(tokenizerPath, { optional: false })) as object;
  const tokenizerConfig = (await readJson(join(path, 'tokenizer_config.json'), { optional: true })) ?? {};
  const maxTokens = mostTokens(path, settings, config);
  const types = config.type_vocab_size ?? 2;
  const pooling = settings.pooling ?? (await exportedPooling(path));
  const tokens = canonicalJson([tokenizer, tokenizerConfig]);
  const content = { modelSha256, external, tokens: sha256(tokens), maxTokens, types, pooling, runtime };
  return {
    path,
    model,
    facts,
    tokenizer: { tokenizer, config: tokenizerConfig as object, path: tokenizerPath },
    maxTokens,
    types,
    pooling,
    templates,
    outputs: kind === 'encoder' ? null : outputNames(settings, config, path),
    trainedOn,
    modelSha256,
    contentSha256: sha256(canonicalJson({ version: 1, kind, content })),
    bytes: bytes + tokens.length,
  };
}

/** A model's file and those beside it, read through once. */
interface ReadModel {
  readonly model: ModelFiles;
  readonly facts: GraphFacts;
  readonly modelSha256: string;
  /** names and hashes of the files beside it */
  readonly external: readonly (readonly [name: string, sha256: string])[];
  /** of all of them */
  readonly bytes: number;
}

async function readModel(folder: string): Promise<ReadModel> {
  const places = [join(folder, 'model.onnx'), join(folder, 'onnx', 'model.onnx')];
  const path = places.find((place) => existsSync(place));
  if (path === undefined) {
    throw new EsciSelectError('usage', 'folder has neither model.onnx nor onnx/model.onnx', {
      path: folder,
      hint: `export it: optimum-cli export onnx --model NAME ${quote(folder).slice(1, -1)}; ${GUIDE} says more`,
    });
  }
  const file = await readPart(path, 'the model', () => readFile(path));
  const facts = readGraphFacts(file, path);
  const external: (readonly [string, string])[] = [];
  let bytes = file.length;
  for (const name of facts.external) {
    if (/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(name)) {
      throw new EsciSelectError('data', `model keeps weights in ${quote(name)}, outside of its folder`, {
        path,
        hint: 'export the model again, with its weights beside it',
      });
    }
    const beside = join(dirname(path), name);
    const part = await readPart(beside, 'weights of the model', () => sha256File(beside));
    external.push([name, part.sha256]);
    bytes += part.bytes;
  }
  return { model: { path, external: facts.external }, facts, modelSha256: sha256(file), external, bytes };
}

async function readPart<Part>(path: string, what: string, read: () => Promise<Part>): Promise<Part> {
  try {
    return await read();
  } catch (thrown) {
    const cause = thrown instanceof EsciSelectError ? thrown.cause : thrown;
    throw new EsciSelectError('usage', `cannot read ${what}: ${readReason(cause)}`, {
      path,
      hint: 'copy every file that the export wrote, those that end in _data too',
      cause,
    });
  }
}

function mostTokens(folder: string, settings: Settings, config: Config): number {
  const offset = /roberta|camembert|mpnet/.test(config.model_type ?? '') ? 2 : 0; // its positions begin after the padding id
  const positions = (config.max_position_embeddings ?? Number.POSITIVE_INFINITY) - offset;
  if (settings.maxTokens === undefined) return Math.min(MOST_TOKENS, positions);
  if (settings.maxTokens <= positions) return settings.maxTokens;
  throw new EsciSelectError(
    'data',
    `maxTokens is ${settings.maxTokens}, and the model has ${positions} positions`,
    { path: join(folder, 'esci-select.json'), hint: `write ${positions} or less` },
  );
}

/** The pooling that sentence-transformers saves beside a model; the mean where it is not there. */
async function exportedPooling(folder: string): Promise<'mean' | 'cls'> {
  const path = join(folder, '1_Pooling', 'config.json');
  const pooling = (await readJson(path, { optional: true })) as Record<string, unknown> | undefined;
  if (pooling === undefined || pooling.pooling_mode_mean_tokens === true) return 'mean';
  if (pooling.pooling_mode_cls_token === true) return 'cls';
  throw new EsciSelectError('data', 'model was made for a pooling other than mean and cls', {
    path,
    hint: 'write "pooling": "mean" or "cls" into esci-select.json to use it with that',
  });
}
