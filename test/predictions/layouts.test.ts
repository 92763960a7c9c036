import { describe, expect, it } from 'vitest';
import { ESCI } from '../../src/data/examples/labels.js';
import type { Table } from '../../src/io/table.js';
import { classMatcher, classOrder } from '../../src/predictions/layout/class-order.js';
import type { Layout, LayoutContext } from '../../src/predictions/layout/column-layout.js';
import { detectLayout } from '../../src/predictions/layout/detect.js';
import { errorOf, textTable } from './support.js';

type More = Omit<Partial<LayoutContext>, 'order'> & { order?: string[] };

const ORDER = ['irrelevant', 'complement', 'substitute', 'exact'];

function layoutOf(header: string[], row: string[], more: More = {}): Layout {
  return layoutOfTable(textTable(header, [row]), more);
}

function layoutOfTable(table: Table, more: More = {}): Layout {
  const { order: names, ...context } = more;
  const classes = more.classes ?? ESCI.classes;
  const order = names === undefined ? null : classOrder({ classes }, names);
  return detectLayout(table, {
    ...{ classes, match: classMatcher({ classes }, order), order },
    ...{ key: 'example_id', isData: false },
    ...context,
  });
}

const sourceOf = (layout: Layout) => layout.models.map(({ model, source }) => [model, source]);
const four = ['0.7', '0.1', '0.1', '0.1'];

describe('layout of one model per file', () => {
  it.each([
    [['p_exact', 'p_substitute', 'p_complement', 'p_irrelevant']],
    [['exact', 'substitute', 'complement', 'irrelevant']],
    [['E', 'S', 'C', 'I']],
    [['prob_E', 'prob_S', 'prob_C', 'prob_I']],
    [['probability_exact', 'probability_substitute', 'probability_complement', 'probability_irrelevant']],
    [['score.exact', 'score.substitute', 'score.complement', 'score.irrelevant']],
    [['exact_prob', 'substitute_prob', 'complement_prob', 'irrelevant_prob']],
    [['P_EXACT', 'P_SUBSTITUTE', 'P_COMPLEMENT', 'P_IRRELEVANT']],
  ])('finds %j in any order of columns', (columns) => {
    const layout = layoutOf(['fold', ...columns.toReversed(), 'example_id'], ['1', ...four, '9']);
    expect(layout.form).toBe('per-model');
    expect(sourceOf(layout)).toEqual([[null, { shape: 'classes', columns }]]);
    expect(layout.ignored).toEqual(['fold']);
  });

  it('takes logits by name', () => {
    const layout = layoutOf(
      ['example_id', 'logit_E', 'logit_S', 'logit_C', 'logit_I'],
      ['9', '5', '-5', '1', '2'],
    );
    expect(layout.models[0].logits).toBe(true);
  });

  it('never guesses an order: numbered columns need --class-order', async () => {
    const header = ['example_id', 'p_0', 'p_1', 'p_2', 'p_3'];
    const error = await errorOf(() => layoutOf(header, ['9', ...four]));
    expect(error.message).toContain("columns 'p_0', 'p_1', 'p_2', 'p_3' number the classes");
    expect(error.hint).toContain('--class-order exact,substitute,complement,irrelevant');
    const wide = await errorOf(() => layoutOf(['example_id', 'a:0', 'a:1', 'a:2', 'a:3'], ['9', ...four]));
    expect(wide.hint).toContain('--class-order');
    const declared = layoutOf(header, ['9', ...four], { order: ORDER });
    expect(sourceOf(declared)).toEqual([[null, { shape: 'classes', columns: ['p_3', 'p_2', 'p_1', 'p_0'] }]]);
  });

  it('names the class that has no column, and columns that name one class twice', async () => {
    const lacking = await errorOf(() =>
      layoutOf(['example_id', 'p_exact', 'p_substitute', 'p_irrelevant'], ['9', '0.5', '0.2', '0.3']),
    );
    expect(lacking.message).toContain("no column beside them for 'complement'");
    const twice = await errorOf(() =>
      layoutOf(['example_id', 'p_exact', 'p_E', 'p_S', 'p_C', 'p_I'], ['9', '1', ...four]),
    );
    expect(twice.message).toContain("'p_exact' and 'p_E' name one class 'exact'");
    const ways = await errorOf(() =>
      layoutOf(['example_id', 'E', 'S', 'C', 'I', 'p_E', 'p_S', 'p_C', 'p_I'], ['9', ...four, ...four]),
    );
    expect(ways.hint).toContain('--columns');
  });

  it('takes a list column in the declared order only', async () => {
    const table: Table = {
      ...textTable(['example_id'], [['9']]),
      columns: new Map([
        ['example_id', { kind: 'text', values: ['9'] }],
        ['logits', { kind: 'list', values: [[1, 2, 3, 4]] }],
      ]),
    };
    const error = await errorOf(() => layoutOfTable(table));
    expect([error.message, error.hint]).toEqual([
      "list column 'logits' does not say which class is where",
      'declare the class of each position, e.g. --class-order exact,substitute,complement,irrelevant',
    ]);
    const layout = layoutOfTable(table, { order: ORDER });
    expect(layout.models).toEqual([
      {
        model: null,
        source: { shape: 'list', column: 'logits', order: [3, 2, 1, 0] },
        logits: true,
        numbered: true,
      },
    ]);
  });

  it('of two classes takes one column as the second class, and says so', () => {
    const layout = layoutOf(['example_id', 'probability'], ['9', '0.25'], { classes: ['no', 'yes'] });
    expect(sourceOf(layout)).toEqual([[null, { shape: 'positive', column: 'probability', classIndex: 1 }]]);
    expect(layout.notes).toEqual([
      "the one column of a model is the probability of the positive class, 'yes'",
    ]);
  });

  it('takes hard labels by name, and the official example_id,esci_label unless it is the data itself', async () => {
    expect(sourceOf(layoutOf(['example_id', 'prediction', 'label'], ['9', 'E', 'S']))).toEqual([
      [null, { shape: 'label', column: 'prediction' }],
    ]);
    expect(sourceOf(layoutOf(['example_id', 'esci_label'], ['9', 'E']))).toEqual([
      [null, { shape: 'label', column: 'esci_label' }],
    ]);
    const data = await errorOf(() => layoutOf(['example_id', 'esci_label'], ['9', 'E'], { isData: true }));
    expect(data.message).toContain('holds no predictions of exact, substitute, complement, irrelevant');
    const judged = await errorOf(() => layoutOf(['example_id', 'price', 'esci_label'], ['9', '3', 'E']));
    expect(judged.message).toContain("columns: 'example_id', 'price', 'esci_label'");
  });
});

