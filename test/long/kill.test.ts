import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { contents, ended, firstOutput, scratchFolder, start } from '../run/helpers.js';

/** How often a run is killed; RELIABILITY asks for 100: KILLS=100 npm run test:long -- kill */
const KILLS = Number(process.env.KILLS ?? 24);
const scratch = scratchFolder();
const expected: Record<string, Record<string, string>> = {};

async function runToEnd(folder: string, generation: string): Promise<string> {
  const { code, output } = await ended(start('stages.mjs', folder, generation));
  expect(code).toBe(0);
  return output;
}

beforeAll(async () => {
  for (const generation of ['1', '2']) {
    const folder = join(scratch, `whole-${generation}`);
    await runToEnd(folder, generation);
    expected[generation] = contents(folder);
  }
});

/** Every file under its final name is complete: as generation 1 or 2 has it. */
function expectOldOrNew(folder: string): void {
  const found = Object.entries(contents(folder)).filter(
    ([path]) => !/(^|\/)\.|^run\.json$/.test(path), // temporaries, the lock, checkpoints
  );
  const broken = found.filter(([path, text]) => ![expected[1][path], expected[2][path]].includes(text));
  expect(broken.map(([path]) => path)).toEqual([]);
}

describe('kill -9 at random moments', () => {
  it(`leaves old or new files ${KILLS} times, and resuming gives the bytes of an uninterrupted run`, async () => {
    const random = createRandom(31);
    let kills = 0;
    let midway = 0;
    for (let trial = 0; kills < KILLS; trial++) {
      const folder = join(scratch, `killed-${trial}`);
      await runToEnd(folder, '1');
      for (let alive = true; alive && kills < KILLS; ) {
        const child = start('stages.mjs', folder, '2');
        const end = ended(child);
        await firstOutput(child);
        await sleep(random.integer(60));
        child.kill('SIGKILL');
        alive = (await end).signal === 'SIGKILL';
        if (!alive) break;
        kills++;
        expectOldOrNew(folder);
        if (existsSync(join(folder, '.checkpoints'))) midway++;
      }
      await runToEnd(folder, '2');
      expect(contents(folder)).toEqual(expected[2]);
    }
    expect(midway).toBeGreaterThan(KILLS / 4); // else this killed nothing that mattered
  }, 300_000);

  it('keeps done stages', async () => {
    expect(await runToEnd(join(scratch, 'whole-2'), '2')).toBe(
      'begun\nexamples kept\nmodels kept\nensemble kept\nreport kept\n',
    );
    expect(contents(join(scratch, 'whole-2'))).toEqual(expected[2]);
  });
});
