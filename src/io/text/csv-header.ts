import { EsciSelectError, quote } from '../../errors.js';

const OTHER_DELIMITERS = new Map([
  [';', "';'"],
  ['\t', "'\\t' (or name the file .tsv)"],
  ['|', "'|'"],
]);

/** Refuses a header that names a column twice, or that another delimiter would split (RELIABILITY 7, 9). */
export function checkHeader(
  names: readonly string[],
  delimiter: string,
  place: { path: string; line: number },
): void {
  if (names.length === 1) refuseOtherDelimiter(names[0], delimiter, place);
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

function refuseOtherDelimiter(name: string, delimiter: string, place: { path: string; line: number }): void {
  for (const [other, flag] of OTHER_DELIMITERS) {
    if (other === delimiter || !name.includes(other)) continue;
    const shown = other === '\t' ? 'tabs' : quote(other);
    throw new EsciSelectError(
      'data',
      `columns seem to be separated by ${shown}, not by ${quote(delimiter)}`,
      {
        ...place,
        hint: `give --delimiter ${flag}`,
      },
    );
  }
}
