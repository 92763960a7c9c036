// A BERT checkpoint in safetensors as the folder that `encoder:` reads: the ONNX file is written here, node by node, because
// the package ships none and torch would be two gigabytes.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Float32 tensors of a safetensors file by name: length of the header, header, values. */
function readSafetensors(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, start));
  const tensors = new Map();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (dtype !== 'F32') continue;
    const [from, to] = offsets;
    const values = new Float32Array(Uint8Array.from(bytes.subarray(start + from, start + to)).buffer);
    tensors.set(name, { shape, values });
  }
  return tensors;
}

/** The writer of ONNX files that the tests have, compiled. */
async function writer(scratch) {
  const outfile = join(scratch, 'bert-writer.tmp.mjs');
  const entryPoints = [join(root, 'test/models/encoder/bert.ts')];
  buildSync({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

/** Writes the folder `to` from the checkpoint's folder `from`. */
export async function exportBert(from, to, settings) {
  mkdirSync(to, { recursive: true });
  const config = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'));
  const { bertOnnx } = await writer(to);
  writeFileSync(join(to, 'model.onnx'), bertOnnx(config, readSafetensors(join(from, 'model.safetensors'))));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    copyFileSync(join(from, name), join(to, name));
  }
  const pooling = join(from, '1_Pooling/config.json');
  if (existsSync(pooling)) {
    mkdirSync(join(to, '1_Pooling'), { recursive: true });
    copyFileSync(pooling, join(to, '1_Pooling/config.json'));
  }
  writeFileSync(join(to, 'esci-select.json'), `${JSON.stringify(settings, null, 2)}\n`);
}
