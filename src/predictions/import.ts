import { basename, resolve } from 'node:path';
import type { Examples, Finding, InputFile } from '../data/examples/examples.js';
import { EsciSelectError, quote } from '../errors.js';
import { sha256File } from '../io/hash.js';
import { readTable } from '../io/read.js';
import { release } from '../io/release.js';
import type { Table } from '../io/table.js';
import { examineModels } from './checks/examine.js';
import { costsOf, isCostTable } from './costs.js';
import type { FileReading } from './file-reading.js';
import type { DataFile, ImportOptions, ImportResult } from './import-options.js';
import { type ClassReading, classOrder, classReadings } from './layout/class-order.js';
import { isProductText } from './layout/names.js';
import { modelNames } from './part-files.js';
import { byCodeUnits, expandPaths } from './paths.js';
import { readAhead } from './read-ahead.js';
import { ARRAY_KEY, readArrayTable } from './reading/arrays.js';
import { type Collected, collectTable } from './reading/collect.js';
import { Declarations, readCards } from './reading/declared.js';
import { coverageFinding, ImportNotes, oneSidedFinding, strayFinding } from './reading/findings.js';
import { finishModel, isDead } from './reading/finish.js';
import { ExampleIndexes } from './reading/indexes.js';
import { joinFindings } from './reading/join-report.js';
import { readFileLayout } from './reading/read-file.js';
import { Rejects } from './reading/rejects.js';
import type { SourceFile } from './source-file.js';

export type { ImportOptions, ImportResult } from './import-options.js';

/** What is kept while files are read one after another. */
interface Session {
  readonly examples: Examples;
  readonly options: ImportOptions;
  readonly indexes: ExampleIndexes;
  readonly readings: readonly ClassReading[];
  /** the class index of each position, where declared */
  readonly order: readonly number[] | null;
  /** the model of each single-model file, by path */
  readonly names: ReadonlyMap<string, string>;
  readonly models: Map<string, Collected>;
  readonly declarations: Declarations;
  readonly notes: ImportNotes;
  readonly findings: Finding[];
  readonly files: FileReading[];
  readonly inputs: InputFile[];
  readonly rejects: Rejects | null;
  /** an array's columns have no names but the declared ones */
  orderUsed: boolean;
}

/**
 * Import the predictions in files and folders, aligned with the examples by what identifies them. Layout, key and kind are
 * found by names or declared, never guessed, and reported; `costs.csv` and JSON cards in or beside the folders fill the
 * model cards. Throws EsciSelectError with the place and the flag that helps. Deterministic: the order of rows, files and
 * folders does not change the result. O(cells read); memory: one file, two
 * of parquet, and 4 bytes x rows x classes a model.
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
  refuseContradictions(options);
  const files = await filesOf(paths, options);
  const tables = files.filter(({ role }) => role === 'table' || role === 'array');
  const session = openSession(examples, options, modelNames(tables));
  if (tables.length > 0) options.onProgress?.(0, tables.length, tables[0].path);
  await readAhead(tables, {
    read: (file) => readFile(session, file),
    elsewhere: ({ path }) => /\.parquet$/i.test(path),
    take(file, read, done) {
      takeIn(session, file, read);
      release(arraysOf(read.table));
      const next = tables[done + 1]?.path;
      if (next !== undefined) options.onProgress?.(done + 1, tables.length, next);
    },
  });
  options.onProgress?.(tables.length, tables.length, '');
  const { read, ignored } = await readCards(files, session.declarations);
  for (const path of options.ids === undefined ? read : [...read, options.ids])
    session.inputs.push(await inputOf(path));
  for (const path of [...ignored, ...files.filter(({ role }) => role === 'other').map(({ path }) => path)]) {
    session.notes.add('file holds neither predictions nor a model card; left alone', path);
  }
  return finish(session, paths);
}

/** Logits have no sum to be divided by: whoever asks for both means one of them. */
function refuseContradictions({ kind, renormalise }: ImportOptions): void {
  if (kind !== 'logits' || renormalise !== true) return;
  throw new EsciSelectError('usage', 'the numbers cannot be logits and be divided by their sum', {
    hint: 'for logits --kind logits alone; for probabilities or counts --renormalise alone',
  });
}

function openSession(
  examples: Examples,
  options: ImportOptions,
  names: ReadonlyMap<string, string>,
): Session {
  const order = options.classOrder === undefined ? null : classOrder(examples.labelSpace, options.classOrder);
  return {
    examples,
    options,
    order,
    names,
    indexes: new ExampleIndexes(examples),
    readings: classReadings(examples.labelSpace, order, options.labelMap),
    models: new Map(),
    declarations: new Declarations(),
    notes: new ImportNotes(),
    findings: [],
    files: [],
    inputs: [],
    rejects: options.rejects === undefined ? null : new Rejects(options.rejects),
    orderUsed: false,
  };
}

async function filesOf(paths: readonly string[], { ids, rejects }: ImportOptions): Promise<SourceFile[]> {
  const others = [ids, rejects].flatMap((path) => (path === undefined ? [] : [resolve(path)]));
  const files = await expandPaths(paths);
  return files.filter(({ path }) => !others.includes(resolve(path)));
}

/** A file's table, and its bytes' hash. */
interface ReadTable {
  readonly hash: InputFile;
  readonly table: Table;
}

async function readFile(session: Session, file: SourceFile): Promise<ReadTable> {
  const [hash, table] = await Promise.all([inputOf(file.path), tableOf(session, file)]);
  return { hash, table };
}

