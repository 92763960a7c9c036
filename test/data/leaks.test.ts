import { describe, expect, it } from 'vitest';
import { inspectData } from '../../src/data/inspect.js';
import { files, finding } from './support.js';

const HEADER = 'example_id,query,query_id,product_id,product_locale,esci_label,split,product_title';

const inspect = async (...lines: string[]) =>
  (await inspectData(await files({ 'rows.csv': [HEADER, ...lines].join('\n') }))).findings;

describe('leaks under ids that are in order', () => {
  it('sees a query text on both sides of the split under two ids', async () => {
    const findings = await inspect(
      '1,USB  Cable,1,B1,us,E,train,t1',
      '2,usb cable,2,B2,us,S,test,t2',
      '3,usb cable,3,B3,es,S,test,t3',
      '4,other,4,B4,us,E,train,t4',
    );
    const found = finding(findings, 'same-query-in-train-and-test');
    expect(found).toMatchObject({ severity: 'warning', count: 1 });
    expect(found?.places?.[0].line).toBe(3);
    expect(finding(findings, 'query-under-several-ids')).toBeUndefined();
  });

  it('only notes such queries on one side: folds may still part them', async () => {
    const findings = await inspect('1,usb cable,1,B1,us,E,train,t1', '2,usb cable,2,B2,us,S,train,t2');
    expect(finding(findings, 'query-under-several-ids')).toMatchObject({ severity: 'note', count: 1 });
    expect(finding(findings, 'same-query-in-train-and-test')).toBeUndefined();
  });

  it('sees pairs in both directions by their texts', async () => {
    const findings = await inspect(
      '1,garden hose,1,B1,us,E,train,Hose reel',
      '2,hose reel,2,B2,us,S,train,Garden  Hose',
      '3,hose reel,2,B3,us,S,train,Something else',
    );
    expect(finding(findings, 'two-direction-rows')).toMatchObject({ severity: 'warning', count: 1 });
    expect(finding(findings, 'two-direction-rows')?.places?.[0].line).toBe(3);
  });

  it('sees pairs in both directions by their ids', async () => {
    const findings = await inspect('1,a,P1,P2,us,E,train,', '2,b,P2,P1,us,S,train,', '3,c,P3,P1,us,S,train,');
    expect(finding(findings, 'two-direction-rows')).toMatchObject({ count: 1 });
  });

  it('leaves alone a title that is a query, and a query that asks for itself', async () => {
    const findings = await inspect(
      '1,hose reel,1,B1,us,E,train,hose reel',
      '2,garden hose,2,B2,us,S,train,hose reel',
    );
    expect(finding(findings, 'two-direction-rows')).toBeUndefined();
  });
});
