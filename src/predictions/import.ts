import { basename, resolve } from 'node:path';
import type { Examples, Finding, InputFile } from '../data/examples/examples.js';
import { EsciSelectError, quote } from '../errors.js';
import { sha256File } from '../io/hash.js';
import { readTable } from '../io/read.js';
import { type Table, textAt } from '../io/table.js';
import { examineModels } from './checks/examine.js';
import { costsOf, isCostTable } from './costs.js';
import { classMatcher, classOrder } from './layout/class-order.js';
import type { Layout } from './layout/column-layout.js';
import { detectLayout } from './layout/detect.js';
import { isProductText, type MatchClass } from './layout/names.js';
import type { DataFile, ImportOptions, ImportResult } from './options.js';
import { byCodeUnits, expandPaths, type SourceFile } from './paths.js';
import { createRowIndex, type RowIndex } from './reading/align.js';
import { ARRAY_KEY, readArrayTable } from './reading/arrays.js';
import { type Collected, collectTable } from './reading/collect.js';
import { Declarations, readCards } from './reading/declared.js';
import { coverageFinding, describeImport, firstIds, ImportNotes, strayFinding } from './reading/findings.js';
import { finishModel } from './reading/finish.js';
import { type Alignment, alignTable } from './reading/keys.js';
import { Rejects } from './reading/rejects.js';

export type { ImportOptions, ImportResult } from './options.js';

/** What is kept while files are read one after another. */
interface Session {
  readonly examples: Examples;
  readonly options: ImportOptions;
  readonly index: RowIndex;
  readonly match: MatchClass;
  /** the class index of each position, where declared */
  readonly order: readonly number[] | null;
  readonly models: Map<string, Collected>;
  readonly declarations: Declarations;
  readonly notes: ImportNotes;
  readonly findings: Finding[];
  readonly inputs: InputFile[];
  readonly rejects: Rejects | null;
  /** single-model files so far: `--model` can name only one */
  named: number;
}

/**
 * Import the predictions in files and folders, aligned with the examples by id. Layout, key and kind are found by names
 * or declared, never guessed, and reported as notes; `costs.csv` and JSON cards in or beside the folders fill the model
 * cards. Throws EsciSelectError with the place and the flag that helps. Deterministic: the order of rows, files and
 * folders does not change the result. O(cells read); memory: one file, and 4 bytes x rows x classes a model.
 *
 * @example
 * import { importPredictions, loadExamples } from 'esci-select';
 *
 * const { examples } = await loadExamples(['judgements.csv']);
 * const { models } = await importPredictions(['predictions'], examples);
 * models.map(({ card }) => card.name); // => [ 'first', 'noise', 'second' ]
 */
export async function importPredictions(
  paths: readonly string[],
  examples: Examples,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const session = openSession(examples, options);
  const files = await filesOf(paths, options);
  const tables = files.filter(({ role }) => role === 'table' || role === 'array');
  for (const [done, file] of tables.entries()) {
    options.onProgress?.(done, tables.length, file.path);
    await importFile(session, file);
  }
  options.onProgress?.(tables.length, tables.length, '');
  const { read, ignored } = await readCards(files, session.declarations);
  for (const path of options.ids === undefined ? read : [...read, options.ids]) await addInput(session, path);
  for (const path of [...ignored, ...files.filter(({ role }) => role === 'other').map(({ path }) => path)]) {
    session.notes.add('file holds neither predictions nor a model card; left alone', path);
  }
  return finish(session, paths);
}

function openSession(examples: Examples, options: ImportOptions): Session {
  const order = options.classOrder === undefined ? null : classOrder(examples.labelSpace, options.classOrder);
  return {
    examples,
    options,
    models: new Map(),
    findings: [],
    inputs: [],
    named: 0,
    index: createRowIndex(examples.id),
    order,
    match: classMatcher(examples.labelSpace, order, options.labelMap),
    declarations: new Declarations(),
    notes: new ImportNotes(),
    rejects: options.rejects === undefined ? null : new Rejects(options.rejects),
  };
}

async function filesOf(paths: readonly string[], { ids, rejects }: ImportOptions): Promise<SourceFile[]> {
  const others = [ids, rejects].flatMap((path) => (path === undefined ? [] : [resolve(path)]));
  const files = await expandPaths(paths);
  return files.filter(({ path }) => !others.includes(resolve(path)));
}

async function importFile(session: Session, file: SourceFile): Promise<void> {
  const { options, examples } = session;
  const hash = await addInput(session, file.path);
  if (file.role === 'array') {
    const table = await readArrayTable(file.path, examples.labelSpace.classes, options);
    await importTable(session, file, table, { ...options, key: ARRAY_KEY });
    return;
  }
  const keep = (name: string) =>
    name === options.key || options.columns !== undefined || !isProductText(name);
  const table = await readTable(file.path, { delimiter: options.delimiter, columns: keep });
  if (isCostTable([...table.columns.keys()])) session.declarations.addTable(file.path, costsOf(table));
  else await importTable(session, file, table, options, dataFile(options, hash.sha256));
}

