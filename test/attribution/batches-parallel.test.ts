import { describe, expect, it } from 'vitest';
import { attributorOf } from '../../src/attribution/attributor.js';
import { planBatches } from '../../src/attribution/batch.js';
import { attributeBatchesParallel } from '../../src/attribution/batches-parallel.js';
import { groupPlayers } from '../../src/attribution/players.js';
import { parseEnsemble } from '../../src/ensemble/foreign/format.js';
import { toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

const COLUMNS = 6;
const random = createRandom('batches');
const ensemble = randomEnsemble(random, { columns: COLUMNS, depth: 5, classes: 3, trees: 12 });
const foreign = parseEnsemble(Buffer.from(toXgboostJson(ensemble)));
const plan = planBatches(foreign, groupPlayers(['a', 'b'], [0, 0, 0, 1, 1, 1]));
const attributor = attributorOf(plan);

/** A batch of so many rows, [column][row]. */
function batchOf(name: string, rows: number) {
  const { values } = randomTable(random, { rows, columns: COLUMNS });
  const sources = Array.from({ length: COLUMNS }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => values[row * COLUMNS + column]),
  );
  return { name, sources };
}

const batches = [700, 1, 300, 900, 2, 400, 50, 600].map((rows, at) => batchOf(`batch ${at}`, rows));

async function* given<Item>(items: readonly Item[], error?: Error): AsyncGenerator<Item> {
  yield* items;
  if (error !== undefined) throw error;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('attributing batches on threads', () => {
  it('hands out what one thread would, in the order of the batches', async () => {
    const expected = batches.map((batch) => ({ batch, attributed: attributor.attribute(batch.sources) }));
    for (const threads of [0, 1, 2, 3]) {
      const found = await all(attributeBatchesParallel(plan, given(batches), threads));
      expect(found).toEqual(expected);
    }
  });

  it('takes one batch, and none', async () => {
    const [batch] = batches;
    const attributed = attributor.attribute(batch.sources);
    const found = await all(attributeBatchesParallel(plan, given([batch]), 2));
    expect(found).toEqual([{ batch, attributed }]);
    expect(await all(attributeBatchesParallel(plan, given<typeof batch>([]), 2))).toEqual([]);
  });

  it('throws what reading throws, after the batches before it, and lets whoever takes them stop', async () => {
    const names: string[] = [];
    const broken = given(batches.slice(0, 5), new Error('the file ends'));
    const taking = async () => {
      for await (const { batch } of attributeBatchesParallel(plan, broken, 1)) names.push(batch.name);
    };
    await expect(taking()).rejects.toThrow('the file ends');
    expect(names).toHaveLength(5);
    const threaded = attributeBatchesParallel(
      plan,
      given(batches.slice(0, 5), new Error('the file ends')),
      2,
    );
    await expect(all(threaded)).rejects.toThrow('the file ends');
    for await (const { batch } of attributeBatchesParallel(plan, given(batches), 2)) {
      expect(batch.name).toBe('batch 0');
      break;
    }
  });

  it('throws what a batch throws on its thread', async () => {
    const wrong = [
      batches[0],
      { name: 'too narrow', sources: batches[1].sources.slice(0, 2) },
      ...batches.slice(2),
    ];
    await expect(all(attributeBatchesParallel(plan, given(wrong), 2))).rejects.toThrow();
  });
});
