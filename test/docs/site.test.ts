import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents, ROOT } from './markdown.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-site-'));
const site = join(folder, 'site');
afterAll(() => rmSync(folder, { recursive: true }));

/** Pages by their path in the site. */
const pages = new Map<string, string>();

beforeAll(() => {
  const script = join(ROOT, 'scripts/site.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, site], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  for (const name of readdirSync(site, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.html')) pages.set(name.replaceAll('\\', '/'), readFileSync(join(site, name), 'utf8'));
  }
});

describe('the site of the documents', () => {
  it('has a page of each, with a title and one first heading', () => {
    for (const { path } of documents().filter((document) => document.path.endsWith('.md'))) {
      const name = path === 'README.md' ? 'index.html' : path.replace(/\.md$/, '.html');
      const html = pages.get(name) ?? '';
      expect(html, name).toMatch(/<title>[^<]+<\/title>/);
      expect(html.match(/<h1 /g), name).toHaveLength(1);
    }
  });

  it('links to pages, files and headings that are there', () => {
    let checked = 0;
    for (const [name, html] of pages) {
      for (const [, target] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path, anchor] = target.split('#');
        const place = path === '' ? join(site, name) : join(site, dirname(name), path);
        expect(existsSync(place) && statSync(place).isFile(), `${name}: ${target}`).toBe(true);
        if (anchor !== undefined)
          expect(readFileSync(place, 'utf8'), `${name}: ${target}`).toContain(` id="${anchor}"`);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(300);
  });

  it('asks nothing of anybody: no script, no style, font or picture of another place', () => {
    for (const [name, html] of pages) {
      expect(html, name).not.toMatch(/<script|<iframe|<link [^>]*href="https?:|<img [^>]*src="https?:/);
    }
    expect(readFileSync(join(site, 'style.css'), 'utf8')).not.toMatch(/url\(|@import/);
  });
});
