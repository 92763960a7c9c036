import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { logRun } from '../../src/pipeline/publish/mlflow.js';
import { scratchFolder } from './shell.js';

const scratch = scratchFolder();
const venv = join(scratch, 'venv');
const python = join(venv, 'bin/python');

/** Installs mlflow into a folder of its own; false where that does not work here. */
function hasMlflow(): boolean {
  if (process.env.ESCI_MLFLOW !== '1') return false;
  const make = spawnSync('python3', ['-m', 'venv', venv]);
  const install = spawnSync(python, ['-m', 'pip', 'install', '--quiet', 'mlflow'], { timeout: 500_000 });
  return make.status === 0 && install.status === 0;
}

const there = hasMlflow();

describe('log --to mlflow', () => {
  it.skipIf(!there)(
    'is understood by a real server (needs ESCI_MLFLOW=1 and pip install mlflow)',
    async () => {
      const port = 5000 + (process.pid % 1000);
      const flags = [
        'server',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--backend-store-uri',
        `sqlite:///${join(scratch, 'm.db')}`,
      ];
      const server = spawn(join(venv, 'bin/mlflow'), flags, {
        cwd: scratch,
        stdio: 'ignore',
        detached: true,
      });
      afterAll(() => {
        process.kill(-server.pid!);
      });
      const url = `http://127.0.0.1:${port}`;
      for (let tries = 0; tries < 120; tries++) {
        if (
          await fetch(`${url}/health`).then(
            ({ ok }) => ok,
            () => false,
          )
        )
          break;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      const run = {
        experiment: 'esci',
        name: 'rank',
        metrics: new Map([
          ['macroF1', 0.5],
          ['f1_exact', 0.25],
        ]),
        params: new Map([['kept', 'a, b']]),
        tags: new Map([['team', 'search']]),
        time: 1_700_000_000_000,
      };
      const { runId } = await logRun({ url, authorization: null }, run);
      const answer = await fetch(`${url}/api/2.0/mlflow/runs/get?run_id=${runId}`);
      const { run: found } = (await answer.json()) as {
        run: { info: { status: string }; data: { metrics: { key: string; value: number }[] } };
      };
      expect(found.info.status).toBe('FINISHED');
      const metrics = found.data.metrics.map(({ key, value }) => [key, value]);
      expect(metrics).toEqual(
        expect.arrayContaining([
          ['macroF1', 0.5],
          ['f1_exact', 0.25],
        ]),
      );
    },
  );
});
