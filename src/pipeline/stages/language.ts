import type { Examples, Finding } from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import { canonicalJson, sha256 } from '../../io/hash.js';
import type { ChosenModel } from '../../models/choose.js';
import type { Pretrained } from '../../models/encoder/folder.js';
import { type ReadAll, readAll } from '../../models/encoder/read-all.js';
import { EmbeddingStore } from '../../models/encoder/store.js';
import { PER_FOLD } from '../../models/encoder/trained-on.js';
import { findInSample } from '../../predictions/checks/in-sample.js';
import type { ImportedModel } from '../../predictions/import-options.js';
import type { PretrainedCard } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';

/** The folder of a run where what language models have read is kept, beside the stages. */
const EMBEDDINGS = '.embeddings';

/**
 * Reads the examples' texts with the language models among those due; what an earlier run of this folder has read, whole
 * or interrupted, is kept. By the models' names.
 */
export async function readLanguageModels(
  run: RunFolder,
  due: readonly ChosenModel[],
  examples: Examples,
  context: PipelineContext,
): Promise<Map<string, ReadAll>> {
  const read = new Map<string, ReadAll>();
  if (examples.text === null || due.every(({ pretrained }) => pretrained === undefined)) return read;
  const store = await EmbeddingStore.open(run.file(EMBEDDINGS), (path) =>
    context.onEvent?.({ kind: 'finding', finding: damaged(path) }),
  );
  for (const { pretrained } of due) {
    if (pretrained === undefined) continue;
    const { name, runtime, runtimeVersion } = pretrained;
    const message = `reading with ${name} on ${runtime} ${runtimeVersion}`;
    context.onEvent?.({ kind: 'stage', stage: 'models', message });
    const all = await readAll(pretrained, examples, {
      store,
      threads: context.threads,
      signal: context.signal,
      onProgress: (done, total) =>
        context.onEvent?.({ kind: 'progress', stage: 'models', done, total, message: `${name} reads` }),
    });
    read.set(name, all);
    context.onEvent?.({ kind: 'note', message: countsOf(pretrained, all) });
  }
  return read;
}

function countsOf({ name, kind }: Pretrained, { items, kept }: ReadAll): string {
  const count = (number: number) => number.toLocaleString('en');
  const what = kind === 'encoder' ? 'texts' : 'pairs of query and product';
  return `${name}: ${count(items)} ${what}, ${count(items - kept)} read now, ${count(kept)} kept from earlier`;
}

function damaged(path: string): Finding {
  return {
    severity: 'warning',
    code: 'damaged-embeddings',
    message: 'file of embeddings is not as it was written, and is deleted: what was in it is read again',
    places: [{ path }],
  };
}

/** What the card of a language model says beside what other cards say. */
export function pretrainedCard({ folders, runtime, runtimeVersion, settings }: Pretrained): PretrainedCard {
  const hashes = folders.map(({ modelSha256 }) => modelSha256);
  return {
    sha256: hashes.length === 1 ? hashes[0] : sha256(canonicalJson(hashes)),
    runtime: `${runtime} ${runtimeVersion}`,
    licence: settings.licence ?? '',
    revision: settings.revision ?? '',
    trainedOn: folders.length > 1 ? PER_FOLD : folders[0].trainedOn.kind,
  };
}

/** What people should know of a language model's answers: rows that it leaves out, and whether it may know the labels. */
export function languageFindings(
  { name, kind, folders }: Pretrained,
  { leftOut }: ReadAll,
  answers: ImportedModel,
  examples: Examples,
): Finding[] {
  const findings: Finding[] = [];
  if (leftOut > 0) {
    findings.push({
      severity: 'note',
      code: 'trained-on-left-out',
      message: `model ${quote(name)} has learnt from the queries of ${leftOut.toLocaleString('en')} rows, which it leaves out`,
      count: leftOut,
    });
  }
  if (folders.some(({ trainedOn }) => trainedOn.kind === 'unknown')) {
    findings.push({
      severity: 'warning',
      code: 'in-sample-predictions',
      message: `model ${quote(name)} does not say which queries it has learnt from, so its answers may be in-sample, and its scores too good`,
      count: answers.card.covered,
      hint: 'name a file of its training queries with "trainedOn" in esci-select.json',
    });
  }
  return kind === 'onnx' ? [...findings, ...findInSample(answers, examples)] : findings;
}
