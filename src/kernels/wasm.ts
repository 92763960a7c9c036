import { readFileSync } from 'node:fs';
import { compiledFile } from './pool-module.js';

/** What we use of the runtime's WebAssembly, which Node's types leave to those of browsers. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

/** Bytes of a page of memory. */
const PAGE = 65_536;

/** Functions of a kernel file, and the memory they work in. */
export interface Kernels<Functions> {
  readonly functions: Functions;
  readonly buffer: ArrayBuffer;
}

const modules = new Map<string, object>();

/**
 * The functions of dist/kernels/`name`.wasm (compiled by scripts/build.mjs from src/kernels/assembly) over a zeroed
 * memory of their own of at least `bytes`. Compiled once per thread. Throws 'internal' if the file is not built.
 */
export function loadKernels<Functions>(name: string, bytes: number): Kernels<Functions> {
  const module =
    modules.get(name) ?? new WebAssembly.Module(readFileSync(compiledFile(import.meta.url, `${name}.wasm`)));
  modules.set(name, module);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { functions: exports as Functions, buffer: memory.buffer };
}

const borrowed = new Map<string, Kernels<unknown>>();

/**
 * As loadKernels, but over the memory that this thread's last borrower of the kernels had, where it is large enough:
 * what is in it is undefined, and stays the caller's only until the next call of this function.
 */
export function borrowKernels<Functions>(name: string, bytes: number): Kernels<Functions> {
  let kernels = borrowed.get(name);
  if (kernels === undefined || kernels.buffer.byteLength < bytes) {
    kernels = loadKernels(name, bytes);
    borrowed.set(name, kernels);
  }
  return kernels as Kernels<Functions>;
}
