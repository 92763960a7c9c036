import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What this test reads of an entry of the lock file, or of a package card. */
interface Entry {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  allowScripts?: Record<string, boolean>;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
}

const card = readJson('package.json') as Entry;
const lock = readJson('package-lock.json') as { lockfileVersion: number; packages: Record<string, Entry> };
const installed = Object.entries(lock.packages).filter(([place]) => place !== '');
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Where Node finds a package from a place in node_modules: beside it, or in a folder above. */
function resolve(from: string, name: string): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const found = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (found in lock.packages) return found;
    if (place === '') return undefined;
  }
}

/** The names of packages that some other package may do without, which is how binaries of a system are given. */
function optionalOf([place, entry]: [string, Entry]): { from: string; name: string }[] {
  return Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ from: place, name }));
}

describe('package-lock.json', () => {
  it('has every system’s optional binaries, so that npm ci accepts it everywhere', () => {
    const optional = installed.flatMap(optionalOf);
    const missing = optional.filter(({ from, name }) => resolve(from, name) === undefined);
    expect(missing).toEqual([]);
    for (const owner of ['@duckdb/node-bindings', 'rolldown', '@biomejs/biome', 'esbuild', 'lightningcss']) {
      expect(
        optional.filter(({ from }) => from === `node_modules/${owner}`).length,
        `optional binaries of ${owner}`,
      ).toBeGreaterThan(4);
    }
  });

  it.each([
    ['darwin', 'arm64'],
    ['darwin', 'x64'],
    ['linux', 'arm64'],
    ['linux', 'x64'],
    ['win32', 'arm64'],
    ['win32', 'x64'],
  ])('has binaries of DuckDB, rolldown and esbuild for %s on %s', (os, cpu) => {
    const names = installed
      .filter(([, entry]) => entry.os?.includes(os) && entry.cpu?.includes(cpu))
      .map(([place]) => place);
    for (const owner of ['@duckdb/node-bindings', '@rolldown/binding', '@esbuild/']) {
      expect(
        names.filter((place) => place.startsWith(`node_modules/${owner}`)),
        `${owner} for ${os} ${cpu}`,
      ).not.toEqual([]);
    }
  });

  it('names no host to fetch from, and has a checksum for every package', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(installed.length).toBeGreaterThan(300);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(
      installed
        .filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
        .map(([place]) => place),
    ).toEqual([]);
  });

  it('is of the versions that package.json asks for, each exact', () => {
    const { dependencies = {}, devDependencies = {}, overrides = {} } = card;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...overrides })) {
      expect(version, name).toMatch(EXACT);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
    expect(lock.packages[''].dependencies).toEqual(dependencies);
    expect(lock.packages[''].devDependencies).toEqual(devDependencies);
  });

  it('needs no install script to be run', () => {
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const denied = Object.entries(card.allowScripts ?? {}).filter(([, allowed]) => !allowed);
    expect(scripted.map(([place]) => place.replace('node_modules/', '')).sort()).toEqual(
      denied.map(([name]) => name).sort(),
    );
  });
});
