import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { casePath } from '../ensemble/foreign-case.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = join(root, 'bench/.venv-cluster/bin/python');
const hasEngines = existsSync(python) && spawnSync('java', ['-version']).status === 0;

describe('on a cluster of one machine', () => {
  it.skipIf(!hasEngines)(
    'Spark and Dask give the bits of one process, and a killed child fails (needs Java and node bench/setup.mjs cluster)',
    () => {
      const script = join(root, 'test/long/cluster.py');
      const args = [script, root.replace(/\/$/, ''), casePath('xgboost-missing', '.'), process.execPath];
      const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
      expect([status, status === 0 ? '' : stderr.slice(-2000)]).toEqual([0, '']);
      const { cells, ...found } = JSON.parse(stdout.trim().split('\n').pop()!);
      expect(cells).toBeGreaterThan(500);
      expect(found).toEqual({
        'spark 1': true,
        'spark 3': true,
        'spark 16': true,
        'spark list': true,
        'spark queries': true,
        'spark rows': true,
        'killed child fails': true,
        'error is told': true,
        dask: true,
        'dask fails': true,
      });
    },
  );
});
