import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of the files that `npm publish` would send, without building. */
function packedFiles(): string[] {
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect(stdout, stderr).toContain('"files"');
  const [{ files }] = Object.values(JSON.parse(stdout)) as { files: { path: string }[] }[];
  return files.map(({ path }) => path);
}

/** Relative links of a document, as paths from the root of the package. */
function linksOf(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(document), target));
}

describe('what is published', () => {
  const packed = packedFiles();

  it('has the licence, the program, its sample and its documents, and nothing of a build’s own', () => {
    const wanted = ['LICENSE', 'CHANGELOG.md', 'bin/esci-select.js', 'datasets/README.md'];
    expect(packed).toEqual(expect.arrayContaining(wanted));
    expect(packed).toContain('datasets/sample/behaviours.parquet');
    expect(packed.filter((path) => /\.map$|\.digest$|\.built$|^(src|test|reports)\//.test(path))).toEqual([]);
    expect(packed.filter((path) => /^datasets\/(?!README\.md$|sample\/)/.test(path))).toEqual([]);
  });

  it('has every file that its documents link to', () => {
    const documents = packed.filter((path) => path.endsWith('.md'));
    const links = documents.flatMap((document) => linksOf(document).map((to) => ({ document, to })));
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter(({ to }) => !packed.includes(to))).toEqual([]);
  });
});
