// `npm run kill -- --points 100 [--out reports/kill.md]`: ends commands by SIGKILL, and fills the disk, at so many seeded points
// each (test/long/kill-commands.test.ts), and writes the counts as Markdown. Fails where a single point leaves what it must not.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: { points: { type: 'string', default: '100' }, out: { type: 'string' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'esci-kill-'));
const counts = join(scratch, 'counts');

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.long.config.ts', 'kill-commands'],
  {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, KILL_POINTS: values.points, KILL_COUNTS: counts },
  },
);
const lines = existsSync(counts) ? readFileSync(counts, 'utf8') : '';
rmSync(scratch, { recursive: true });

const text = `# Kill -9 and full disks

\`npm run kill -- --points ${values.points} --out reports/kill.md\`

Each command runs on a small task in a process of its own. A *kill* is SIGKILL, two thirds of the time in place of a seeded one of
the operations that write (open, write, sync, rename, link, delete, new folder), else at a seeded moment. *Full* is a disk without
space from a seeded operation on. Looked at afterwards: every file is the old one or the new one; \`report\` shows the old decision or
the new one (at every second point before the command is run again); the command, run again, leaves the same bytes in the run folder
as an uninterrupted one; after a full disk the exit code is 5 with a hint, and no temporary file is left.

| command | operations | fault | points | points where something is wrong |
| --- | --- | --- | --- | --- |
${lines}`;

if (values.out !== undefined && lines !== '') writeFileSync(values.out, text);
process.stdout.write(text);
process.exit(status ?? 70);
