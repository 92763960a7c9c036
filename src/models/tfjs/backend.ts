import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// the core package's Node build has no gradients: the layers package registers them, in the registry that both share
import '@tensorflow/tfjs-layers';
import { tensorflowFolder } from '../../assets.js';
import { EsciSelectError } from '../../errors.js';
import { registerKernels } from './kernels.js';
import { importNative } from './native.js';

/** TensorFlow.js backends we train on: WebAssembly SIMD, plain JavaScript, and the native library. */
export type BackendName = 'wasm' | 'cpu' | 'tensorflow';

export interface BackendOptions {
  /** what is ready already, else `wasm`, unless told; `tensorflow` needs `@tensorflow/tfjs-node` and gives other bytes */
  readonly backend?: BackendName;
}

let ready: { name: BackendName; promise: Promise<void> } | null = null;

/**
 * Makes TensorFlow.js ready on this thread, once: silent, without network, single-threaded (so that equal inputs give
 * equal bytes), with our kernels registered. Throws EsciSelectError('usage') if native TensorFlow is asked for and
 * not installed.
 */
export async function prepareTensorflow(options: BackendOptions = {}): Promise<void> {
  const name = options.backend ?? ready?.name ?? 'wasm';
  if (ready?.name !== name) {
    const promise = start(name);
    ready = { name, promise };
    promise.catch(() => {
      ready = null;
    });
  }
  return ready.promise;
}

async function start(name: BackendName): Promise<void> {
  // production mode turns off the library's console messages and its per-operation shape checks
  tf.env().set('PROD', true);
  if (name === 'wasm') wasm.setWasmPaths(tensorflowFolder());
  if (name === 'tensorflow') await importNative();
  registerKernels(name);
  const started = await tf.setBackend(name);
  if (!started) {
    throw new EsciSelectError('internal', `TensorFlow.js backend ${name} does not start on this machine`, {
      hint: 'a Node.js with WebAssembly SIMD is needed: 20.19 or newer, x64 or arm64',
    });
  }
  await tf.ready();
}
