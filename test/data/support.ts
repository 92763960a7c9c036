import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Finding } from '../../src/data/examples/examples.js';
import { EsciSelectError } from '../../src/errors.js';

/** A fresh temporary folder. */
export function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'esci-select-data-'));
}

/** Writes files into a fresh folder; gives their paths in order. */
export async function files(contents: Record<string, string>): Promise<string[]> {
  const dir = await folder();
  const paths: string[] = [];
  for (const [name, content] of Object.entries(contents)) {
    paths.push(join(dir, name));
    await writeFile(join(dir, name), content);
  }
  return paths;
}

/** The EsciSelectError that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<EsciSelectError> {
  const error = await promise.then(
    (value) => new Error(`no error but ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EsciSelectError);
  return error as EsciSelectError;
}

export function finding(findings: readonly Finding[], code: string): Finding | undefined {
  return findings.find((one) => one.code === code);
}
