import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.js';
import { loadExamples } from '../../src/data/load.js';
import { writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { simulateData } from '../../src/pipeline/commands/data.js';
import { explainAll, report, train } from '../../src/pipeline.js';
import { importPredictions } from '../../src/predictions/import.js';
import { BIN, esciSelect } from '../cli/spawn.js';
import { trainOptions } from '../pipeline/task.js';
import { onSmallDisk, readOnlyFolder } from './disks.js';
import { importAgain, type RankedTask, rankedTask, rankToOne } from './support.js';

let task: RankedTask;
let run: string;
let outside: string;

beforeAll(async () => {
  task = await rankedTask();
  run = task.run;
  outside = join(task.folder, 'outside');
});

/** The command line in a shell, which redirects and limits it. */
function shell(script: string) {
  const esci = `"${process.execPath}" "${BIN}"`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script.replaceAll('esci-select', esci)], {
    cwd: task.folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { status, stdout, stderr };
}

/** A copy of the ranked run, with an empty folder beside it. */
function copied(name: string): string {
  const path = join(task.folder, name);
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(outside);
  rmSync(path, { recursive: true, force: true });
  cpSync(run, path, { recursive: true });
  return path;
}

/** Everything in a folder, by relative path. */
const namesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('what is written stays where it belongs', () => {
  it.each<[string, string, (folder: string) => Promise<unknown>]>([
    ['report', '../outside', (folder) => report({ run: folder, formats: ['json', 'md', 'csv'] })],
    ['report', '../nowhere', (folder) => report({ run: folder, formats: ['json'] })],
    ['report/charts', '../../outside', (folder) => report({ run: folder, formats: ['csv', 'html'] })],
    ['report/tables', '../../outside', (folder) => report({ run: folder, formats: ['csv'] })],
    ['report/report.json', '../../outside/x', (folder) => report({ run: folder, formats: ['json'] })],
    ['predictions', '../outside', (folder) => importAgain(task, folder)],
    ['decision', '../outside', (folder) => rankToOne(folder)],
    ['list', '../outside', (folder) => rankToOne(folder, join(folder, 'list/pairs.csv'))],
    [
      'all',
      '../outside',
      (folder) => explainAll({ run: folder, out: join(folder, 'all/x.arrow') }, { threads: 1 }),
    ],
  ])('47: %s of a run is a link to %s, and nothing is written there', async (link, target, work) => {
    const folder = copied('linked');
    rmSync(join(folder, link), { recursive: true, force: true });
    mkdirSync(dirname(join(folder, link)), { recursive: true });
    symlinkSync(target, join(folder, link));
    const before = namesIn(folder);
    await expect(work(folder)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/leads out of its folder|link out of its folder/),
      hint: expect.stringContaining('link'),
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(task.folder, 'nowhere'))).toBe(false);
    expect(namesIn(folder)).toEqual(before);
    rmSync(folder, { recursive: true });
  });

  it('47: the program exits 5', () => {
    const folder = copied('linked');
    symlinkSync('../outside', join(folder, 'report'));
    const { status, stderr } = esciSelect('report', '--run', folder, '--format', 'json');
    expect(status).toBe(5);
    expect(stderr).toMatch(/^error: .*: path 'report' leads out of its folder\nhint: .+\n$/);
    rmSync(folder, { recursive: true });
  });

  it('47: a folder outside the run that is the user’s own link is followed, but no link in it', async () => {
    const own = join(task.folder, 'own');
    copied('unused');
    symlinkSync(outside, own);
    await report({ run, out: own, formats: ['json'] });
    expect(readdirSync(outside)).toEqual(['report.json']);
    symlinkSync(task.predictions, join(outside, 'tables'));
    const before = readdirSync(task.predictions);
    await expect(report({ run, out: own, formats: ['csv'] })).rejects.toMatchObject({ code: 'io' });
    expect(readdirSync(task.predictions)).toEqual(before);
  });
});

const FULL = '/dev/full';

