import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatManifest,
  newManifest,
  readManifest,
  withStage,
  writeManifest,
} from '../../src/run/manifest.js';
import { scratchFolder } from './helpers.js';

const scratch = scratchFolder();
const HASH = '0123456789abcdef'.repeat(4);
const plain = newManifest({ seed: 1, options: {}, inputs: [], version: '0.1.0' });
const NAMES = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString'), fc.string());

function written(text: string): string {
  const folder = join(scratch, 'written');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), text);
  return folder;
}

/** The plain manifest's JSON with some members replaced. */
const changed = (members: object) => JSON.stringify({ ...plain, ...members });
const withOutput = (path: string) =>
  changed({ stages: { s: { key: 'k', outputs: [{ path, bytes: 1, sha256: HASH }] } } });

describe('manifest', () => {
  it('reads back as it was written, whatever the names', async () => {
    const folder = written('');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(NAMES, { maxLength: 5 }),
        fc.uniqueArray(NAMES, { maxLength: 5 }),
        fc.integer(),
        async (options, stages, seed) => {
          const values = Object.fromEntries(options.map((name) => [name, { [name]: seed }]));
          let manifest = newManifest({
            seed,
            options: values,
            inputs: [{ name: 'a', bytes: 0, sha256: HASH }],
            version: '1',
          });
          for (const name of stages) manifest = withStage(manifest, name, { key: name, outputs: [] });
          await writeManifest(folder, manifest);
          const read = await readManifest(folder);
          expect(formatManifest(read!)).toBe(formatManifest(manifest));
          expect(Object.keys(read!.stages).sort()).toEqual([...stages].sort());
          expect(stages.map((name) => read!.stages[name].key)).toEqual(stages);
          expect(read!.stages.hasOwnProperty === undefined).toBe(!stages.includes('hasOwnProperty'));
          expect(({} as Record<string, unknown>).key).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the same bytes whatever the order of its making', () => {
    const stage = { key: 'k', outputs: [] };
    const forth = withStage(withStage(plain, 'a', stage), 'b', stage);
    const back = withStage(withStage(plain, 'b', stage), 'a', stage);
    expect(formatManifest(forth)).toBe(formatManifest(back));
    expect(formatManifest(forth)).toMatch(/^\{\n {2}"checksum": "[0-9a-f]{64}",\n {2}"inputs"[\s\S]*\n\}\n$/);
  });

  it.each<[string, (text: string) => string]>([
    ['the seed', (text) => text.replace('"seed": 1', '"seed": 2')],
    ['the version', (text) => text.replace('0.1.0', '0.1.1')],
    ['a space', (text) => text.replace('\n', '\n ')],
    ['the checksum', (text) => text.replace(/"checksum": "./, '"checksum": "')],
    ['the checksum, which is missing', (text) => text.replace(/ {2}"checksum".*\n/, '')],
    ['the schema', (text) => text.replace('"schema": 2', '"schema": 1')],
  ])('is refused where it is not as it was written: %s', async (_, change) => {
    const text = formatManifest(plain);
    expect(change(text)).not.toBe(text);
    const reading = readManifest(written(change(text)));
    await expect(reading).rejects.toMatchObject({ code: 'data', path: join(scratch, 'written/run.json') });
  });

  it('of schema 1, which had no checksum, is still read', async () => {
    const read = await readManifest(written(changed({ schema: 1 })));
    expect(read).toMatchObject({ schema: 1, seed: 1 });
  });

  it('is null where there is no file', async () => {
    expect(await readManifest(join(scratch, 'nowhere'))).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['empty', '', /^run manifest is not JSON/],
    ['cut', changed({}).slice(0, -9), /^run manifest is not JSON/],
    ['of another kind', '[]', /schema 'undefined', expected 2/],
    ['null', 'null', /schema 'undefined', expected 2/],
    ['of a later schema', changed({ schema: 3 }), /schema '3', expected 2/],
    ['of an inherited schema', '{"__proto__": {"schema": 1}}', /schema 'undefined', expected 2/],
    ['without a seed', changed({ seed: undefined }), /malformed at 'seed'/],
    ['with a fractional seed', changed({ seed: 0.5 }), /malformed at 'seed'/],
    ['with unknown members', changed({ extra: 1 }), /malformed at ''.*extra/],
    ['with options that are a list', changed({ options: [] }), /malformed at 'options': expected an object/],
    [
      'with a bad hash',
      changed({ inputs: [{ name: 'a', bytes: 1, sha256: 'x' }] }),
      /malformed at 'inputs\.0\.sha256'/,
    ],
    [
      'with a negative size',
      changed({ inputs: [{ name: 'a', bytes: -1, sha256: HASH }] }),
      /malformed at 'inputs\.0\.bytes'/,
    ],
    ['with a broken stage', changed({ stages: { fit: { key: 1 } } }), /malformed at 'stages\.fit\.key'/],
    ['with a stage that is null', changed({ stages: { fit: null } }), /malformed at 'stages\.fit'/],
    ['with an absolute output', withOutput('/etc/x'), /malformed at 'stages\.s\.outputs\.0\.path'/],
    ['with an escaping output', withOutput('a/../../x'), /malformed at 'stages\.s\.outputs\.0\.path'/],
    ['with an output on a drive', withOutput('C:/x'), /malformed at 'stages\.s\.outputs\.0\.path'/],
    ['with backslashes', withOutput('..\\x'), /malformed at 'stages\.s\.outputs\.0\.path'/],
    ['with an empty output path', withOutput(''), /malformed at 'stages\.s\.outputs\.0\.path'/],
  ])('is refused with its path and a way out where it is %s', async (_, text, message) => {
    const folder = written(text);
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(message),
      path: join(folder, 'run.json'),
      hint: 'give --force to start this run anew, or another --run',
    });
  });

  it('says why run.json cannot be read', async () => {
    const folder = join(scratch, 'odd');
    mkdirSync(join(folder, 'run.json'), { recursive: true });
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'io' });
  });
});
