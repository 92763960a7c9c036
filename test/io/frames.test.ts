import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArrow } from '../../src/io/arrow/read.js';
import { describeTable } from '../../src/io/read.js';
import { importPredictions } from '../../src/predictions/import.js';
import { examplesOf } from '../predictions/support.js';
import { failureOf, fileWith, temporaryFolder } from './helpers.js';

/** Files that pandas and polars wrote; make.py beside them says how. */
const frames = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/io/frames');
const frame = (name: string) => join(frames, name);
const IDS = ['a row whose id is longer than twelve bytes', 'row-1', 'row-2', 'row-3', 'row-4', 'row-5'];
const ANSWERS = ['exact', 'substitute', 'complement', 'irrelevant', 'exact', 'substitute'];

describe('frames of pandas and polars', () => {
  it('reads LZ4 Feather, what pandas writes by default', async () => {
    const table = await readArrow(frame('pandas-lz4.feather'));
    expect(table.columns.get('example_id')).toEqual({ kind: 'text', values: IDS });
    expect([...(table.columns.get('p_exact')?.values ?? [])]).toEqual(
      [0.7, 0.1, 0.1, 0.1, 0.4, 0.25].map(Math.fround),
    );
  });

  it.each(['polars.arrow', 'polars-lz4.arrow', 'polars.arrows'])(
    'reads %s: text as views, Enum and Categorical with them as values',
    async (name) => {
      const { columns, unread } = await readArrow(frame(name));
      expect(columns.get('example_id')).toEqual({ kind: 'text', values: IDS });
      expect(columns.get('enum')).toEqual({ kind: 'text', values: ANSWERS });
      expect(columns.get('categorical')).toEqual({ kind: 'text', values: ANSWERS });
      expect(unread?.size).toBe(0);
      const described = await describeTable(frame(name));
      expect(described.columns.map((column) => column.name)).toEqual(['example_id', 'enum', 'categorical']);
    },
  );

  it('imports both as models', async () => {
    const folder = temporaryFolder();
    cpSync(frame('pandas-lz4.feather'), join(folder, 'p.feather'));
    const { models } = await importPredictions([folder], examplesOf(IDS, [0, 1, 2, 3, 0, 1]));
    expect(models.map(({ card }) => [card.name, card.kind])).toEqual([['p', 'probabilities']]);
    expect([...models[0].values.slice(0, 4)]).toEqual([0.7, 0.1, 0.1, 0.1].map(Math.fround));
  });

  it('says what to do with ZSTD', async () => {
    const error = await failureOf(readArrow(frame('pandas-zstd.feather')), 'data');
    expect(error.hint).toContain("compression='uncompressed'");
  });

  it('refuses a changed byte of the compressed values, by the checksum of the frame or by its length', async () => {
    const whole = readFileSync(frame('polars-lz4.arrow'));
    const changed = Buffer.from(whole);
    const at = whole.lastIndexOf(Buffer.from([0x04, 0x22, 0x4d, 0x18])) + 12; // within the last LZ4 frame
    changed[at] ^= 0xff;
    const outcome = await readArrow(fileWith('t.arrow', changed)).then(
      ({ columns }) => JSON.stringify([...columns]),
      (error) => error.code,
    );
    expect(outcome).toBe('data');
  });
});
