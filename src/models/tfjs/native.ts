import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { EsciSelectError } from '../../errors.js';

/** The optional package that computes with the TensorFlow library itself. */
const NATIVE_PACKAGE = '@tensorflow/tfjs-node';

/** The page that says how to get it, and what it is worth. */
const GUIDE = 'docs/native-tensorflow.md';

/** An installed native package. */
export interface NativeInstallation {
  readonly version: string;
  /** whether its compiled binding is there; its own installer downloads one, scripts/native-tensorflow.mjs makes one */
  readonly built: boolean;
}

/** The native package where it is installed, else null. Loads nothing. */
export function nativeInstallation(): NativeInstallation | null {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve(`${NATIVE_PACKAGE}/package.json`);
    const { version } = require(path) as { version: string };
    return { version, built: existsSync(join(dirname(path), 'lib/napi-v8/tfjs_binding.node')) };
  } catch {
    return null;
  }
}

/**
 * Makes sure, before any work, that the native package can be asked for, and tells TensorFlow to compute in one thread:
 * models train side by side, and sums then come in one order. The library reads that from the environment when it is
 * loaded; only the main thread's environment is the process's own, so call this there.
 *
 * @throws EsciSelectError('usage') where the package is not installed, or its binding is missing
 */
export function findNative(): void {
  const installed = nativeInstallation();
  if (!installed?.built) {
    const what =
      installed === null ? 'is not installed' : `${installed.version} is installed without its binding`;
    throw new EsciSelectError('usage', `native TensorFlow (${NATIVE_PACKAGE}) ${what}`, {
      hint: `${GUIDE} says how to get it, or leave --backend at wasm`,
    });
  }
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
}

/**
 * Loads the native package into this thread, which registers its backend.
 *
 * @throws EsciSelectError('usage') where it is missing or cannot be loaded
 */
export async function importNative(): Promise<void> {
  findNative();
  restoreRemovedUtilities();
  const optional = NATIVE_PACKAGE; // a variable: the compiler must not look for types of a package that may be absent
  try {
    await import(optional);
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new EsciSelectError('usage', `native TensorFlow (${optional}) cannot be loaded: ${reason}`, {
      hint: `${GUIDE} says how to build it, or leave --backend at wasm`,
      cause,
    });
  }
}

/** Node.js 23 removed a function that the package, last released before it, calls with every tensor. */
function restoreRemovedUtilities(): void {
  const utilities = util as { isNullOrUndefined?: (value: unknown) => boolean };
  utilities.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
