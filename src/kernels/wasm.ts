import { readFileSync } from 'node:fs';
import { compiledFile } from '../assets.js';
import { EsciSelectError } from '../errors.js';

/** A memory that threads share, as far as we use it; its buffer is a new object after it grew. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What we use of the runtime's WebAssembly, which Node's types leave to those of browsers. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Memory: {
      new (size: { initial: number }): { readonly buffer: ArrayBuffer };
      new (size: { initial: number; maximum: number; shared: true }): SharedMemory;
    };
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

/** Bytes of a page of memory. */
const PAGE = 65_536;
/** Pages of the largest memory: 4 GiB. */
const MOST_PAGES = 65_536;

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
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  return { functions: instantiate<Functions>(name, memory), buffer: memory.buffer };
}

/**
 * A memory of at least `bytes` that threads can share: `idle`, grown where it is smaller (it keeps what it held), or a
 * new one. Throws 'data' above 4 GiB or what the machine has.
 */
export function sharedMemory(bytes: number, idle?: SharedMemory): SharedMemory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    if (idle === undefined) {
      return new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    }
    const lacking = pages - idle.buffer.byteLength / PAGE;
    if (lacking > 0) idle.grow(lacking);
    return idle;
  } catch (cause) {
    const size = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    throw new EsciSelectError('data', `training needs ${size} of working memory, which is not to be had`, {
      hint: 'at most 4 GiB can be used: give fewer rows, models or classes',
      cause,
    });
  }
}

/** The functions of a kernel file, by its name or its address, over a shared memory. */
export function instantiateShared<Functions>(name: string | URL, memory: SharedMemory): Functions {
  return instantiate<Functions>(name, memory);
}

/** Where dist/kernels/`name`.wasm is. Throws 'internal' if it is not built. */
export function kernelFile(name: string): URL {
  return compiledFile(import.meta.url, `${name}.wasm`);
}

function instantiate<Functions>(name: string | URL, memory: object): Functions {
  const file = name instanceof URL ? name : kernelFile(name);
  const module = modules.get(file.href) ?? new WebAssembly.Module(readFileSync(file));
  modules.set(file.href, module);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Functions;
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
