import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { loadRun } from '../../src/pipeline/files/load-run.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { esciSelectIn } from '../cli/spawn.js';
import { npyBytes } from '../io/helpers.js';
import {
  csv,
  JUDGED,
  judged,
  judgements,
  P,
  type Row,
  rowsOf,
  shuffled,
} from '../predictions/cases/support.js';
import { scratchFolder } from './shell.js';

/** Hints followed one after the other, at most. */
const MOST_STEPS = 5;
const scratch = scratchFolder();
const rows = rowsOf();
const FIT = ['--folds', '3', '--rounds', '3', '--threads', '1', '--no-measure', '--quiet'];
const TRAIN = [
  'train',
  '--data',
  'judgements.csv',
  '--predictions',
  'predictions',
  '--models',
  'none',
  '--run',
  'run',
  ...FIT,
];

/** Files by name, as they are in the folder that commands run in. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** An input whose first attempt fails, and what to read in its hints. */
interface Walk {
  readonly files: Files;
  /** which of a hint's alternatives to follow, where it has several; all its flags by default */
  readonly follow?: RegExp;
  /** the hint that names no flag but what to do to a file, and the files once that is done */
  readonly mend?: readonly [hint: RegExp, files: Files];
  /** flags given from the start */
  readonly given?: readonly string[];
  /** rows and tolerance that the result must have; all rows and rounding by default */
  readonly covers?: (row: Row) => boolean;
  /** only the answers are known, not the probabilities */
  readonly answers?: boolean;
}

const table = (header: string, cells: (row: Row) => string | readonly unknown[]) =>
  csv(
    `example_id,${header}`,
    shuffled(rows).map((row) => [row.id, cells(row)].flat()),
  );
const probabilities = table(P, ({ p }) => p);
const data = { 'judgements.csv': judgements(rows) };
const file = (text: string): Files => ({ ...data, 'predictions/m.csv': text });
const renamedKey = csv(
  `row_id,other_id,${P}`,
  rows.map((row) => [row.id, row.id + 1000, ...row.p]),
);
const WALKS: Record<string, Walk> = {
  logits: { files: file(table(P, ({ p }) => p.map((value) => Math.log(value) + 9))) },
  'minus infinity': {
    files: file(
      table(P, ({ p, answer }) => p.map((value, k) => (k === (answer + 1) % 4 ? '-inf' : Math.log(value)))),
    ),
    answers: true,
  },
  'numbered columns': { files: file(table('p_0,p_1,p_2,p_3', ({ p }) => p)) },
  'numbered answers': { files: file(table('prediction', ({ answer }) => `LABEL_${answer}`)), answers: true },
  'lists as text': { files: file(table('probs', ({ p }) => `"[${p.join(' ')}]"`)) },
  'sums that are not 1': {
    files: file(table(P, ({ p }) => p.map((value) => value * 1.1))),
    follow: /renormalise/, // the other half of the hint is for logits, as it says
  },
  'a dead cell': {
    files: file(table(P, (row) => (isDead(row) ? ['NaN', '', '', ''] : row.p))),
    covers: (row) => !isDead(row),
  },
  'a model of few rows': {
    files: file(
      csv(
        `example_id,${P}`,
        rows.slice(0, 50).map((row) => [row.id, ...row.p]),
      ),
    ),
    covers: (row) => rows.indexOf(row) < 50,
  },
  'rows of other examples': { files: file(`${probabilities}99999,0.7,0.1,0.1,0.1\n`) },
  'two ways to read columns': {
    files: file(table(`${P},exact,substitute,complement,irrelevant`, ({ p }) => [...p, ...p])),
  },
  'a decimal comma': {
    files: file(table(P, ({ p }) => p.map((value) => `"${String(value).replace('.', ',')}"`))),
    mend: [/decimal|point|comma/, file(probabilities)],
  },
  'an array without ids': {
    files: {
      ...data,
      'predictions/m.npy': npyBytes(
        "'<f8'",
        [60, 4],
        new Uint8Array(Float64Array.from(rows.flatMap(({ p }) => p)).buffer),
      ),
      FILE: csv(
        'example_id',
        rows.map(({ id }) => [id]),
      ),
    },
    given: ['--class-order', 'exact,substitute,complement,irrelevant', '--kind', 'probabilities'],
  },
  'row names of R, one too high': {
    files: {
      'judgements.csv': csv(
        JUDGED,
        rows.map((row) => judged(row)),
      ),
      'predictions/m.csv': csv(
        `"",${P}`,
        rows.map((row, at) => [at + 1, ...row.p]),
      ),
    },
    mend: [/example_id into both files/, { ...data, 'predictions/m.csv': probabilities }],
  },
  'an id twice': {
    files: file(`${probabilities}${rows[0].id},0.7,0.1,0.1,0.1\n`),
    mend: [/keep one row per example and model/, file(probabilities)],
  },
  'a pickle': {
    files: { ...data, 'predictions/m.pkl': new Uint8Array([128, 4, 149, 46]) },
    mend: [
      /use \.csv, \.tsv|save pickles|name \.csv|put .*\.csv/,
      { ...data, 'predictions/m.csv': probabilities },
    ],
  },
  'grades where words are due': {
    files: {
      'judgements.csv': csv(
        `example_id,${JUDGED}`,
        rows.map((row) => [row.id, judged(row, ['3', '2', '1', '0'])]),
      ),
      'predictions/m.csv': probabilities,
    },
    mend: [/--classes|--label-map/, { ...data, 'predictions/m.csv': probabilities }],
  },
  'two folds': { files: file(probabilities), given: ['--folds', '2'] },
  'a mistyped column for the key': { files: file(renamedKey), given: ['--key', 'row_idd'] },
};

