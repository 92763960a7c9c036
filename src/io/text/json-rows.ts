import { firstBytes } from '../bytes.js';

const HEAD_BYTES = 1 << 20;

/** Whether a .json file holds rows: an array of objects, or one object per line. Throws 'io' if it cannot be read. */
export async function holdsJsonRows(path: string): Promise<boolean> {
  const head = (await firstBytes(path, HEAD_BYTES))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^\[\s*\{/.test(head)) return true;
  const [first, second] = head.split(/\r?\n/, 2);
  return second?.trimStart().startsWith('{') === true && isObject(first);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
