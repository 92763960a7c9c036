import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/predictions/read-ahead.js';

/** What happened, in order: '+a' when a's reading began, 'a' when it was taken in, '-a' when its reading ended. */
async function follow(items: string, failing = '', taking = ''): Promise<string[]> {
  const log: string[] = [];
  await readAhead([...items], {
    elsewhere: (item) => item === item.toLowerCase(),
    async read(item) {
      log.push(`+${item}`);
      await setImmediate();
      await setImmediate();
      log.push(`-${item}`);
      if (failing.includes(item)) throw new Error(item);
      return item.codePointAt(0);
    },
    take(item, read, at) {
      expect(items[at]).toBe(item);
      expect(read).toBe(item.codePointAt(0));
      log.push(item);
      if (item === taking) throw new Error(`taking ${item}`);
    },
  }).catch((error: Error) => log.push(error.message));
  return log;
}

describe('reading ahead', () => {
  it('takes in the items in their order, one more being read meanwhile', async () => {
    const log = await follow('abcde');
    expect(log.filter((each) => each.length === 1).join('')).toBe('abcde');
    expect(log.slice(0, 3)).toEqual(['+a', '+b', '-a']);
    for (const [ahead, item] of ['ca', 'db', 'ec'])
      expect(log.indexOf(`+${ahead}`)).toBeGreaterThan(log.indexOf(item));
  });

  it('reads what would keep this thread busy when it is due, and nothing beyond it before', async () => {
    const log = await follow('aBc');
    expect(log).toEqual(['+a', '-a', 'a', '+B', '+c', '-B', '-c', 'B', 'c']);
  });

  it('tells of the first that fails, and only when no reading goes on', async () => {
    expect((await follow('abc', 'bc')).at(-1)).toBe('b');
    expect((await follow('abc', 'c', 'a')).at(-1)).toBe('taking a');
    for (const log of [await follow('abcd', 'ab'), await follow('abcd', '', 'a')])
      expect(log.filter((each) => each.startsWith('+')).length).toBe(
        log.filter((each) => each.startsWith('-')).length,
      );
  });

  it('has nothing to do without items', async () => {
    expect(await follow('')).toEqual([]);
  });
});