describe.skipIf(!existsSync(FULL))(
  '38: stdout that cannot be written (skipped where there is no /dev/full)',
  () => {
    it.each([
      'explain --run run --example 3 --json',
      'report --run run --format json --json',
      'rank --help',
      '--version',
    ])('%s exits 5 with one line and a hint', (command) => {
      const { status, stderr } = shell(`esci-select ${command} > ${FULL}`);
      const said = stderr.split('\n').filter((line) => !/^ *(\[|at )/.test(line));
      expect({ status, said: said.join('\n') }).toEqual({
        status: 5,
        said: expect.stringContaining('no space is left'),
      });
      expect(stderr).not.toContain('    at ');
    });

    it('a full stderr loses what is said there, and the exit code stays', () => {
      expect(shell(`esci-select explain --run run --example 3 --json 2> ${FULL}`).status).toBe(0);
      expect(shell(`esci-select explain --run run --example nobody 2> ${FULL}`).status).toBe(2);
    });
  },
);

describe.skipIf(process.platform === 'win32')(
  '38: stdout that is cut (skipped on Windows: limits are of a shell)',
  () => {
    it('a file that takes a part only is exit 5, never half a result with exit 0', () => {
      const whole = shell('esci-select explain --run run --example 3 --json > whole.json');
      expect(whole.status).toBe(0);
      const bytes = readFileSync(join(task.folder, 'whole.json')).length;
      expect(bytes).toBeGreaterThan(512);
      const cut = shell('ulimit -f 1; esci-select explain --run run --example 3 --json > cut.json');
      expect(readFileSync(join(task.folder, 'cut.json')).length).toBeLessThan(bytes);
      expect(cut).toMatchObject({
        status: 5,
        stderr: expect.stringContaining('larger than the file system allows'),
      });
    });
  },
);

describe('36: output that cannot be written is found out before any work', () => {
  it.each<[string, (place: string) => Promise<unknown>]>([
    ['train', (place) => train({ ...trainOptions(task, 'x'), run: join(place, 'run') }, { threads: 1 })],
    ['report', (place) => report({ run, out: join(place, 'report') })],
    ['explain --out', (place) => explainAll({ run, out: join(place, 'x/all.arrow') }, { threads: 1 })],
    ['rank --to-judge', (place) => rankToOne(run, join(place, 'pairs.csv'))],
    ['data simulate', (place) => simulateData({ queries: 10, seed: 1, out: join(place, 'sample') })],
  ])('%s on a read-only file system (skipped where none can be had)', async (_, work) => {
    const place = readOnlyFolder();
    if (place === null) return;
    await expect(work(place)).rejects.toMatchObject({
      code: 'io',
      message: 'cannot write: the file system is read-only',
      hint: 'write to another folder',
    });
  });
});

describe('37: memory', () => {
  it.each([['train'], ['data', 'inspect', 'x.csv'], ['import', 'x.csv'], ['trial', 'x.csv']])(
    '--memory-limit of %s is refused unless it is a size, whatever is read',
    async (...command) => {
      for (const limit of ['lots', '0GB', '-1GB', '2', '80%', 'NaN GB', '']) {
        const program = buildProgram(new AbortController().signal);
        const parsed = program.parseAsync(['node', 'esci-select', ...command, `--memory-limit=${limit}`]);
        await expect(parsed, limit).rejects.toThrow(/'--memory-limit <size>'.*such as '2GB'/);
      }
    },
  );

  it('--memory-limit of the library is checked before any file is read', async () => {
    const loaded = loadExamples(['there-is-no-such-file.csv'], { memoryLimit: 'lots' });
    await expect(loaded).rejects.toMatchObject({ code: 'usage', hint: 'give --memory-limit as in 2GB' });
  });

  it('--memory-limit bounds every reading of parquet, of examples and of predictions', async () => {
    const column = (name: string, of: (row: number) => string) => ({
      name,
      type: 'string' as const,
      values: Array.from({ length: 60 }, (_, row) => of(row)),
    });
    const path = join(task.folder, 'small.parquet');
    const id = column('example_id', (row) => `${7 + 3 * row}`);
    const columns = [
      id,
      column('query', String),
      column('product_id', String),
      column('esci_label', () => 'exact'),
    ];
    await writeParquet(path, columns);
    const refused = { code: 'io', hint: expect.stringContaining('--memory-limit') };
    await expect(loadExamples([path], { memoryLimit: '1KB' })).rejects.toMatchObject(refused);
    const { examples } = await loadExamples([path], { memoryLimit: '1GB' });
    const imported = importPredictions([path], examples, { memoryLimit: '1KB' });
    await expect(imported).rejects.toMatchObject(refused);
  });

  it('a heap that is too small for any command is said, not V8’s abort', () => {
    const { status, stderr } = shell(
      'NODE_OPTIONS=--max-old-space-size=40 esci-select rank --run run --budget 1',
    );
    expect(status).toBe(5);
    expect(stderr).toBe(
      'error: the JavaScript heap is limited to 40 MiB, and at least 96 are needed\n' +
        'hint: allow a larger heap, in MiB: NODE_OPTIONS=--max-old-space-size=4096\n',
    );
  });

  it('a heap that the data fill is said, not V8’s abort', () => {
    const lines = Array.from(
      { length: 250_000 },
      (_, row) => `${row},words of query ${row >> 3},${row >> 3},P${row},us,exact`,
    );
    const head = 'example_id,query,query_id,product_id,product_locale,esci_label';
    writeFileSync(join(task.folder, 'large.csv'), `${[head, ...lines].join('\n')}\n`);
    const { status, stderr } = shell(
      'NODE_OPTIONS=--max-old-space-size=96 esci-select data inspect large.csv',
    );
    expect({ status, stderr }).toEqual({
      status: 5,
      stderr: expect.stringContaining('heap of 96 MiB is used up\nhint: '),
    });
  });
});

describe('33: a full disk', () => {
  it('leaves the old decision or the new one, and later commands agree (skipped where no small disk can be had)', () => {
    onSmallDisk(run, 100, (folder) => {
      const before = readFileSync(join(folder, 'decision/decision.json'));
      const ranked = esciSelect(
        'rank',
        '--run',
        folder,
        '--budget',
        '1',
        '--force',
        '--threads',
        '1',
        '--replicates',
        '100',
      );
      expect(ranked.status).toBe(5);
      expect(ranked.stderr).toContain('no space is left on the device\nhint: free some space');
      expect(readFileSync(join(folder, 'decision/decision.json'))).toEqual(before);
      expect(readdirSync(folder).filter((name) => /^\.(?!lock)/.test(name))).toEqual([]);
      const { status, stdout } = esciSelect(
        'report',
        '--run',
        folder,
        '--format',
        'json',
        '--out',
        join(task.folder, 'small'),
        '--quiet',
      );
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringContaining('Within 2 models: keep '),
      });
    });
  });
});
