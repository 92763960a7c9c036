import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Behaviours, Examples } from '../../src/data/examples/examples.js';
import { readExamples, writeExamples } from '../../src/data/examples/file.js';
import { writeArrow } from '../../src/io/arrow/read.js';
import { failure, folder } from './support.js';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const optional = fc.option(text);

/** Dense numbers in order of first appearance, from any. */
function dense(numbers: readonly number[]): { index: Int32Array; count: number } {
  const seen = new Map<number, number>();
  const index = Int32Array.from(numbers, (number) => {
    if (!seen.has(number)) seen.set(number, seen.size);
    return seen.get(number) as number;
  });
  return { index, count: seen.size };
}

const examples: fc.Arbitrary<Examples> = fc
  .record({
    rows: fc.array(
      fc.record({
        group: fc.nat(4),
        product: fc.nat(4),
        query: text,
        id: text,
        locale: text,
        source: optional,
        title: optional,
        label: fc.integer({ min: -1, max: 2 }),
        split: fc.nat(2),
        fold: fc.integer({ min: -1, max: 30_000 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    classes: fc.uniqueArray(fc.constantFrom('__proto__', 'exact', 'b', 'c', 'длинно'), { minLength: 2 }),
    keys: fc.array(text, { minLength: 5, maxLength: 5 }),
    has: fc.record({
      fold: fc.boolean(),
      source: fc.boolean(),
      text: fc.boolean(),
      byProduct: fc.boolean(),
      behaviours: fc.boolean(),
    }),
  })
  .map(({ rows, classes, keys, has }) => {
    const group = dense(rows.map((row) => row.group));
    const product = dense(rows.map((row) => row.product));
    const titles = rows.map((row) => (has.byProduct ? `title ${row.product}` : row.title));
    const none = rows.map(() => null);
    return {
      rows: rows.length,
      labelSpace: { classes },
      id: rows.map(({ id }) => id),
      query: rows.map(({ query }) => query),
      group: group.index,
      groupKeys: keys.slice(0, group.count),
      productId: rows.map(({ id }) => `p${id}`),
      product: product.index,
      products: product.count,
      locale: rows.map(({ locale }) => locale),
      label: Int16Array.from(rows, ({ label }) => label),
      split: Uint8Array.from(rows, ({ split }) => split),
      fold: has.fold ? Int16Array.from(rows, ({ fold }) => fold) : null,
      source: has.source ? rows.map(({ source }) => source) : null,
      text: has.text
        ? { title: titles, description: none, bullets: titles, brand: none, color: titles }
        : null,
      behaviours: has.behaviours
        ? {
            entries: 2,
            group: Int32Array.from([0, 0]),
            product: Int32Array.from([0, 0]),
            impressions: Float32Array.from([0.1, 1e9]),
            clicks: Float32Array.from([0, 3]),
            adds: Float32Array.from([0, 2]),
            purchases: Float32Array.from([0, 1]),
          }
        : null,
    };
  });

describe('an examples file', () => {
  it('gives back exactly what was written, and the same bytes for the same examples', async () => {
    const dir = await folder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(examples, async (written) => {
        const path = join(dir, `${run++}.arrow`);
        await writeExamples(path, written);
        expect(await readExamples(path)).toEqual(written);
        expect(await readExamples(path, { text: false })).toEqual({ ...written, text: null });
        const bytes = await readFile(path);
        await writeExamples(path, await readExamples(path));
        expect(bytes.equals(await readFile(path))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('takes an older behaviours file away, and refuses one that is not its own', async () => {
    const path = join(await folder(), 'examples.arrow');
    const beside = path.replace('.arrow', '-behaviours.arrow');
    const [sample] = fc.sample(
      examples.filter(({ behaviours }) => behaviours !== null),
      { numRuns: 1, seed: 1 },
    );
    await writeExamples(path, sample);
    expect((await readExamples(path)).behaviours?.entries).toBe(2);
    const other = join(await folder(), 'examples.arrow');
    const behaviours = { ...(sample.behaviours as Behaviours), clicks: Float32Array.from([1, 1]) };
    await writeExamples(other, { ...sample, behaviours });
    await copyFile(other.replace('.arrow', '-behaviours.arrow'), beside);
    expect((await failure(readExamples(path))).message).toContain(
      'not those that the examples were written with',
    );
    await writeExamples(path, { ...sample, behaviours: null });
    expect(existsSync(beside)).toBe(false);
    expect((await readExamples(path)).behaviours).toBeNull();
  });

  it.each([
    ['{"version":2}', 'the file is of version 2, this program reads version 1'],
    ['{"version":1,"rows":1}', 'the file does not say what examples it holds'],
    ['{"rows":', 'the file does not say what examples it holds'],
  ])('refuses the header %s', async (header, message) => {
    const path = join(await folder(), 'strange.arrow');
    const columns = [{ name: 'id', column: { kind: 'text', values: ['1'] } }] as const;
    await writeArrow(path, columns, new Map([['esci-select.examples', header]]));
    expect((await failure(readExamples(path))).message).toBe(message);
  });

  it('refuses other Arrow files and cut ones', async () => {
    const dir = await folder();
    const other = join(dir, 'other.arrow');
    await writeArrow(other, [{ name: 'id', column: { kind: 'text', values: ['1'] } }]);
    expect((await failure(readExamples(other))).message).toBe('the file holds no examples of a run');
    const [sample] = fc.sample(examples, { numRuns: 1, seed: 2 });
    const path = join(dir, 'cut.arrow');
    await writeExamples(path, sample);
    await writeFile(path, (await readFile(path)).subarray(0, -20));
    expect((await failure(readExamples(path))).code).toBe('data');
  });
});