function tableOf({ options, examples }: Session, { path, role }: SourceFile): Promise<Table> {
  if (role === 'array') return readArrayTable(path, examples.labelSpace.classes, options);
  const keep = (name: string) =>
    name === options.key || options.columns !== undefined || !isProductText(name);
  const { delimiter, memoryLimit, maxUnpacked } = options;
  return readTable(path, { delimiter, memoryLimit, maxUnpacked, columns: keep });
}

/** The arrays that a table's columns of numbers are in. */
function* arraysOf({ columns }: Table): Generator<ArrayBufferView> {
  for (const column of columns.values()) {
    if (column.kind === 'number' || column.kind === 'integer') yield column.values;
  }
}

function takeIn(session: Session, file: SourceFile, { hash, table }: ReadTable): void {
  const { options } = session;
  session.inputs.push(hash);
  if (file.role === 'array') {
    const declared = { ...options, key: ARRAY_KEY, columns: undefined, fromArray: true };
    importTable(session, { file, table, options: declared });
  } else if (isCostTable(table)) session.declarations.addTable(file.path, costsOf(table));
  else importTable(session, { file, table, options, data: dataFile(options, hash.sha256) });
}

async function inputOf(path: string): Promise<InputFile> {
  return { name: basename(path), ...(await sha256File(path)) };
}

function dataFile({ dataFiles }: ImportOptions, sha256: string): DataFile | undefined {
  return dataFiles?.find((file) => file.sha256 === sha256);
}

/** A table of a file, and how it is to be read. */
interface GivenTable {
  readonly file: SourceFile;
  readonly table: Table;
  readonly options: ImportOptions & { fromArray?: boolean };
  readonly data?: DataFile;
}

function importTable(session: Session, { file, table, options, data }: GivenTable): void {
  const { examples, indexes, readings, order } = session;
  const fileModel = session.options.model ?? session.names.get(file.path) ?? file.stem;
  const read = readFileLayout(table, { indexes, readings, order, options, data, fileModel });
  if (options.fromArray && order !== null) session.orderUsed = true;
  session.findings.push(...read.alignment.findings);
  session.notes.add(read.description, table.path);
  session.files.push(read.reading);
  collectTable(
    session.models,
    { ...read, targets: read.alignment.targets },
    {
      ids: examples.id,
      classes: examples.labelSpace.classes,
      readings,
      kind: options.kind,
      rejects: session.rejects,
      renormalise: options.renormalise ?? false,
      missingValues: options.missingValues ?? false,
      fileModel,
      declaredModel: session.options.model,
    },
  );
}

async function finish(session: Session, paths: readonly string[]): Promise<ImportResult> {
  const { examples, options, declarations } = session;
  const allowMissing = options.allowMissing ?? false;
  const all = [...session.models.values()].sort((a, b) => byCodeUnits(a.name, b.name));
  const dead = allowMissing ? all.filter(isDead) : [];
  const alive = all.filter((model) => !dead.includes(model));
  if (alive.length === 0) refuseNothing(paths[0], dead);
  const models = alive.map((model) =>
    finishModel(model, examples, declarations.of(model.name, options.family), allowMissing),
  );
  await session.rejects?.write();
  const findings = [
    ...session.notes.findings(),
    ...joinFindings(session.files.map(({ join }) => join)),
    ...session.findings,
    ...unusedOrder(session),
    ...declarations.unknown(all.map(({ name }) => name)),
    ...dead.map(deadFinding),
    ...models.flatMap((model) => [...coverageFinding(model, examples), ...oneSidedFinding(model, examples)]),
    ...alive.flatMap(strayFinding),
    ...alreadyProbabilities(alive),
    ...examineModels(models, examples, numberedModels(session)),
  ];
  return { models, findings, inputs: session.inputs, files: session.files };
}

function refuseNothing(path: string, dead: readonly Collected[]): never {
  const why =
    dead.length === 0
      ? ''
      : `: no model has a usable value, ${dead.map(({ name }) => quote(name)).join(', ')}`;
  throw new EsciSelectError('data', `no predictions are found${why}`, {
    path,
    hint: 'name .csv, .tsv, .jsonl, .parquet, .arrow, .npy or .npz files, or the folder that holds them',
  });
}

function deadFinding({ name, account }: Collected): Finding {
  return {
    severity: 'warning',
    code: 'dead-model',
    message: `model ${quote(name)} is left out: none of its ${account.missing} rows holds a usable value`,
    count: account.missing,
  };
}

/** The declared order of models whose classes are numbers: a better one can be proposed in its terms. */
function numberedModels({ models, order }: Session): (name: string) => readonly number[] | null {
  return (name) => (models.get(name)?.numbered ? order : null);
}

/** A declaration that nothing needed. */
function unusedOrder({ models, order, orderUsed }: Session): Finding[] {
  if (order === null || orderUsed || [...models.values()].some(({ numbered }) => numbered)) return [];
  return [
    {
      severity: 'warning',
      code: 'class-order-unused',
      message: '--class-order changes nothing: all columns and answers name their classes',
    },
  ];
}

function alreadyProbabilities(models: readonly Collected[]): Finding[] {
  return models
    .filter(({ facts }) => facts.some((fact) => fact.logitsLookLikeProbabilities))
    .map(({ name, account }) => ({
      severity: 'warning',
      code: 'logits-are-probabilities',
      message: `logits of model ${quote(name)} already sum to 1: softmax flattened what look like probabilities`,
      count: account.kept,
      hint: 'import them with --kind probabilities',
    }));
}