describe('layout of several models', () => {
  const suffix = ['exact', 'substitute', 'complement', 'irrelevant'];

  it.each([
    [(model: string, label: string) => `${model}:${label}`],
    [(model: string, label: string) => `${model}__${label}`],
    [(model: string, label: string) => `${model}.${label}`],
    [(model: string, label: string) => `${model}_${label}`],
    [(model: string, label: string) => `${model}_p_${label}`],
    [(model: string, label: string) => `confidence.${label}.${model}`],
  ])('finds the wide pattern %s', (name) => {
    // `__proto___exact` could be split in two ways, and no name ends in the separator in practice
    const models = ['bert-base', 'gcn.v2', name('a', 'b') === 'a_b' ? 'constructor' : '__proto__'];
    const header = models.flatMap((model) => suffix.map((label) => name(model, label)));
    const layout = layoutOf(['example_id', ...header], ['9', ...four, ...four, ...four]);
    expect(layout.form).toBe('wide');
    expect(layout.models.map(({ model }) => model)).toEqual(models);
    expect(layout.models[2].source).toEqual({
      shape: 'classes',
      columns: suffix.map((label) => name(models[2], label)),
    });
  });

  it('finds classes whose names hold separators', () => {
    const classes = ['all_methods', 'oral.hygiene'];
    const header = ['m_all_methods', 'm_oral.hygiene'];
    expect(sourceOf(layoutOf(['example_id', ...header], ['9', '0.4', '0.6'], { classes }))).toEqual([
      [null, { shape: 'classes', columns: header }],
    ]);
    const two = [...header, 'n_all_methods', 'n_oral.hygiene'];
    const layout = layoutOf(['example_id', ...two], ['9', '0.4', '0.6', '0.4', '0.6'], { classes });
    expect(layout.models.map(({ model }) => model)).toEqual(['m', 'n']);
  });

  it('names the class that one of the models lacks', async () => {
    const header = ['a:E', 'a:S', 'a:C', 'a:I', 'b:E', 'b:S', 'b:C'];
    const error = await errorOf(() =>
      layoutOf(['example_id', ...header], ['9', ...four, '0.7', '0.2', '0.1']),
    );
    expect(error.message).toBe("columns 'b:E', 'b:S', 'b:C' have no column beside them for 'irrelevant'");
  });

  it('takes {model}_probability of two classes and {model}_prediction, never label, fold or id', () => {
    const header = ['label', 'custom_id', 'fold', 'a_probability', 'b_prediction', 'a_prediction'];
    const layout = layoutOf(header, ['1', 'x', '0', '0.4', '1', '0'], {
      classes: ['0', '1'],
      key: 'custom_id',
    });
    expect(sourceOf(layout)).toEqual([
      ['a', { shape: 'positive', column: 'a_probability', classIndex: 1 }],
      ['b', { shape: 'label', column: 'b_prediction' }],
    ]);
    expect(layout.notes[0]).toContain("hard labels in 'a_prediction' are left aside");
    const labels = layoutOf(header, ['1', 'x', '0', '0.9', '1', '0'], {
      classes: ['0', '1'],
      kind: 'labels',
    });
    expect(sourceOf(labels).map(([model]) => model)).toEqual(['b', 'a']);
  });

  it('takes bare columns of class names as hard labels', () => {
    const layout = layoutOf(
      ['ground_truth', 'Index-Metatask', 'Fold', 'x.A', 'x.B', 'note'],
      ['+', '0', '1', '-', '+', 'hm'],
      {
        classes: ['+', '-'],
        key: null,
      },
    );
    expect(layout.form).toBe('labels');
    expect(sourceOf(layout)).toEqual([
      ['x.A', { shape: 'label', column: 'x.A' }],
      ['x.B', { shape: 'label', column: 'x.B' }],
    ]);
  });

  it('does not take numbered features for probabilities of classes 0 and 1', async () => {
    const header = ['example_id', 'radius_0', 'radius_1'];
    const error = await errorOf(() => layoutOf(header, ['9', '17.9', '10.3'], { classes: ['0', '1'] }));
    expect(error.message).toContain('holds no predictions');
    expect(layoutOf(header, ['9', '0.9', '0.1'], { classes: ['0', '1'] }).models).toHaveLength(1);
  });

  it('finds a long table by its model column', () => {
    const layout = layoutOf(['example_id', 'model', 'E', 'S', 'C', 'I'], ['9', 'bert', ...four]);
    expect([layout.form, layout.modelColumn]).toEqual(['long', 'model']);
  });

  it('refuses a table that can be read in two ways', async () => {
    const header = ['p_E', 'p_S', 'p_C', 'p_I', 'b:E', 'b:S', 'b:C', 'b:I'];
    const error = await errorOf(() => layoutOf(['example_id', ...header], ['9', ...four, ...four]));
    expect(error.message).toBe("columns can be read as one model ('p_E') or as several ('b:E')");
    const template = layoutOf(['example_id', ...header], ['9', ...four, ...four], { template: 'p_{class}' });
    expect(sourceOf(template)[0][1]).toEqual({ shape: 'classes', columns: header.slice(0, 4) });
  });
});

