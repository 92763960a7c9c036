import { describe, expect, it } from 'vitest';
import {
  describeRuntimes,
  findRuntime,
  installedRuntimes,
  openSession,
} from '../../../src/models/encoder/runtime.js';

describe('ONNX runtimes', () => {
  it('are found where they are installed, and the first is used', async () => {
    const installed = installedRuntimes();
    expect(installed.map(({ name }) => name)).toContain('onnxruntime-web');
    for (const { version } of installed) expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(findRuntime()).toEqual(installed[0]);
    expect(await describeRuntimes()).toContain(`${installed[0].name} ${installed[0].version}, loads`);
  });

  it('are asked for where there is none, with the command that installs one', () => {
    expect(() => findRuntime([])).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'no ONNX runtime is installed, and language models need one',
        hint: expect.stringContaining('npm install onnxruntime-node@1.30.0 --ignore-scripts'),
      }),
    );
  });

  it('say which package cannot be loaded', async () => {
    const model = { path: 'model.onnx', external: [] };
    await expect(openSession('onnxruntime-none' as 'onnxruntime-web', model)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('onnxruntime-none cannot be loaded'),
    });
  });
});