function isDead(row: Row): boolean {
  return row.query === 2 && row.id % 2 === 0;
}

/** Flags of `train` that take no value. */
const train = commandPaths(buildProgram(new AbortController().signal)).find(({ path }) => path === 'train')!;
const BOOLEAN = new Set(
  train.command.options.filter(({ required, optional }) => !required && !optional).map(({ long }) => long),
);
const KNOWN = new Set(train.command.options.map(({ long }) => long));

/** The flags in a hint, each with its value as it is written there; of alternatives the first that `follow` knows. */
function flagsOf(hint: string, follow?: RegExp): string[] {
  const found = [...hint.matchAll(/(--[a-z-]+)(?: ('[^']*'|[^\s;,()]+(?:,[^\s;,()]+)*))?/g)];
  const flags = found
    .filter(([text, name]) => KNOWN.has(name) && (follow === undefined || follow.test(text)))
    .flatMap(([, name, value]) =>
      BOOLEAN.has(name) ? [[name]] : value === undefined ? [] : [[name, value.replaceAll("'", '')]],
    );
  const first = new Map(flags.map((words) => [words[0], words] as const).reverse());
  return [...first.values()].reverse().flat();
}

/** A flag given again takes the place of the earlier one. */
function withFlags(given: readonly string[], more: readonly string[]): string[] {
  const named = new Set(more.filter((word) => word.startsWith('--')));
  const kept: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const takes = given[at].startsWith('--') && !BOOLEAN.has(given[at]);
    if (!named.has(given[at])) kept.push(given[at], ...(takes ? [given[at + 1]] : []));
    if (takes) at++;
  }
  return [...kept, ...more];
}

function write(folder: string, files: Files): void {
  rmSync(join(folder, 'predictions'), { recursive: true, force: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** What a failed command printed after `hint: `. */
function hintOf(stderr: string): string {
  const hint = /^hint: (.+)$/m.exec(stderr)?.[1];
  if (hint === undefined) throw new Error(`no hint: ${stderr}`);
  return hint;
}

/** Whether a run holds the predictions of model m as the rows have them. */
async function expectRight(folder: string, { covers = () => true, answers = false }: Walk): Promise<void> {
  const { examples, matrix } = await loadRun(await RunFolder.open(join(folder, 'run')));
  expect(matrix.cards.map(({ name }) => name)).toEqual(['m']);
  const own = new Map(rows.map((row) => [String(row.id), row] as const));
  for (let row = 0; row < examples.rows; row++) {
    const expected = own.get(examples.id[row])!;
    const found = Array.from(matrix.values.subarray(row * 4, row * 4 + 4));
    if (!covers(expected)) expect(found[0]).toBeNaN();
    else if (answers) expect(found.indexOf(Math.max(...found)), examples.id[row]).toBe(expected.answer);
    else for (const [k, value] of found.entries()) expect(value).toBeCloseTo(expected.p[k], 3);
  }
}

describe('hints of imports, followed to the letter on the same run folder', () => {
  it.each(Object.entries(WALKS))('%s', async (name, walk) => {
    const folder = join(scratch, name.replaceAll(' ', '-'));
    write(folder, walk.files);
    let args = [...TRAIN, ...(walk.given ?? [])];
    if (walk.given !== undefined) args = withFlags(TRAIN, walk.given);
    const hints: string[] = [];
    for (let step = 0; step < MOST_STEPS; step++) {
      const { status, stderr } = esciSelectIn(folder, ...args);
      if (status === 0) {
        expect(hints.length).toBeGreaterThan(0);
        await expectRight(folder, walk);
        return;
      }
      expect([2, 3], stderr).toContain(status);
      const hint = hintOf(stderr);
      expect(hints, 'the same hint again').not.toContain(hint);
      hints.push(hint);
      const meant = /^did you mean '([^']+)'/.exec(hint)?.[1];
      const flags = meant === undefined ? flagsOf(hint, walk.follow) : [walk.given![0], meant];
      if (walk.mend?.[0].test(hint)) write(folder, walk.mend[1]);
      else {
        expect(flags, hint).not.toEqual([]);
        args = withFlags(args, flags);
      }
    }
    expect.fail(`hints go round in a circle: ${hints.join('\n')}`);
  });
});

describe('hints of other commands', () => {
  const folder = join(scratch, 'commands');

  /** Runs a command that fails, and gives its hint. */
  function failing(status: number, ...args: string[]): string {
    const ended = esciSelectIn(folder, ...args);
    expect(ended, args.join(' ')).toMatchObject({ status });
    return hintOf(ended.stderr);
  }

  /** Runs the command that a hint names, with what is missing. */
  function follow(hint: string, ...more: string[]): void {
    const command = /esci-select ((?:[a-z]+)(?: --[a-z-]+ [\w-]+)*)/.exec(hint)?.[1];
    expect(command, hint).toBeDefined();
    const words = command!.replace(' N', ' 1').split(' ');
    expect(esciSelectIn(folder, ...words, ...more), hint).toMatchObject({ status: 0 });
  }

  it('lead from an empty folder to a report, and mend a run that was changed', () => {
    write(folder, file(probabilities));
    const from = ['--data', 'judgements.csv', '--predictions', 'predictions', '--models', 'none', ...FIT];
    follow(failing(2, 'rank', '--run', 'run', '--budget', '1'), ...from);
    follow(failing(2, 'report', '--run', 'run'), '--run', 'run', '--replicates', '100');
    expect(esciSelectIn(folder, 'report', '--run', 'run', '--format', 'json')).toMatchObject({ status: 0 });
    const sound = readFileSync(join(folder, 'run/report/report.json'), 'utf8');
    for (const path of ['ensemble/curve.json', 'decision/decision.json']) {
      writeFileSync(join(folder, 'run', path), '{}');
      const hint = failing(3, 'report', '--run', 'run', '--format', 'json');
      expect(hint).toContain('with the same --run and --force');
      const made = path.startsWith('ensemble')
        ? ['train', ...from]
        : ['rank', '--budget', '1', '--replicates', '100'];
      expect(hint).toContain(`run esci-select ${made[0]}`);
      expect(esciSelectIn(folder, ...made, '--run', 'run', '--force')).toMatchObject({ status: 0 });
    }
    expect(esciSelectIn(folder, 'report', '--run', 'run', '--format', 'json')).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'run/report/report.json'), 'utf8')).toBe(sound);
  });

  it('name a legal value in the place of a wrong one', () => {
    const wrong: [number, string[], RegExp, (value: string) => string[]][] = [
      [
        2,
        ['explain', '--run', 'run', '--example', 'nobody'],
        /'(\d+)'/,
        (id) => ['explain', '--run', 'run', '--example', id],
      ],
      [
        2,
        ['rank', '--run', 'run', '--budget', 'many'],
        /--budget (\d+)/,
        (budget) => ['rank', '--run', 'run', '--budget', budget],
      ],
      [
        2,
        ['rank', '--run', 'run', '--budget', '1', '--require', 'mm'],
        /did you mean '(\w+)'/,
        (model) => ['rank', '--run', 'run', '--budget', '1', '--require', model],
      ],
      [
        2,
        ['rank', '--run', 'run', '--budget', '1', '--metric', 'macroF'],
        /did you mean '(\w+)'/,
        (metric) => ['rank', '--run', 'run', '--budget', '1', '--metric', metric],
      ],
      [
        2,
        ['rank', '--run', 'run', '--budget', '1', '--strategy', 'gredy'],
        /did you mean '([\w-]+)'/,
        (strategy) => ['rank', '--run', 'run', '--budget', '1', '--strategy', strategy],
      ],
      [
        2,
        ['report', '--run', 'run', '--format', 'htm'],
        /did you mean '(\w+)'/,
        (format) => ['report', '--run', 'run', '--format', format],
      ],
      [
        2,
        ['data', 'inspect', 'judgements.csv', '--memory-limit', 'lots'],
        /such as '(\w+)'|in (\w+)|(2GB)/,
        () => ['data', 'inspect', 'judgements.csv', '--memory-limit', '2GB'],
      ],
    ];
    for (const [status, args, value, again] of wrong) {
      const { stderr } = esciSelectIn(folder, ...args);
      const hint = failing(status, ...args);
      const found = value.exec(hint) ?? value.exec(stderr);
      expect(found, `${args.join(' ')}: ${hint}`).not.toBeNull();
      const followed = esciSelectIn(folder, ...again(found!.slice(1).find((text) => text !== undefined)!));
      expect(followed, hint).toMatchObject({ status: 0 });
    }
  });
});
