import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** A folder for one test file, deleted when its tests are over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'esci-run-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a script of test/fixtures/run. */
export function start(script: string, ...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(`../fixtures/run/${script}`, import.meta.url));
  return spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Waits for a child's end. */
export async function ended(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; output: string }> {
  let output = '';
  child.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
}

/** Waits for the first thing a child prints. */
export async function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk)));
    child.once('close', () => reject(new Error('child ended without a word')));
  });
}

/** Every file below a folder: relative path to content, in order of path. */
export function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, 'latin1')]));
}
