import { describe, expect, it } from 'vitest';
import { errorOf } from '../support.js';
import {
  ACCURACY,
  csv,
  importing,
  JUDGED,
  judged,
  judgements,
  P,
  type Row,
  rowsOf,
  shuffled,
} from './support.js';

const rows = rowsOf();
const p = ({ p: own }: Row) => own.join(',');
const byId = csv(
  `example_id,${P}`,
  shuffled(rows).map((row) => [row.id, p(row)]),
);
const joinOf = (findings: readonly { code: string; message: string }[]) =>
  findings.find(({ code }) => code === 'import-join')?.message;

describe('what identifies the judgements is the key', () => {
  it('01: the examples’ own id goes before a frame’s index in both files', async () => {
    const result = await importing({
      'judgements.csv': csv(
        `,id,${JUDGED}`,
        rows.map((row, at) => [at, row.id, judged(row)]),
      ),
      'predictions/alpha.csv': csv(
        `,id,${P}`,
        shuffled(rows).map((row, at) => [at, row.id, p(row)]),
      ),
    });
    expect(result.accuracy('alpha')).toBeCloseTo(ACCURACY);
    expect(joinOf(result.findings)).toMatch(
      /^'id' is matched with the examples' 'id' .*: 60 of 60 rows .* right on 90\.0%.*, by column without a name it would be [1-5]\d?\.\d%/,
    );
    expect(result.files[0].join.others[0].columns).toEqual(['']);
  });

  it.each(['uid', 'guid', 'pair', 'sample'])(
    '03: a column of one name, %s, joins whatever it is called',
    async (name) => {
      const files = {
        'judgements.csv': csv(
          `${name},${JUDGED}`,
          rows.map((row) => [row.id, judged(row)]),
        ),
        'predictions/alpha.csv': csv(
          `${name},${P}`,
          shuffled(rows).map((row) => [row.id, p(row)]),
        ),
      };
      expect((await importing(files)).accuracy('alpha')).toBeCloseTo(ACCURACY);
      expect((await importing(files, { key: name })).accuracy('alpha')).toBeCloseTo(ACCURACY);
    },
  );

  it('03: idx is no key unless declared; then it is matched with the idx of the examples', async () => {
    const files = {
      'judgements.csv': csv(
        `example_id,idx,${JUDGED}`,
        rows.map((row, at) => [row.id, (at * 11) % 60, judged(row)]),
      ),
      'predictions/alpha.csv': csv(`idx,${P}`, shuffled(rows.map((row, at) => [(at * 11) % 60, p(row)]))),
    };
    const error = await errorOf(importing(files));
    expect(error.message).toContain("'idx' only numbers the rows of the file");
    expect((await importing(files, { key: 'idx' })).accuracy('alpha')).toBeCloseTo(ACCURACY);
  });

  it('15: row names that count from one more are refused, whatever is allowed', async () => {
    const files = {
      'judgements.csv': csv(
        JUDGED,
        rows.map((row) => judged(row)),
      ),
      'predictions/alpha.csv': csv(
        `"",${P}`,
        rows.map((row, at) => [at + 1, p(row)]),
      ),
    };
    const undeclared = await errorOf(importing(files));
    expect(undeclared.message).toContain(
      'only numbers the rows of the file (1 to 60); the ids of the examples are row numbers',
    );
    for (const options of [{}, { allowExtra: true, allowMissing: true }]) {
      const error = await errorOf(importing(files, { key: '', ...options }));
      expect(error.message).toContain(
        'run from 1 to 60, where those of the examples (row numbers) run from 0 to 59',
      );
      expect(error.hint).not.toContain('--allow');
    }
  });

  it('refuses two candidates that join differently, with what each would score', async () => {
    const files = {
      'judgements.csv': csv(
        `example_id,uid,${JUDGED}`,
        rows.map((row, at) => [row.id, `u${at}`, judged(row)]),
      ),
      'predictions/alpha.csv': csv(
        `row_id,uid,${P}`,
        rows.map((row, at) => [rows[(at + 1) % 60].id, `u${at}`, p(row)]),
      ),
    };
    const error = await errorOf(importing(files));
    expect(error.message).toMatch(
      /join differently: by 'uid' \(the examples' 'uid'\), right on 90\.0%; by 'row_id' .*right on \d/,
    );
    expect(error.hint).toContain('--key uid');
    expect((await importing(files, { key: 'uid' })).accuracy('alpha')).toBeCloseTo(ACCURACY);
  });

  it('22: joins by query and product where they identify the examples, and asks where they do not', async () => {
    const pairs = csv(
      `${P},query_id,product_id`,
      shuffled(rows).map((row) => [p(row), row.query, row.product]),
    );
    const files = { 'judgements.csv': judgements(rows), 'predictions/alpha.csv': pairs };
    const result = await importing(files);
    expect(result.accuracy('alpha')).toBeCloseTo(ACCURACY);
    expect(joinOf(result.findings)).toContain(
      "'query_id' and 'product_id' are matched with query and product",
    );
    const twice = judgements(rows.map((row, at) => (at === 10 ? { ...row, product: 'P0' } : row)));
    const error = await errorOf(importing({ ...files, 'judgements.csv': twice }));
    expect(error.message).toContain('no column holds the example ids');
  });

  it('refuses ids under which rows are of another query and product than the file says', async () => {
    const wrong = csv(
      `example_id,query_id,product_id,${P}`,
      rows.map((row, at) => [rows[(at + 1) % 60].id, row.query, row.product, p(row)]),
    );
    const files = { 'judgements.csv': judgements(rows), 'predictions/alpha.csv': wrong };
    const error = await errorOf(importing(files));
    expect(error.message).toContain("60 of 60 rows looked at are of another 'query_id' and 'product_id'");
    const key = /--key (\S+),? or/.exec(error.hint!)?.[1].replace(/,$/, '');
    expect((await importing(files, { key })).accuracy('alpha')).toBeCloseTo(ACCURACY);
  });

  it.each([
    ['leading zeros', (id: string) => id.padStart(6, '0')],
    ['thousands separators', (id: string) => `"${id.replace(/(\d)(\d{3})$/, '$1,$2')}"`],
    ['spaces', (id: string) => ` ${id} `],
    ['decimal points', (id: string, at: number) => (at === 0 ? id : `${id}.0`)],
    ['scientific notation', (id: string) => Number(id).toExponential(6)],
  ])('35: says that ids differ in %s, and shows both sides', async (what, rewrite) => {
    const files = {
      'judgements.csv': judgements(rows),
      'predictions/alpha.csv': csv(
        `example_id,${P}`,
        rows.map((row, at) => [rewrite(String(row.id), at), p(row)]),
      ),
    };
    const error = await errorOf(importing(files));
    expect(error.message).toContain(what);
    expect(error.message).toContain(`the examples have '${rows[0].id}'`);
    expect(error.hint).not.toContain('--allow-extra');
  });

  it('16: files of one model are one model, in folders too, and overlaps are refused', async () => {
    const split = csv(
      `example_id,${JUDGED},split`,
      rows.map((row) => [row.id, judged(row), row.query < 7 ? 'train' : 'test']),
    );
    const part = (some: readonly Row[]) =>
      csv(
        `example_id,${P}`,
        some.map((row) => [row.id, p(row)]),
      );
    const [train, test] = [rows.filter(({ query }) => query < 7), rows.filter(({ query }) => query >= 7)];
    const data = { 'judgements.csv': split };
    for (const names of [
      ['alpha_oof.csv', 'alpha_test.csv'],
      ['oof_alpha.csv', 'test_alpha.csv'],
      ['alpha/oof.csv', 'alpha/test.csv'],
      ['model=alpha/part-00000.csv', 'model=alpha/part-00001.csv'],
      ['alpha-00000-of-00002.csv', 'alpha-00001-of-00002.csv'],
    ]) {
      const files = { [`predictions/${names[0]}`]: part(train), [`predictions/${names[1]}`]: part(test) };
      const result = await importing({ ...data, ...files });
      expect([names, result.names()]).toEqual([names, ['alpha']]);
      expect(result.accuracy('alpha')).toBeCloseTo(ACCURACY);
    }
    const apart = { 'predictions/a.csv': part(train), 'predictions/b.csv': part(test) };
    expect((await importing({ ...data, ...apart }, { model: 'x' })).names()).toEqual(['x']);
    const sided = await importing({ ...data, ...apart }, { allowMissing: true });
    expect(sided.codes().filter((code) => code === 'one-sided-model')).toHaveLength(2);
    const overlap = { 'predictions/a_oof.csv': part(rows), 'predictions/a_test.csv': part(test) };
    expect((await errorOf(importing({ ...data, ...overlap }))).message).toContain('predicted twice');
  });

  it('20: the file names a single model; --model-name is obeyed or refused', async () => {
    const named = (header: (name: string) => string) =>
      byId.replace(P, ['exact', 'substitute', 'complement', 'irrelevant'].map(header).join(','));
    const data = { 'judgements.csv': judgements(rows) };
    for (const header of [
      (n: string) => `.pred_${n}`,
      (n: string) => `prediction_score_${n}`,
      (n: string) => ` p_${n}`,
    ]) {
      const files = { ...data, 'predictions/rf.csv': named(header), 'predictions/xgb.csv': named(header) };
      expect((await importing(files)).names()).toEqual(['rf', 'xgb']);
      const one = await importing(files, { model: 'm' }, {}, ['predictions/rf.csv']);
      expect(one.names()).toEqual(['m']);
    }
    const labels = byId.replace(P, 'LABEL_0,LABEL_1,LABEL_2,LABEL_3');
    const classOrder = ['exact', 'substitute', 'complement', 'irrelevant'];
    const numbered = await importing({ ...data, 'predictions/rf.csv': labels }, { classOrder });
    expect([numbered.names(), numbered.accuracy('rf')]).toEqual([['rf'], ACCURACY]);
    const wide = byId
      .replace(P, classOrder.map((n) => `a:${n}`).join(','))
      .replace(/$/m, `,${classOrder.map((n) => `b:${n}`).join(',')}`);
    const two = wide
      .split('\n')
      .map((line, at) => (at === 0 || line === '' ? line : `${line},0.25,0.25,0.25,0.25`))
      .join('\n');
    const error = await errorOf(importing({ ...data, 'predictions/wide.csv': two }, { model: 'm' }));
    expect([error.code, error.message]).toEqual([
      'usage',
      expect.stringContaining("the file has 2 models: 'a', 'b'"),
    ]);
  });

  it('39, 41: a model without a usable value is left out on request; a table of models is one of costs', async () => {
    const files = {
      'judgements.csv': judgements(rows),
      'predictions/alpha.csv': byId,
      'predictions/dead.csv': csv(
        `example_id,${P}`,
        rows.map(({ id }) => [id, 'NaN,NaN,NaN,NaN']),
      ),
      'predictions/costs.csv': 'model,ms_per_pair,dollars\nalpha,1,2\nnobody,3,4\n',
    };
    expect((await errorOf(importing(files))).hint).toContain('--missing');
    const dead = await errorOf(importing(files, { missingValues: true }));
    expect(dead.message).toContain("model 'dead' has no usable value");
    expect(dead.hint).toContain('--allow-missing');
    const result = await importing(files, { missingValues: true, allowMissing: true });
    expect(result.names()).toEqual(['alpha']);
    expect(result.models[0].card.costs.ms_per_pair.value).toBe(1);
    expect(result.codes()).toContain('dead-model');
    expect(
      result.findings.filter(({ code }) => code === 'unknown-model').map(({ message }) => message),
    ).toEqual(["model 'nobody' has costs but no predictions"]);
  });
});
