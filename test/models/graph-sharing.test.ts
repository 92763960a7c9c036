import { describe, expect, it } from 'vitest';
import type { Examples } from '../../src/data/examples/examples.js';
import { modelNamed } from '../../src/models/registry.js';
import { rowsWhere, shop } from './shop.js';

const examples = shop({ queries: 24, perQuery: 6 });
const ROWS = rowsWhere(examples, (group) => group < 18);
const ASKED = rowsWhere(examples, (group) => group >= 18);

async function answersOf(name: string, of: Examples, rows: Int32Array): Promise<number[]> {
  const fitted = await modelNamed(name).fit({ examples: of, rows, seed: 5 });
  try {
    return Array.from(await fitted.predict(of, ASKED));
  } finally {
    fitted.dispose();
  }
}

/** Answers of a model that nothing was trained before on these examples. */
const alone = (name: string, rows = ROWS) => answersOf(name, { ...examples }, rows);

describe('graph models trained on the same examples one after the other', () => {
  it('answer as each does alone, for the same rows and for others', async () => {
    const shared = { ...examples };
    const other = Int32Array.of(...ROWS.slice(3), ...ASKED.slice(0, 3));
    const plan = [
      ['gcn', ROWS],
      ['graphsage', ROWS.slice()],
      ['graphsage', other],
      ['graphsage:clicks', other],
      ['gcn', ROWS],
    ] as const;
    for (const [name, rows] of plan) {
      expect(await answersOf(name, shared, rows), name).toEqual(await alone(name, rows));
    }
    expect(await alone('graphsage', other)).not.toEqual(await alone('graphsage'));
  });

  it('read the graph of the examples they are asked about', async () => {
    const fitted = await modelNamed('gcn').fit({ examples, rows: ROWS, seed: 5 });
    const without = { ...examples, behaviours: null };
    const first = await fitted.predict(examples, ASKED);
    expect(await fitted.predict(without, ASKED)).not.toEqual(first);
    expect(await fitted.predict(examples, ASKED)).toEqual(first);
    fitted.dispose();
  });
});
