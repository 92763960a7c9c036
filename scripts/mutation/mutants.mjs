// Finds what can be mutated in a source file: places in its syntax tree, each with the text that stands there instead.
import ts from 'typescript';

/** Operators and what each is taken for. */
const SWAPS = new Map([
  ['<', ['<=', '>=']],
  ['<=', ['<', '>']],
  ['>', ['>=', '<=']],
  ['>=', ['>', '<']],
  ['===', ['!==']],
  ['!==', ['===']],
  ['+', ['-']],
  ['-', ['+']],
  ['*', ['/']],
  ['/', ['*']],
  ['%', ['*']],
  ['&&', ['||']],
  ['||', ['&&']],
  ['+=', ['-=']],
  ['-=', ['+=']],
  ['*=', ['/=']],
]);

/**
 * Every mutant of a source file, in the order of its text: `{ kind, node, text, uses }`. `text` replaces the node;
 * `uses`, of a constant of the module, are the places that read it, for the constant itself is read but once.
 */
export function mutantsOf(file) {
  const found = [];
  const add = (kind, node, text, uses) => found.push({ kind, node, text, uses });
  const source = (node) => file.text.slice(node.getStart(file), node.end);

  /** `inside` tells whether the node is run at each call of a function, not once when the module is read. */
  function visit(node, inside) {
    if (isMessage(node) || ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (inside) expressions(node);
    if (inside) statements(node);
    if (!inside && ts.isVariableDeclaration(node)) constants(node);
    const enters = ts.isFunctionLike(node);
    node.forEachChild((child) => visit(child, inside || enters));
  }

  function expressions(node) {
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText(file);
      const texts = isText(node.left) || isText(node.right);
      for (const other of texts && operator.startsWith('+') ? [] : (SWAPS.get(operator) ?? [])) {
        const kind = /^[<>]=?$/.test(other) || other.length === 3 ? 'comparison' : kindOf(operator);
        add(kind, node, `(${source(node.left)}) ${other} (${source(node.right)})`);
      }
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      add('negation', node, source(node.operand));
    } else if (ts.isNumericLiteral(node) && isValue(node)) {
      add('constant', node, String(Number(node.text) + 1));
    } else if (node.kind === ts.SyntaxKind.TrueKeyword && isValue(node)) add('constant', node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword && isValue(node)) add('constant', node, 'true');
    else if (ts.isConditionalExpression(node))
      add('negation', node.condition, `!(${source(node.condition)})`);
  }

  function statements(node) {
    if (ts.isIfStatement(node)) add('negation', node.expression, `!(${source(node.expression)})`);
    else if (ts.isExpressionStatement(node) && !source(node).startsWith('super(')) add('removal', node, '');
    else if (ts.isContinueStatement(node)) add('removal', node, '');
    else if (ts.isReturnStatement(node) && node.expression !== undefined) add('removal', node, 'return;');
  }

  function constants({ name, initializer }) {
    if (initializer === undefined || !ts.isNumericLiteral(initializer)) return;
    const uses = readersOf(file, name.text);
    if (uses.length > 0) add('constant', initializer, String(nextConstant(Number(initializer.text))), uses);
  }

  visit(file, false);
  return found;
}

function kindOf(operator) {
  return ['&&', '||'].includes(operator) ? 'logic' : 'arithmetic';
}

/** Another value of the kind: what is small and broken is doubled, what counts grows by one. */
function nextConstant(value) {
  return Number.isInteger(value) ? value + 1 : value * 2;
}

/** Places inside functions that read a name of the module. */
function readersOf(file, name) {
  const readers = [];
  function visit(node, inside) {
    if (ts.isTypeNode(node) || isMessage(node)) return;
    if (inside && ts.isIdentifier(node) && node.text === name && isRead(node)) readers.push(node);
    node.forEachChild((child) => visit(child, inside || ts.isFunctionLike(node)));
  }
  visit(file, false);
  return readers;
}

function isRead(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return parent.name !== node && !ts.isShorthandPropertyAssignment(parent) && parent.propertyName !== node;
}

/** What people read: errors that are thrown, and texts with values in them. */
function isMessage(node) {
  return ts.isThrowStatement(node) || ts.isTemplateExpression(node) || isError(node);
}

function isError(node) {
  return ts.isNewExpression(node) && /Error$/.test(node.expression.getText());
}

function isText(node) {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right));
}

/** Whether a literal stands where an expression does: not as a key, nor as a type. */
function isValue(node) {
  return !ts.isLiteralTypeNode(node.parent) && node.parent.name !== node;
}