async function addInput(session: Session, path: string): Promise<InputFile> {
  const input = { name: basename(path), ...(await sha256File(path)) };
  session.inputs.push(input);
  return input;
}

function dataFile({ dataFiles }: ImportOptions, sha256: string): DataFile | undefined {
  return dataFiles?.find((file) => file.sha256 === sha256);
}

async function importTable(
  session: Session,
  file: SourceFile,
  table: Table,
  options: ImportOptions,
  data?: DataFile,
): Promise<void> {
  if (table.rows === 0) {
    throw new EsciSelectError('data', 'file has a header and no rows', {
      path: table.path,
      hint: 'export it again',
    });
  }
  const alignment = alignTable(table, session.index, options, data);
  const { classes } = session.examples.labelSpace;
  const layout = detectLayout(table, {
    classes,
    match: session.match,
    key: alignment.key,
    kind: options.kind,
    isData: data !== undefined,
    template: file.role === 'array' ? undefined : options.columns,
    order: session.order,
  });
  checkExtra(session, table, alignment);
  session.findings.push(...alignment.findings);
  session.notes.add(describeImport(layout, alignment, options.kind), table.path);
  collectTable(session.models, table, layout, alignment.targets, {
    ids: session.examples.id,
    classes,
    match: session.match,
    kind: options.kind,
    rejects: session.rejects,
    renormalise: options.renormalise ?? false,
    missingValues: options.missingValues ?? false,
    fileModel: fileModel(session, file, layout),
  });
}

/** The name of the model that a file is about, where its columns do not say. */
function fileModel(session: Session, file: SourceFile, { form }: Layout): string {
  if (form !== 'per-model') return file.stem;
  session.named++;
  if (session.options.model === undefined) return file.stem;
  if (session.named === 1) return session.options.model;
  throw new EsciSelectError(
    'usage',
    `--model-name ${quote(session.options.model)} names one model; there are several files`,
    {
      path: file.path,
      hint: 'import one file at a time, or let the file names be the models',
    },
  );
}

/** Ids that no example has: an error with the first, unless it is known that the files hold more. */
function checkExtra({ options }: Session, table: Table, { key, targets }: Alignment): void {
  const extra: number[] = [];
  let count = 0;
  for (let row = 0; row < targets.length; row++) {
    if (targets[row] >= 0) continue;
    count++;
    if (extra.length < 3) extra.push(row);
  }
  if (count === 0 || options.allowExtra || key === null) return;
  const ids = firstIds(
    extra.map((row) => textAt(table.columns.get(key)!, row) ?? ''),
    count,
  );
  const line = table.lines === null ? undefined : table.lines[extra[0]];
  const all = count === table.rows;
  const found = all
    ? `none of the ${count} ids in column ${quote(key)} is an example: ${ids}`
    : `${count} of ${table.rows} ids in column ${quote(key)} are no examples: ${ids}`;
  const hint = '--allow-extra leaves rows of other examples out';
  throw new EsciSelectError('data', found, {
    path: table.path,
    line,
    hint: all ? `name the column of example ids with --key; ${hint}` : hint,
  });
}

async function finish(session: Session, paths: readonly string[]): Promise<ImportResult> {
  const { examples, options, declarations } = session;
  if (session.models.size === 0) {
    throw new EsciSelectError('data', 'no predictions are found', {
      path: paths[0],
      hint: 'name .csv, .tsv, .jsonl, .parquet, .arrow, .npy or .npz files, or the folder right above them',
    });
  }
  const names = [...session.models.keys()].sort(byCodeUnits);
  const models = names.map((name) => {
    const declared = declarations.of(name, options.family);
    return finishModel(session.models.get(name)!, examples, declared, options.allowMissing ?? false);
  });
  await session.rejects?.write();
  const findings = [
    ...session.notes.findings(),
    ...session.findings,
    ...declarations.unknown(names),
    ...models.flatMap((model) => coverageFinding(model, examples)),
    ...names.flatMap((name) => strayFinding(session.models.get(name)!)),
    ...alreadyProbabilities(session),
    ...examineModels(models, examples),
  ];
  return { models, findings, inputs: session.inputs };
}

function alreadyProbabilities({ models }: Session): Finding[] {
  return [...models.values()]
    .filter(({ facts }) => facts.some((fact) => fact.logitsLookLikeProbabilities))
    .map(({ name, account }) => ({
      severity: 'warning',
      code: 'logits-are-probabilities',
      message: `logits of model ${quote(name)} already sum to 1: softmax flattened what look like probabilities`,
      count: account.kept,
      hint: 'import them with --kind probabilities',
    }));
}
