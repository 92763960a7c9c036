import { labelParser, labelSpaceOf } from '../../data/examples/labels.js';

/** The class of a label by its name, or by its place, as engines number labels; null where it is neither. */
export function classReader(classes: readonly string[]): (text: string) => number | null {
  const parse = labelParser(labelSpaceOf(classes));
  return (text) => {
    const named = parse(text);
    if (named !== null) return named;
    const place = /^\d+(\.0)?$/.test(text.trim()) ? Number(text) : -1;
    return place >= 0 && place < classes.length ? place : null;
  };
}
