import { quoteLiteral } from './sql.js';

/** A value of a query: where it is, what it is called, and its DuckDB type. */
export interface Leaf {
  /** dotted below a struct */
  readonly name: string;
  /** SQL that gives the value */
  readonly expression: string;
  readonly type: string;
}

/** A query's column as its leaves: itself, or for a struct those of each of its fields. */
export function leavesOf(name: string, expression: string, type: string): Leaf[] {
  const fields = structFields(type);
  if (fields === null) return [{ name, expression, type }];
  return fields.flatMap(([field, inner]) =>
    leavesOf(`${name}.${field}`, `struct_extract(${expression}, ${quoteLiteral(field)})`, inner),
  );
}

/** The fields of a type such as `STRUCT(a FLOAT, "b c" STRUCT(d INTEGER))`, or null for another type. */
function structFields(type: string): [name: string, type: string][] | null {
  if (!/^STRUCT\(.*\)$/s.test(type)) return null;
  return splitTop(type.slice('STRUCT('.length, -1)).map((field) => {
    const quoted = /^"((?:[^"]|"")*)"\s+(.+)$/s.exec(field);
    if (quoted !== null) return [quoted[1].replaceAll('""', '"'), quoted[2]];
    const at = field.indexOf(' ');
    return [field.slice(0, at), field.slice(at + 1)];
  });
}

/** Splits at commas that stand in neither quotes nor brackets. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [start, depth, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
