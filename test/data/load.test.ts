import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPLIT_NONE, SPLIT_TEST, SPLIT_TRAIN, UNLABELLED } from '../../src/data/examples/examples.js';
import { loadExamples } from '../../src/data/load.js';
import { failure, files, finding } from './support.js';

const HEADER = 'example_id,query,query_id,product_id,product_locale,esci_label,split\n';

async function load(csv: string, options: Parameters<typeof loadExamples>[1] = {}) {
  return loadExamples(await files({ 'rows.csv': csv }), options);
}

describe('official columns', () => {
  it('load into columns with groups, products, labels and split', async () => {
    const { examples, inputs } = await load(
      `${HEADER}9007199254740993,usb cable,7,B1,us,E,train\n12,usb cable,7,B2,us,substitute,train\n` +
        '13,lápiz,8,B1,es,I,test\n14,usb cable,7,B1,us,c,train\n',
    );
    expect(examples.id).toEqual(['9007199254740993', '12', '13', '14']);
    expect(examples.query).toEqual(['usb cable', 'usb cable', 'lápiz', 'usb cable']);
    expect([...examples.group]).toEqual([0, 0, 1, 0]);
    expect(examples.groupKeys).toEqual(['7', '8']);
    expect([...examples.product]).toEqual([0, 1, 2, 0]);
    expect(examples.products).toBe(3);
    expect([...examples.label]).toEqual([0, 1, 3, 2]);
    expect([...examples.split]).toEqual([SPLIT_TRAIN, SPLIT_TRAIN, SPLIT_TEST, SPLIT_TRAIN]);
    expect(examples.text).toBeNull();
    expect(examples.fold).toBeNull();
    expect(inputs).toMatchObject([{ name: 'rows.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('load alike from CSV with CRLF, TSV and JSON Lines', async () => {
    const rows = [
      ['1', 'a b', '5', 'B1', 'us', 'E', 'train'],
      ['2', 'a b', '5', 'B2', 'us', 'I', 'train'],
    ];
    const names = HEADER.trim().split(',');
    const object = (row: string[]) => Object.fromEntries(names.map((name, at) => [name, row[at]]));
    const paths = await files({
      'rows.csv': [names, ...rows].map((row) => row.join(',')).join('\r\n'),
      'rows.tsv': [names, ...rows].map((row) => row.join('\t')).join('\n'),
      'rows.jsonl': rows.map((row) => JSON.stringify(object(row))).join('\n'),
    });
    const [csv, tsv, jsonl] = await Promise.all(paths.map((path) => loadExamples([path])));
    expect(tsv.examples).toEqual(csv.examples);
    expect(jsonl.examples).toEqual(csv.examples);
    expect([...csv.examples.label]).toEqual([0, 3]);
  });

  it('join several files in the order given', async () => {
    const [a, b] = await files({
      'b.csv': `${HEADER}1,x,1,B1,us,E,\n`,
      'a.csv': `${HEADER}2,y,2,B2,us,S,\n`,
    });
    const { examples } = await loadExamples([a, b]);
    expect(examples.id).toEqual(['1', '2']);
    const wholeFolder = await loadExamples([dirname(a)]);
    expect(wholeFolder.examples.id).toEqual(['2', '1']);
    expect([...wholeFolder.examples.split]).toEqual([SPLIT_NONE, SPLIT_NONE]);
  });

  it('keep text, empty fields as missing, and line breaks', async () => {
    const { examples, findings } = await load(
      'example_id,query,product_id,esci_label,product_title,product_color_name\n1,q,B1,E,"two\nlines",red\n2,q,B2,E,,  \n',
    );
    expect(examples.text?.title).toEqual(['two\nlines', null]);
    expect(examples.text?.color).toEqual(['red', null]);
    expect(examples.text?.brand).toEqual([null, null]);
    expect(finding(findings, 'empty-title')?.count).toBe(1);
    expect(finding(findings, 'line-breaks')?.count).toBe(1);
    expect(
      (await load('example_id,query,product_id,esci_label,product_title\n1,q,B1,E,t\n', { text: false }))
        .examples.text,
    ).toBeNull();
  });
});

describe('row ids', () => {
  it('come from the first complete and distinct candidate', async () => {
    const { examples, findings } = await load(
      ',query,product_id,esci_label,example_id\n77,a,B1,E,1018313.0\n5,b,B2,S,\n9,c,B3,I,1018314.0\n',
    );
    expect(examples.id).toEqual(['77', '5', '9']);
    expect(finding(findings, 'id-column')?.message).toContain('the column without a name');
    expect(finding(findings, 'id-column-passed-over')?.message).toBe(
      "column 'example_id' cannot identify rows: 1 row without a value",
    );
  });

  it('lose a decimal point that pandas gave them, before they are compared', async () => {
    const { examples, findings } = await load(
      'example_id,query,product_id,esci_label\n5.0,a,B1,E\n6.0,b,B2,S\n',
    );
    expect(examples.id).toEqual(['5', '6']);
    expect(finding(findings, 'decimal-ids')?.count).toBe(2);
    const error = await failure(load('example_id,query,product_id,esci_label\n5.0,a,B1,E\n5,b,B2,S\n'));
    expect(error.message).toContain("id '5' is given twice");
  });

  it('given twice are an error with both places', async () => {
    const paths = await files({
      'a.csv': `${HEADER}1,a,1,B1,us,E,\n2,b,2,B2,us,E,\n`,
      'b.csv': `${HEADER}3,c,3,B3,us,E,\n2,d,4,B4,us,E,\n`,
    });
    const error = await failure(loadExamples(paths));
    expect(error.code).toBe('data');
    expect(error.message).toBe(`id '2' is given twice, first at ${paths[0]}:3`);
    expect([error.path, error.line]).toEqual([paths[1], 3]);
  });

  it('of a declared column must be complete', async () => {
    const error = await failure(
      load('key,query,product_id,esci_label\nk1,a,B1,E\n,b,B2,S\n', { columns: { id: 'key' } }),
    );
    expect([error.message, error.line]).toEqual(['the row has no id', 3]);
  });

  it('are row numbers over all files where nothing else serves', async () => {
    const paths = await files({ 'a.csv': 'id,label,query\n1,E,a\n', 'b.csv': 'id,label,query\n1,S,b\n' });
    const { examples, findings } = await loadExamples(paths);
    expect(examples.id).toEqual(['0', '1']);
    expect(finding(findings, 'id-from-row-number')?.severity).toBe('warning');
  });
});

describe('labels', () => {
  it('that are unknown are an error with the line and the legal ones', async () => {
    const error = await failure(load(`${HEADER}1,"a\nb",1,B1,us,E,\n2,b,2,B2,us,Q,\n3,b,2,B3,us,R,\n`));
    expect(error.message).toBe("label 'Q' is unknown (2 such rows)");
    expect(error.line).toBe(4);
    expect(error.hint).toContain('exact (E), substitute (S), complement (C), irrelevant (I)');
  });

  it('that are numbers need a declaration, whose order counts', async () => {
    const csv = 'id,label\na,1\nb,0\nc,1\n';
    const error = await failure(load(csv));
    expect(error.message).toBe(
      "column 'label' holds numbers, whose meaning must be declared; found '0', '1'",
    );
    expect(error.hint).toContain('--classes 0,1');
    const declared = await load(csv, { classes: ['1', '0'] });
    expect([...declared.examples.label]).toEqual([0, 1, 0]);
    const mapped = await load(csv, {
      labelMap: new Map([
        ['0', 'no'],
        ['1', 'yes'],
      ]),
    });
    expect(mapped.examples.labelSpace.classes).toEqual(['no', 'yes']);
    expect([...mapped.examples.label]).toEqual([1, 0, 1]);
    const foreign = await failure(load(csv, { classes: ['no', 'yes'], labelMap: new Map([['0', 'nope']]) }));
    expect([foreign.code, foreign.message]).toEqual([
      'usage',
      "label '0' is mapped to 'nope', which is no class",
    ]);
  });

  it('of numbers in an ESCI column are not guessed', async () => {
    const csv = `${HEADER}1,a,1,B1,us,3,\n2,b,2,B2,us,0,\n`;
    expect((await failure(load(csv))).message).toContain("label '3' is unknown");
    const map = new Map([
      ['3', 'exact'],
      ['0', 'irrelevant'],
    ]);
    expect([...(await load(csv, { labelMap: map })).examples.label]).toEqual([0, 3]);
  });

  it('of another task become its classes, in order', async () => {
    const { examples, findings } = await load('target,x\nsetosa,1\nvirginica,2\nsetosa,3\n__proto__,4\n');
    expect(examples.labelSpace.classes).toEqual(['__proto__', 'setosa', 'virginica']);
    expect([...examples.label]).toEqual([1, 2, 1, 0]);
    expect([...examples.group]).toEqual([0, 1, 2, 3]);
    expect(finding(findings, 'classes-from-labels')?.severity).toBe('note');
    expect(finding(findings, 'no-queries')?.message).toContain('every row counts as a query of its own');
    expect((await failure(load('target,x\na,1\na,2\n'))).message).toContain(
      '2 to 64 classes are due, found 1 distinct label',
    );
  });

  it('with a few wrong words among ESCI words are ESCI with errors', async () => {
    const rows = Array.from({ length: 20 }, (_, at) => `${at},${at === 7 ? 'exakt' : 'exact'}`);
    const error = await failure(load(`id,label\n${rows.join('\n')}\n`));
    expect([error.message, error.line]).toEqual(["label 'exakt' is unknown", 9]);
  });

  it('may be absent or empty', async () => {
    const { examples } = await load('query,product_id\na,B1\nb,B2\n');
    expect([...examples.label]).toEqual([UNLABELLED, UNLABELLED]);
    const some = await load(`${HEADER}1,a,1,B1,us,E,\n2,b,2,B2,us,,\n`);
    expect([...some.examples.label]).toEqual([0, UNLABELLED]);
    expect(finding(some.findings, 'empty-label')?.count).toBe(1);
  });
});

describe('splits', () => {
  it('refuse a query in train and test, naming both places', async () => {
    const error = await failure(
      load(`${HEADER}1,a,7,B1,us,E,train\n2,b,8,B2,us,E,test\n3,a,7,B3,us,E,test\n`),
    );
    expect([error.message, error.line]).toEqual(['query 7 is in train and in test', 4]);
  });

  it('refuse it also where only the text tells', async () => {
    const csv =
      'id,query,product_id,label,split,locale\n1,USB  Cable,B1,E,train,us\n2,usb cable,B2,S,test,us\n';
    expect((await failure(load(csv))).message).toBe('query us:usb cable is in train and in test');
    const other = csv.replace('test,us', 'test,es');
    expect([...(await load(other)).examples.group]).toEqual([0, 1]);
  });

  it('refuse unknown names and count validation rows as training rows', async () => {
    const error = await failure(load(`${HEADER}1,a,7,B1,us,E,holdout\n`));
    expect([error.message, error.line]).toEqual(["split 'holdout' is unknown", 2]);
    const { examples, findings } = await load(`${HEADER}1,a,7,B1,us,E,Validation\n`);
    expect([...examples.split]).toEqual([SPLIT_TRAIN]);
    expect(finding(findings, 'validation-rows')?.count).toBe(1);
  });

  it('are not invented from file names', async () => {
    const paths = await files({ 'train.csv': 'id,label\n1,E\n', 'test.csv': 'id,label\n2,S\n' });
    const { examples, findings } = await loadExamples(paths);
    expect([...examples.split]).toEqual([SPLIT_NONE, SPLIT_NONE]);
    expect(finding(findings, 'undeclared-split')?.severity).toBe('warning');
  });

  it('warn of a query in two folds of the user', async () => {
    const csv = 'id,query,label,fold\n1,a,E,1\n2,a,S,2\n3,b,I,3.0\n4,c,I,\n';
    const { examples, findings } = await load(csv);
    expect([...(examples.fold ?? [])]).toEqual([1, 2, 3, -1]);
    expect(finding(findings, 'query-in-two-folds')).toMatchObject({ severity: 'warning', count: 1 });
    expect((await failure(load(csv.replace('E,1', 'E,one')))).message).toContain("fold 'one'");
  });
});

describe('choosing rows', () => {
  it('filters by version and locale and counts what it leaves out', async () => {
    const csv =
      'example_id,query,query_id,product_id,product_locale,esci_label,small_version,large_version\n' +
      '1,a,1,B1,us,E,1,1\n2,b,2,B2,us,E,0,1\n3,c,3,B3,es,E,1,1\n';
    const { examples, findings } = await load(csv, { version: 'small', locales: ['us'] });
    expect(examples.id).toEqual(['1']);
    expect(findings.filter(({ code }) => code === 'left-out').map(({ count }) => count)).toEqual([1, 1]);
    expect((await load(csv, { version: 'large' })).examples.rows).toBe(3);
    const unknown = await failure(load(csv, { locales: ['fr'] }));
    expect([unknown.message, unknown.hint]).toEqual(["no row is of locale 'fr'", 'locales found: es, us']);
    expect((await failure(load(`${HEADER}1,a,7,B1,us,E,\n`, { version: 'small' }))).message).toContain(
      'small_version: no such column',
    );
  });

  it('leaves bad rows out only when asked, and writes them down', async () => {
    const csv = `${HEADER}1,a,1,B1,us,E,\n2,"b\nb",2,B2,us,Q,\n1,c,3,B3,us,S,\n4,d,4,B4,us,I,nowhere\n5,e,5,B5,us,S,\n`;
    await failure(load(csv));
    const [path] = await files({ 'rows.csv': csv });
    const rejects = join(dirname(path), 'rejects.jsonl');
    const { examples, findings } = await loadExamples([path], { skipInvalid: rejects });
    expect(examples.id).toEqual(['1', '5']);
    expect([...examples.group]).toEqual([0, 1]);
    expect(finding(findings, 'rejected')).toMatchObject({
      count: 3,
      message: '3 rows of 5 rows left out for errors as asked',
    });
    const lines = (await readFile(rejects, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ line, problem }) => [line, problem])).toEqual([
      [3, "label 'Q' is unknown"],
      [5, `id '1' is given twice, first at ${path}:2`],
      [6, "split 'nowhere' is unknown"],
    ]);
    expect(lines[0].values).toMatchObject({ example_id: '2', query: 'b\nb', esci_label: 'Q' });
    expect(lines.length + examples.rows).toBe(5);
  });
});

describe('columns', () => {
  it('may have names of the user', async () => {
    const { examples } = await load('doc,q,gold\nx,one,E\ny,two,I\n', {
      columns: { id: 'doc', query: 'q', label: 'gold' },
    });
    expect(examples).toMatchObject({ id: ['x', 'y'], query: ['one', 'two'] });
    expect([...examples.label]).toEqual([0, 3]);
  });

  it('that are missing are named with what was found and what was meant', async () => {
    const error = await failure(load('quer,prod\na,b\n'));
    expect(error.message).toBe(
      'label, query and productId: no column has a known name; columns found: quer, prod',
    );
    expect(error.hint).toBe(
      'if that is what they hold, add --column query=quer --column productId=prod; name the rest with --column label=NAME',
    );
    const unknown = await failure(load('x,z\na,b\n'));
    expect(unknown.message).toBe(
      'label, query and productId: no column has a known name; columns found: x, z',
    );
    expect(unknown.hint).toBe(
      'name them with --column label=NAME --column query=NAME --column productId=NAME',
    );
    const declared = await failure(load('id,label\n1,E\n', { columns: { label: 'lebel' } }));
    expect(declared.hint).toBe("did you mean 'label'? give --column label=label");
    const several = await failure(load('id,label\n1,E\n', { columns: { label: 'lebel', query: 'words' } }));
    expect(several.message).toBe('lebel, words: no such columns; columns found: id, label');
    expect(several.hint).toBe("did you mean 'label'? give --column label=label; change --column query=words");
  });

  it('of other files than examples are told apart, and empty data is refused', async () => {
    const sources = await files({ 'sources.csv': 'query_id,source\n1,other\n' });
    expect((await failure(loadExamples(sources))).hint).toBe('found only sources.csv (sources)');
    expect((await failure(load(HEADER))).message).toBe('there are no rows below the header');
    expect((await failure(loadExamples([]))).code).toBe('usage');
    expect((await failure(loadExamples([join('no', 'such', 'file.csv')]))).code).toBe('io');
  });
});
