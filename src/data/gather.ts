import { basename } from 'node:path';
import { blocking } from '../io/blocking.js';
import { sha256File } from '../io/hash.js';
import { checkMemoryLimit } from '../io/memory-limit.js';
import { takeRows } from '../math/rows.js';
import { type CheckInput, checkLeaks, checkRepeats } from './checks/encoding.js';
import { errorOf } from './checks/findings.js';
import { findLeaks } from './checks/leaks.js';
import { RowProblems } from './checks/problems.js';
import type { ExampleIdentity, Examples, Finding, InputFile, Place } from './examples/examples.js';
import type { LoadedExamples, LoadOptions } from './examples/load-options.js';
import { pickValues } from './examples/pick.js';
import { readBehaviours } from './reading/behaviours.js';
import { type DataFile, findLayout, type Layout, type TableKind } from './reading/example-columns.js';
import { type Judgements, readJudgements, reportBadIds } from './reading/judgements.js';
import { identifySubjects, type Subjects } from './reading/query-identity.js';
import { rejectRows } from './reading/rejects.js';
import { chooseIds } from './reading/row-identity.js';
import { placeOfRow, type Rows, readRows, textByRole, unevenColumns } from './reading/rows.js';
import { selectRows } from './reading/select.js';
import { readSources } from './reading/sources.js';
import { ownText, readText } from './reading/text.js';
import { undeclaredSplit } from './reading/undeclared-split.js';

/** Examples as far as they can be made of the data, with everything known about them. */
export interface Gathered extends LoadedExamples {
  /** rows whose (query, product) was judged in an earlier row */
  readonly repeatedJudgements: number;
}

/**
 * Reads data into examples. Rows with errors stay in (unlabelled, or with the id they have) and are error findings, unless
 * `skipInvalid` leaves them out; with `stopAtErrors` the first error is thrown before product text is joined.
 * Throws for files that cannot be read at all.
 */
export async function gatherExamples(
  paths: readonly string[],
  options: LoadOptions,
  stopAtErrors: boolean,
): Promise<Gathered> {
  checkMemoryLimit(options.memoryLimit);
  const layout = await findLayout(paths, options);
  const of = (kind: TableKind) => layout.files.filter((file) => file.kind === kind);
  const rows = await readRows(of('examples'), options);
  const judged = await judgedRows(rows, options);
  const { kept, ids, judgements } = judged;
  const subjects = await blocking(() => identifySubjects(rows, kept, ids, options));
  const { checks, repeats, leaks } = await blocking(() => {
    const input = checkInput(rows, kept, judgements, subjects);
    return { checks: input, repeats: checkRepeats(input), leaks: checkLeaks(input) };
  });
  const findings = [
    ...layout.findings,
    ...unevenColumns(rows, options.columns),
    ...undeclaredSplit(rows, options.columns),
    ...judged.findings,
    ...subjects.findings,
    ...leaks,
    ...repeats.findings,
  ];
  if (stopAtErrors) throwFirstError(findings);
  const extras = await readExtras({ layout, options, findings }, rows, kept, subjects);
  const examples: Examples = {
    rows: kept.length,
    labelSpace: judgements.labelSpace,
    id: ids,
    query: subjects.query,
    group: subjects.grouping.group,
    groupKeys: subjects.grouping.keys,
    productId: subjects.productId,
    product: subjects.product,
    products: subjects.products,
    locale: subjects.locale,
    label: checks.label,
    split: checks.split,
    fold: checks.fold,
    identity: judged.identity,
    ...extras,
  };
  findings.push(...(await blocking(() => findLeaks(examples, checks.place))));
  return {
    examples,
    findings,
    inputs: await inputsOf(layout, options),
    repeatedJudgements: repeats.repeated,
  };
}

/** The rows to use with their ids ([kept row]) and judgements ([row over all files]). */
interface JudgedRows {
  readonly kept: Int32Array;
  readonly ids: readonly string[];
  readonly judgements: Judgements;
  readonly identity: ExampleIdentity;
  readonly findings: readonly Finding[];
}

async function judgedRows(rows: Rows, options: LoadOptions): Promise<JudgedRows> {
  const problems = new RowProblems((row) => placeOfRow(rows, row));
  const { selected, chosen, judgements, findings } = await blocking(() => judge(rows, options, problems));
  let kept = selected;
  if (options.skipInvalid === undefined) findings.push(...problems.findings());
  else {
    const rejected = await rejectRows(options.skipInvalid, rows, selected, problems);
    kept = rejected.kept;
    findings.push(rejected.finding);
  }
  const others = [...chosen.others].map(
    ([name, values]) => [name, pickValues(values, kept) as string[]] as const,
  );
  const identity = { column: chosen.column, others: new Map(others) };
  return { kept, ids: pickValues(chosen.ids, kept), judgements, identity, findings };
}

function judge(rows: Rows, options: LoadOptions, problems: RowProblems) {
  const { selected, findings: leftOut } = selectRows(rows, options);
  const chosen = chooseIds(rows, selected, options);
  reportBadIds(rows, chosen.bad, problems);
  const judgements = readJudgements(rows, selected, options, problems);
  return { selected, chosen, judgements, findings: [...leftOut, ...chosen.findings, ...judgements.findings] };
}

function checkInput(rows: Rows, kept: Int32Array, judgements: Judgements, subjects: Subjects): CheckInput {
  const { label, split, fold } = judgements;
  return {
    group: subjects.grouping.group,
    groupKeys: subjects.grouping.keys,
    product: subjects.product,
    products: subjects.products,
    label: takeRows(label, 1, kept),
    split: takeRows(split, 1, kept),
    fold: fold === null ? null : takeRows(fold, 1, kept),
    place: (row): Place => placeOfRow(rows, kept[row]),
  };
}

async function readExtras(
  { layout, options, findings }: { layout: Layout; options: LoadOptions; findings: Finding[] },
  rows: Rows,
  kept: Int32Array,
  subjects: Subjects,
): Promise<Pick<Examples, 'source' | 'text' | 'behaviours'>> {
  const of = (kind: TableKind) => layout.files.filter((file) => file.kind === kind);
  const { group, byQueryId } = subjects.grouping;
  const keys = { groupOf: byQueryId, productOf: subjects.productNumbers };
  const own = textByRole(rows, 'source');
  const joined = await readSources(of('sources'), byQueryId, group, options);
  const behaved = await readBehaviours(of('behaviours'), keys, options);
  const text =
    options.text === false ? null : await readText({ rows, kept, subjects }, of('products'), options);
  findings.push(...joined.findings, ...behaved.findings, ...(text?.findings ?? []));
  return {
    source: joined.source ?? (own === null ? null : pickValues(own, kept)),
    text: text?.text ?? null,
    behaviours: behaved.behaviours,
  };
}

async function inputsOf(layout: Layout, options: LoadOptions): Promise<InputFile[]> {
  const unread = (file: DataFile) => file.kind === 'products' && !needsProducts(layout, options);
  const inputs: InputFile[] = [];
  for (const file of layout.files) {
    if (unread(file)) continue;
    options.onProgress?.(`hashing ${basename(file.path)}`);
    inputs.push({ name: basename(file.path), ...(await sha256File(file.path)) });
  }
  return inputs;
}

function needsProducts(layout: Layout, options: LoadOptions): boolean {
  return (
    options.text !== false && !layout.files.some((file) => file.kind === 'examples' && ownText(file.columns))
  );
}

/** Throws the first error finding, if there is one. */
function throwFirstError(findings: readonly Finding[]): void {
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw errorOf(error);
}