describe('column templates', () => {
  it('reads {class} and {model} in any place, with special characters taken literally', () => {
    const header = ['(a)+E?', '(a)+S?', '(a)+C?', '(a)+I?', 'aaE'];
    const layout = layoutOf(['example_id', ...header], ['9', ...four, '1'], {
      template: '({model})+{class}?',
    });
    expect(sourceOf(layout)).toEqual([['a', { shape: 'classes', columns: header.slice(0, 4) }]]);
  });

  it.each([['plain'], ['{klass}'], ['{class}{class}']])('refuses %s', async (template) => {
    const error = await errorOf(() => layoutOf(['example_id', 'x'], ['9', '1'], { template }));
    expect([error.code, error.hint]).toEqual([
      'usage',
      "e.g. --columns 'confidence.{class}.{model}' or --columns '{model}_probability'",
    ]);
  });

  it('lists the columns when none fits', async () => {
    const error = await errorOf(() => layoutOf(['example_id', 'x_E'], ['9', '1'], { template: 'q.{class}' }));
    expect(error.message).toBe("no column fits the template 'q.{class}'");
    expect(error.hint).toContain('columns: x_E');
  });
});

describe('class order', () => {
  it('must name every class once', async () => {
    for (const order of [['exact'], ['E', 'E', 'S', 'C'], ['a', 'b', 'c', 'd']]) {
      const error = await errorOf(() => classOrder(ESCI, order));
      expect([error.code, error.hint]).toEqual([
        'usage',
        'reorder --class-order exact,substitute,complement,irrelevant',
      ]);
    }
  });
});
