import { badField, type JsonField, listOf, member, optionalMember, wholeNumbers } from './json-field.js';

/** XGBoost's largest category; larger codes are never in a set. */
const MOST_CATEGORIES = 2 ** 24;

/**
 * Node to its ascending categories that go right, for the nodes of a tree that test categories. The file has them one
 * after the other, with the place and the number of each node's. Throws 'model' where they are not there, overlap, or a
 * node with categories is not marked as one. O(nodes + categories).
 */
export function readSets(field: JsonField, nodes: number): ReadonlyMap<number, Int32Array> {
  const types = optionalMember(field, 'split_type');
  const marked = types === null ? new Int32Array(nodes) : wholeNumbers(types, 0, 1);
  if (marked.length !== nodes)
    throw badField(
      { ...field, name: `${field.name}.split_type` },
      `has ${marked.length} nodes, not ${nodes}`,
    );
  const owners = optionalMember(field, 'categories_nodes');
  const sets = new Map<number, Int32Array>();
  if (owners !== null && listOf(owners).length > 0) fillSets(field, wholeNumbers(owners, 0, nodes - 1), sets);
  marked.forEach((type, node) => {
    if ((type === 1) === sets.has(node)) return;
    const problem = type === 1 ? 'tests categories, but has none' : 'has categories, but split_type 0';
    throw badField({ ...field, name: `${field.name} node ${node}` }, problem);
  });
  return sets;
}

function fillSets(field: JsonField, owners: Int32Array, sets: Map<number, Int32Array>): void {
  const categories = wholeNumbers(member(field, 'categories'), 0, MOST_CATEGORIES - 1);
  const lengthOf = (key: string) => {
    const numbers = wholeNumbers(member(field, key), 0, categories.length);
    if (numbers.length === owners.length) return numbers;
    throw badField(
      member(field, key),
      `has ${numbers.length} entries, categories_nodes has ${owners.length}`,
    );
  };
  const starts = lengthOf('categories_segments');
  const sizes = lengthOf('categories_sizes');
  let total = 0;
  owners.forEach((node, at) => {
    const end = starts[at] + sizes[at];
    total += sizes[at];
    if (end > categories.length || total > categories.length || sets.has(node)) {
      throw badField(
        { ...field, name: `${field.name} node ${node}` },
        `has categories ${starts[at]} to ${end}, which overlap others or are beyond ${categories.length}`,
      );
    }
    sets.set(node, categories.slice(starts[at], end).sort());
  });
}
