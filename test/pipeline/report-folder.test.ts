import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIST_FILE, writeReportFolder } from '../../src/pipeline/files/report-folder.js';

let folder: string;
let charts: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'esci-select-report-'));
  charts = join(folder, 'charts');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeReportFolder', () => {
  it('removes what an earlier report wrote and this one does not, and nothing else', async () => {
    await writeReportFolder(charts, new Map([['a.svg', 'a'], ['b.svg', 'b'], ['c.svg', 'c']])); // biome-ignore format: short
    writeFileSync(join(charts, 'b.svg'), 'changed by hand');
    writeFileSync(join(charts, 'mine.svg'), 'never written by a report');
    const result = await writeReportFolder(charts, new Map([['a.svg', 'new']]));
    expect(result).toEqual({
      written: [join(charts, 'a.svg')],
      removed: [join(charts, 'c.svg')],
      left: [join(charts, 'b.svg')],
    });
    expect(readdirSync(charts).sort()).toEqual(['a.svg', 'b.svg', LIST_FILE, 'mine.svg']);
    expect(readFileSync(join(charts, 'a.svg'), 'utf8')).toBe('new');
  });

  it('writes the same bytes for the same files, without a path', async () => {
    const files = new Map([['a.svg', 'a']]);
    await writeReportFolder(charts, files);
    const first = readFileSync(join(charts, LIST_FILE), 'utf8');
    await writeReportFolder(charts, files);
    expect(readFileSync(join(charts, LIST_FILE), 'utf8')).toBe(first);
    expect(first).not.toContain(folder);
  });

  it.each(['../precious', '/etc/hosts', 'a/b', '..', 'x\\y'])(
    'never follows a list that names %j',
    async (name) => {
      writeFileSync(join(folder, 'precious'), 'p');
      mkdirSync(charts);
      writeFileSync(
        join(charts, LIST_FILE),
        JSON.stringify({ schema: 'esci-select/files/1', files: [{ name, sha256: 'x' }] }),
      );
      await expect(writeReportFolder(charts, new Map())).rejects.toThrow(/not a list of files/);
      expect(existsSync(join(folder, 'precious'))).toBe(true);
    },
  );

  it('refuses a files.json of somebody else, and leaves it', async () => {
    mkdirSync(charts);
    writeFileSync(join(charts, LIST_FILE), 'not json');
    await expect(writeReportFolder(charts, new Map([['a.svg', 'a']]))).rejects.toMatchObject({
      code: 'usage',
    });
    expect(readdirSync(charts)).toEqual([LIST_FILE]);
  });
});
