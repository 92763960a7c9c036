// Writes one text of a source file that holds all its chosen mutants, each behind a switch that the runner sets.
import ts from 'typescript';

/**
 * The file's text with `$m(id)` before every mutant, true while it is the one that is switched on, and `$t()` in every
 * loop, which ends one that a mutant made endless. `chosen` are mutants of `mutantsOf` with an `id`.
 */
export function instrument(file, chosen) {
  const at = new Map();
  const put = (node, id, text) => at.set(node, [...(at.get(node) ?? []), { id, text }]);
  for (const { id, node, text, uses } of chosen) {
    for (const place of uses ?? [node]) put(place, id, text);
  }

  /** Text of a node, its children instrumented. */
  function render(node) {
    const start = node.getStart(file);
    let text = '';
    let done = start;
    node.forEachChild((child) => {
      const from = child.getStart(file);
      if (child.end <= done || from < done) return; // nothing there, or a name that stands for two nodes
      text += file.text.slice(done, from) + guarded(child);
      done = child.end;
    });
    return text + file.text.slice(done, node.end);
  }

  function guarded(node) {
    let text = render(node);
    for (const { id, text: mutant } of at.get(node) ?? []) {
      if (ts.isReturnStatement(node)) text = `{ if ($m(${id})) return; ${text} }`;
      else if (ts.isStatement(node)) text = `if (!$m(${id})) { ${text} }`;
      else text = `($m(${id}) ? (${mutant}) : (${text}))`;
    }
    return isLoopBody(node) ? `{ $t(); ${text} }` : text;
  }

  return file.text.slice(0, file.getStart(file)) + render(file);
}

function isLoopBody(node) {
  return ts.isIterationStatement(node.parent, false) && node.parent.statement === node;
}
