import { EsciSelectError, quote } from '../../errors.js';

/** Refuses a header that names a column twice (RELIABILITY 7). */
export function checkHeader(names: readonly string[], place: { path: string; line: number }): void {
  const first = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const shown = name === '' ? 'columns without a name are' : `column ${quote(name)} is`;
      throw new EsciSelectError(
        'data',
        `${shown} in the header twice, as columns ${earlier + 1} and ${index + 1}`,
        {
          ...place,
          hint: 'give every column its own name',
        },
      );
    }
    first.set(name, index);
  }
}
