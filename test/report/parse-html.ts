/** One element of a parsed page; text children are strings with entities decoded. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const VOID = new Set(['meta', 'br', 'link', 'img', 'hr', 'input']);
const RAW = new Set(['style', 'script']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * Parses a page strictly: every tag closed in order, every attribute quoted, every & an entity, no < in text. Throws at
 * the first thing that is not so; thus text that broke out of its place is a failure, not a guess.
 */
export function parseHtml(page: string): Element {
  const root: Element = { name: '#root', attributes: new Map(), children: [] };
  const open = [root];
  const token =
    /<!DOCTYPE html>|<\/([a-z][\w-]*)>|<([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < page.length) {
    const at = token.lastIndex;
    const found = token.exec(page);
    if (found === null) throw new Error(`not markup at ${at}: ${page.slice(at, at + 60)}`);
    const [, closed, opened, attributes, selfClosed, text] = found;
    const top = open[open.length - 1];
    if (closed !== undefined) {
      if (top.name !== closed) throw new Error(`</${closed}> closes <${top.name}> at ${at}`);
      open.pop();
    } else if (opened !== undefined) {
      const element: Element = { name: opened, attributes: attributesOf(attributes), children: [] };
      top.children.push(element);
      if (RAW.has(opened)) {
        const end = page.indexOf(`</${opened}>`, token.lastIndex);
        element.children.push(page.slice(token.lastIndex, end));
        token.lastIndex = end + opened.length + 3;
      } else if (!VOID.has(opened) && selfClosed === '') open.push(element);
    } else if (text !== undefined) top.children.push(decode(text));
  }
  if (open.length > 1) throw new Error(`<${open[open.length - 1].name}> is not closed`);
  return root;
}

function attributesOf(text: string): Map<string, string> {
  const found = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
    ([, name, value]) => [name, decode(value)] as const,
  );
  if (new Set(found.map(([name]) => name)).size !== found.length) throw new Error(`attribute twice: ${text}`);
  return new Map(found);
}

function decode(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    if (!Object.hasOwn(ENTITIES, name)) throw new Error(`bare or unknown entity ${whole}`);
    return ENTITIES[name];
  });
}

/** All elements of a name, in order of the page; every element without a name. */
export function elements(root: Element, name?: string): Element[] {
  return root.children.flatMap((child) =>
    typeof child === 'string'
      ? []
      : [...(name === undefined || child.name === name ? [child] : []), ...elements(child, name)],
  );
}

/** The text an element shows. */
export function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
