import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withDuckDB } from '../../src/io/duckdb/duckdb.js';
import { importPredictions } from '../../src/predictions/import.js';
import { examplesOf, folderOf } from './support.js';

/** So many that columns of four bytes a row are given back as soon as they are taken in (src/io/release.ts). */
const ROWS = 270_000;
const CLASSES = ['no', 'yes'];

/** The probability of 'yes' that a model's file has for a row. */
const PARTS = 1024;
const yes = (row: number, model: number) => ((row * (2 * model + 3) + model) % PARTS) / PARTS;

describe('large files of predictions', () => {
  it('give every model its own values, one file being read while the one before is taken in', async () => {
    const folder = folderOf({});
    await withDuckDB({ threads: 1 }, async (connection) => {
      for (let model = 0; model < 4; model++) {
        const share = `((i * ${2 * model + 3} + ${model}) % ${PARTS}) / ${PARTS}`;
        const missing = model === 1 ? 'CASE WHEN i % 1000 = 7 THEN NULL ELSE' : '';
        const order = model === 2 ? 'ORDER BY hash(i)' : '';
        await connection.run(
          `COPY (SELECT i AS example_id, (1 - ${share})::FLOAT AS p_no, ${missing} (${share})::FLOAT ${missing && 'END'} AS p_yes
             FROM range(${ROWS}) t(i) ${order}) TO '${join(folder, `m${model}.parquet`)}' (FORMAT parquet)`,
        );
      }
    });
    const examples = examplesOf(
      Array.from({ length: ROWS }, (_, row) => String(row)),
      [],
      CLASSES,
    );
    const { models } = await importPredictions([folder], examples, { missingValues: true });
    expect(models.map(({ card }) => [card.name, card.covered])).toEqual([
      ['m0', ROWS],
      ['m1', ROWS - 270],
      ['m2', ROWS],
      ['m3', ROWS],
    ]);
    models.forEach(({ values }, model) => {
      const wrong: number[] = [];
      for (let row = 0; row < ROWS; row++) {
        const due = model === 1 && row % 1000 === 7 ? Number.NaN : yes(row, model);
        if (!Object.is(values[2 * row + 1], due) || !Object.is(values[2 * row], 1 - due)) wrong.push(row);
      }
      expect(wrong.slice(0, 5), `m${model}`).toEqual([]);
    });
  });
});
