// Writes the documents as a static site: README.md as its first page, docs and what they link to beside it. No script, no
// request to anywhere. Usage: node scripts/site.mjs [FOLDER]   (site unless told)
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = resolve(process.argv[2] ?? join(ROOT, 'site'));

/** Paths from the root, with forward slashes. */
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'reports/README.md',
  'datasets/README.md',
].concat(
  readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'))
    .sort(),
);

const pageOf = (path) => (path === 'README.md' ? 'index.html' : path.replace(/\.md$/, '.html'));

/** A heading's anchor, as GitHub makes it: the same link works in both places. */
function slug(text, taken) {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const seen = taken.get(plain) ?? 0;
  taken.set(plain, seen + 1);
  return seen === 0 ? plain : `${plain}-${seen}`;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
}

/** Files that pages link to, which go beside them. */
const linked = new Set();

/** A link of a page as the site has it: pages by their .html, files copied, folders by their README or left as text. */
function siteLink(href, from) {
  if (/^([a-z]+:|#)/i.test(href)) return href;
  const [path, anchor] = href.split('#');
  const target = posix.normalize(posix.join(posix.dirname(from), decodeURI(path))).replace(/\/$/, '');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const to = (place) => `${posix.relative(posix.dirname(pageOf(from)), place)}${hash}`;
  if (pages.includes(target)) return to(pageOf(target));
  if (pages.includes(`${target}/README.md`)) return to(pageOf(`${target}/README.md`));
  if (target.startsWith('../') || !existsSync(join(ROOT, target))) {
    throw new Error(`${from}: ${href} leads nowhere`);
  }
  if (statSync(join(ROOT, target)).isDirectory()) return null;
  linked.add(target);
  return to(target);
}

function render(path) {
  const taken = new Map();
  let tables = 0;
  const renderer = {
    heading({ tokens, depth }) {
      const html = this.parser.parseInline(tokens);
      const text = this.parser.parseInline(tokens, this.parser.textRenderer);
      return `<h${depth} id="${escaped(slug(text, taken))}">${html}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const html = this.parser.parseInline(tokens);
      const target = siteLink(href, path);
      return target === null ? html : `<a href="${escaped(target)}">${html}</a>`;
    },
    image({ href, text }) {
      return `<img src="${escaped(siteLink(href, path))}" alt="${escaped(text)}">`;
    },
    table(token) {
      const cells = (row, tag) =>
        row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
      const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
      const table = `<table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>\n${rows}\n</tbody></table>`;
      tables++;
      return `<div class="wide" tabindex="0" role="region" aria-label="table ${tables}">${table}</div>\n`;
    },
    code({ text, lang }) {
      const language = lang === undefined || lang === '' ? '' : ` class="language-${escaped(lang)}"`;
      return `<pre tabindex="0"><code${language}>${escaped(text)}\n</code></pre>\n`;
    },
  };
  return new Marked({ renderer }).parse(readFileSync(join(ROOT, path), 'utf8'));
}

function titleOf(path) {
  const heading = /^# (.*)$/m.exec(readFileSync(join(ROOT, path), 'utf8'))?.[1];
  return (heading ?? path).replaceAll('`', '');
}

const GROUPS = [
  ['Start', (path) => ['README.md', 'docs/tutorial.md'].includes(path)],
  ['Cases', (path) => path.startsWith('docs/cases/')],
  ['How to', (path) => /^docs\/(how-to|own-models|from-python|serving|native)/.test(path)],
  ['How it works', (path) => path.startsWith('docs/')],
  ['The project', () => true],
];

function navigation(from) {
  const left = new Set(pages);
  return GROUPS.map(([name, belongs]) => {
    const own = [...left].filter(belongs);
    for (const path of own) left.delete(path);
    const items = own.map((path) => {
      const href = posix.relative(posix.dirname(pageOf(from)), pageOf(path));
      const current = path === from ? ' aria-current="page"' : '';
      return `<li><a href="${escaped(href)}"${current}>${escaped(titleOf(path))}</a></li>`;
    });
    return `<h2>${name}</h2><ul>${items.join('')}</ul>`;
  }).join('\n');
}

const STYLE = `:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#f6f8fa, #151b23); }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); }
.page { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 2.5rem; max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
nav { font-size: .92rem; } nav h2 { font-size: .95rem; margin: 1.2rem 0 .3rem; } nav ul { list-style: none; margin: 0; padding: 0; }
nav li { margin: .25rem 0; } nav [aria-current] { font-weight: 600; color: inherit; }
main { max-width: 50rem; } a { color: light-dark(#0550ae, #79c0ff); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow-x: auto; }
code { font: .88em/1.5 ui-monospace, monospace; } img { max-width: 100%; height: auto; }
.wide { overflow-x: auto; } table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
@media (max-width: 50rem) { .page { grid-template-columns: minmax(0, 1fr); gap: 0; } nav { order: 2; } }
@page { margin: 12mm; }
@media print { nav { display: none; } .page { display: block; padding: 0; } main { max-width: none; } pre { white-space: pre-wrap; overflow: visible; overflow-wrap: anywhere; }
  pre code { font-size: 7.5pt; } .wide { overflow: visible; } td, th { overflow-wrap: anywhere; font-size: 8pt; } }
`;

rmSync(out, { recursive: true, force: true });
for (const path of pages) {
  const place = join(out, pageOf(path));
  mkdirSync(dirname(place), { recursive: true });
  const style = posix.relative(posix.dirname(pageOf(path)), 'style.css');
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(titleOf(path))}</title><link rel="stylesheet" href="${style}"></head>
<body><div class="page"><nav aria-label="documents">${navigation(path)}</nav>
<main>${render(path)}</main></div></body>
</html>
`;
  writeFileSync(place, html);
}
writeFileSync(join(out, 'style.css'), STYLE);
for (const file of [...linked].sort()) {
  mkdirSync(dirname(join(out, file)), { recursive: true });
  cpSync(join(ROOT, file), join(out, file));
}
process.stdout.write(
  `${pages.length} pages and ${linked.size} files in ${relative(process.cwd(), out) || out}\n`,
);
