import { describe, expect, it } from 'vitest';
import { readJsonCard } from '../../src/predictions/cards.js';
import { isCostTable, readCosts, unitOf } from '../../src/predictions/costs.js';
import { importPredictions } from '../../src/predictions/import.js';
import { errorOf, examplesOf, fileOf, folderOf, textTable } from './support.js';

const read = (text: string) => readCosts(fileOf('costs.csv', text));

describe('cost tables', () => {
  it('reads values and units by model, an empty cell being unknown', async () => {
    const costs = await read('model,latency_ms_per_row,memory_mb,price\n__proto__,0.5,,1e-3\nb,0,12,3\n');
    expect([...costs].map(([model, record]) => [model, { ...record }])).toEqual([
      [
        '__proto__',
        { latency_ms_per_row: { value: 0.5, unit: 'ms/row' }, price: { value: 0.001, unit: '' } },
      ],
      [
        'b',
        {
          latency_ms_per_row: { value: 0, unit: 'ms/row' },
          memory_mb: { value: 12, unit: 'MB' },
          price: { value: 3, unit: '' },
        },
      ],
    ]);
  });

  it('keeps a cost named __proto__ as an ordinary one', async () => {
    const costs = await read('model,__proto__\na,7\n');
    expect(Object.keys(costs.get('a')!)).toEqual(['__proto__']);
  });

  it.each(['-1', 'NaN', '1,5', 'fast', '1e999'])('refuses the cost %s at its line', async (cell) => {
    const error = await errorOf(read(`model,latency_ms\na,1\nb,"${cell}"\n`));
    expect([error.line, error.message]).toEqual([
      3,
      `cost '${cell}' in column 'latency_ms' is no finite number of at least 0`,
    ]);
  });

  it('refuses a repeated model, an empty one, and a table without models', async () => {
    expect((await errorOf(read('model,cost\na,1\na,2\n'))).message).toBe("model 'a' is given twice");
    expect((await errorOf(read('model,cost\n"",1\n'))).message).toBe('model name is empty');
    expect((await errorOf(read('network,cost\na,1\n'))).hint).toContain(
      "the columns 'model' and one per cost",
    );
  });

  it.each([
    ['latency_ms_per_row', 'ms/row'],
    ['latency_ms', 'ms'],
    ['cpu_seconds', 's'],
    ['memory_gb', 'GB'],
    ['bytes', 'bytes'],
    ['price_usd_per_1k', 'USD/1k rows'],
    ['parameters', ''],
    ['terms', ''],
  ])('the unit of %s is %j', (name, unit) => {
    expect(unitOf(name)).toBe(unit);
  });

  it('is told from a long table of predictions', () => {
    expect(isCostTable(textTable(['model', 'latency_ms', 'memory_mb'], []))).toBe(true);
    expect(isCostTable(textTable(['model', 'latency_ms', 'p_exact'], [['a', '1', '0.5']]))).toBe(false);
    expect(isCostTable(textTable(['model', 'ms_per_pair', 'dollars'], [['a', '1', '2']]))).toBe(true);
    const twice = [
      ['a', '1'],
      ['a', '2'],
    ];
    expect(isCostTable(textTable(['model', 'dollars'], twice))).toBe(false);
    expect(isCostTable(textTable(['model', 'dollars'], [['a', 'many']]))).toBe(false);
    expect(isCostTable(textTable(['model'], []))).toBe(false);
    expect(isCostTable(textTable(['example_id', 'price'], []))).toBe(false);
  });
});

describe('JSON cards', () => {
  it('reads numbers and values with units', async () => {
    const path = fileOf(
      'a.json',
      '{"name": "A", "family": "text", "costs": {"latency_ms": 2, "__proto__": {"value": 1, "unit": "x"}}}',
    );
    const card = await readJsonCard(path);
    expect([card?.name, card?.family, Object.entries(card!.costs)]).toEqual([
      'A',
      'text',
      [
        ['latency_ms', { value: 2, unit: 'ms' }],
        ['__proto__', { value: 1, unit: 'x' }],
      ],
    ]);
  });

  it('leaves JSON of other purposes alone', async () => {
    for (const other of ['{"name": "A", "folds": [1]}', 'null', '[]', '3']) {
      expect(await readJsonCard(fileOf('a.json', other))).toBeNull();
    }
    expect(await readJsonCard(fileOf('a.json', '[1]'))).toBeNull();
  });

  it.each([
    ['{', 'card is not JSON'],
    ['{"family": 3}', "card has a family that is no text: '3'"],
    ['{"costs": [1]}', "cost 'costs' is '[1]'"],
    ['{"costs": {"latency_ms": -2}}', "cost 'latency_ms' is '-2'"],
    ['{"costs": {"latency_ms": {"value": "2"}}}', "cost 'latency_ms' is"],
  ])('refuses %s', async (text, message) => {
    const error = await errorOf(readJsonCard(fileOf('a.json', text)));
    expect(error.message).toContain(message);
    expect(error.hint).not.toBeUndefined();
  });

  it('refuses two different values of one cost', async () => {
    const folder = folderOf({
      'a.csv': 'example_id,E,S,C,I\n1,1,0,0,0\n',
      'a.json': '{"costs": {"latency_ms": 2}}',
      'costs.csv': 'model,latency_ms\na,3\n',
    });
    const error = await errorOf(importPredictions([folder], examplesOf(['1'])));
    expect(error.message).toBe("cost 'latency_ms' of model 'a' is given as 3 and 2");
  });
});
