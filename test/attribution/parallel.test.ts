import { describe, expect, it } from 'vitest';
import { attributeModels, type ModelBlock, type ModelTable } from '../../src/attribution/models.js';
import { attributeBlocksParallel, attributeModelsParallel } from '../../src/attribution/parallel.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

const ROWS = 20_000;

/** A table so wide that a block has 512 rows. */
function manyBlocks(): ModelTable {
  const random = createRandom('blocks');
  const columns = 2048;
  const ensemble = randomEnsemble(random, { columns, depth: 3, classes: 2, trees: 4 });
  const features = randomTable(random, { rows: 2300, columns });
  const margins = scoreMargins(ensemble, features);
  const modelOfColumn = Int32Array.from({ length: columns }, (_, column) => column % 3);
  return { ensemble, features, margins, models: ['a', 'b', 'c'], modelOfColumn };
}

function table(): ModelTable {
  const random = createRandom('threads');
  const ensemble = randomEnsemble(random, { columns: 6, depth: 4, classes: 2, trees: 6 });
  const features = randomTable(random, { rows: ROWS, columns: 6 });
  const margins = scoreMargins(ensemble, features);
  return { ensemble, features, margins, models: ['a', 'b', 'c'], modelOfColumn: [0, 0, 1, 1, 2, 2] };
}

describe('attributeModelsParallel', () => {
  it('gives the same bytes on 0, 1 and 2 threads as attributeModels', async () => {
    const input = table();
    const expected = attributeModels(input);
    for (const threads of [0, 1, 2]) {
      let last = 0;
      const result = await attributeModelsParallel({
        ...input,
        threads,
        onProgress: (done, total) => {
          expect(total).toBe(ROWS);
          last = Math.max(last, done);
        },
      });
      expect(result).toEqual(expected);
      expect(last).toBe(ROWS);
    }
  });

  it('hands out the blocks of attributeModels in the order of their rows, at any number of threads', async () => {
    const input = manyBlocks();
    const expected: ModelBlock[] = [];
    const whole = attributeModels({ ...input, onBlock: (block) => expected.push(block) });
    expect(expected.length).toBe(5);
    for (const threads of [1, 2, 3]) {
      const blocks: ModelBlock[] = [];
      const onBlock = (block: ModelBlock) => blocks.push(block);
      expect(await attributeModelsParallel({ ...input, threads, onBlock })).toEqual(whole);
      expect(blocks).toEqual(expected);
    }
  });

  it('ends its threads when whoever takes the blocks gives up', async () => {
    const input = { ...manyBlocks(), threads: 2 };
    const taken: number[] = [];
    for await (const { block } of attributeBlocksParallel(input)) {
      taken.push(block.from);
      if (taken.length === 2) break;
    }
    expect(taken).toEqual([0, 512]);
  });

  it('names the row whose contributions do not add up, as one thread does', async () => {
    const input = table();
    const margins = Float32Array.from(input.margins);
    margins[15_000 * 2] += 1;
    const rowName = (row: number) => `example e${row}`;
    await expect(attributeModelsParallel({ ...input, margins, threads: 2, rowName })).rejects.toThrow(
      'SHAP values of example e15000 do not add up',
    );
  });

  it('stops when it is told', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      attributeModelsParallel({ ...table(), threads: 1, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'interrupted' });
  });
});
