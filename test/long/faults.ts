import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createRandom } from '../../src/math/random.js';
import { report } from '../../src/pipeline.js';
import { BIN } from '../cli/spawn.js';
import { contents } from '../run/helpers.js';
import type { Scenario } from './scenarios.js';
import { ROOT } from './shell.js';

const FAULTS = pathToFileURL(join(ROOT, 'test/fixtures/run/faults.mjs')).href;

/** How a command of the built program ended. */
interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs a command line with a fault in it (see fixtures/run/faults.mjs), or kills it after so many milliseconds. */
async function run(args: readonly string[], fault: string, killAfter?: number): Promise<End> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', FAULTS, BIN, ...args], {
    env: { ...process.env, SOURCE_DATE_EPOCH: '0', NO_COLOR: '1', FORCE_COLOR: undefined, FAULT: fault },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const end = new Promise<End>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr, ms: performance.now() - start })),
  );
  if (killAfter !== undefined) await Promise.race([end, sleep(killAfter).then(() => child.kill('SIGKILL'))]);
  return end;
}

/** A scenario with what an uninterrupted run of it makes. */
export interface Measured extends Scenario {
  /** every file, by path */
  readonly before: Record<string, string>;
  readonly after: Record<string, string>;
  /** what `report` says before and after; null where there is no decision */
  readonly says: readonly (string | null)[];
  readonly operations: number;
  readonly ms: number;
}

/** Runs a scenario without a fault. */
export async function measure(scenario: Scenario, scratch: string): Promise<Measured> {
  const folder = join(scratch, `whole-${scenario.name}`);
  const count = join(scratch, `count-${scenario.name}`);
  start(scenario, folder);
  const [before, saidBefore] = [contentsOrNone(folder), await said(folder, scratch)];
  const { code, stderr, ms } = await run(scenario.command(folder), `count ${count}`);
  if (code !== 0) throw new Error(`${scenario.name}: ${stderr}`);
  const after = contents(folder);
  const says = [saidBefore, await said(folder, scratch)];
  return { ...scenario, before, after, says, operations: Number(readFileSync(count, 'utf8')), ms };
}

/** Puts a scenario's run folder, as it is before its command, into place. */
function start({ folder: from }: Scenario, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  if (from !== null) cpSync(from, folder, { recursive: true });
}

/** What `report` says of a run, read by this process; null where it refuses as it should. */
async function said(folder: string, scratch: string): Promise<string | null> {
  const out = join(scratch, 'said');
  try {
    await report({ run: folder, out, formats: ['md'] });
  } catch (error) {
    const { code, hint } = error as { code?: string; hint?: string };
    if ((code !== 'usage' && code !== 'data') || hint === undefined) throw error;
    return null;
  }
  return readFileSync(join(out, 'report.md'), 'utf8');
}

/** What a fault did, and what is wrong with what it left. */
export interface Outcome {
  readonly scenario: string;
  /** where it struck: an operation or a moment */
  readonly place: string;
  readonly end: End;
  readonly problems: readonly string[];
}

/**
 * Strikes a scenario at a seeded point, looks at what is left (before the next writer at every second point), runs the command
 * again and compares with the uninterrupted run.
 */
export async function strike(
  scenario: Measured,
  scratch: string,
  { kind, seed }: { kind: 'kill' | 'full'; seed: number },
): Promise<Outcome> {
  const random = createRandom(seed);
  const folder = join(scratch, 'struck');
  start(scenario, folder);
  const byTime = kind === 'kill' && random.integer(3) === 0;
  const at = byTime ? random.uniform() * scenario.ms : random.integer(scenario.operations);
  const place = byTime
    ? `${((100 * at) / scenario.ms) | 0}% of the time`
    : `operation ${at} of ${scenario.operations}`;
  const end = byTime
    ? await run(scenario.command(folder), '', at)
    : await run(scenario.command(folder), `${kind} ${at}`);
  const problems = foundWrong(scenario, folder, kind);
  if (seed % 2 === 0) {
    const says = await said(folder, scratch);
    if (says !== null && !scenario.says.includes(says)) problems.push('report shows neither decision');
  }
  const again = await run(scenario.command(folder), '');
  if (again.code !== 0) problems.push(`resuming fails: ${again.stderr}`);
  else problems.push(...differences(contents(folder), scenario.after));
  return { scenario: scenario.name, place, end, problems };
}

/** Files that are neither as before nor as after; after a full disk, temporary files too. */
function foundWrong({ before, after }: Measured, folder: string, kind: 'kill' | 'full'): string[] {
  const found = contentsOrNone(folder);
  const torn = Object.entries(found)
    .filter(
      ([path, text]) =>
        !/(^|\/)\./.test(path) && path !== 'run.json' && ![before[path], after[path]].includes(text),
    )
    .map(([path]) => `${path} is neither the old nor the new file`);
  const left = Object.keys(found).filter((path) => kind === 'full' && /\.tmp-\d+-/.test(path));
  return [...torn, ...left.map((path) => `${path} is left behind`)];
}

function contentsOrNone(folder: string): Record<string, string> {
  try {
    return contents(folder);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
}

function differences(found: Record<string, string>, expected: Record<string, string>): string[] {
  const paths = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...paths]
    .filter((path) => found[path] !== expected[path])
    .map((path) => `${path} differs after resuming`);
}
