import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Measured, measure, type Outcome, strike } from './faults.js';
import { scenarios } from './scenarios.js';
import { scratchFolder } from './shell.js';

/** How many points each kind of fault strikes at; RELIABILITY asks for 100: npm run kill -- --points 100 */
const POINTS = Number(process.env.KILL_POINTS ?? 20);
const scratch = scratchFolder();
const measured: Measured[] = [];
const counts: string[] = [];

beforeAll(async () => {
  for (const scenario of await scenarios(scratch)) measured.push(await measure(scenario, scratch));
}, 600_000);

/** Strikes until so many faults have hit, the scenarios in turn. */
async function strikeAll(kind: 'kill' | 'full', hit: (outcome: Outcome) => boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 31; outcomes.length < POINTS; seed++) {
    const outcome = await strike(measured[outcomes.length % measured.length], scratch, { kind, seed });
    if (hit(outcome)) outcomes.push(outcome);
    else expect(outcome.problems).toEqual([]);
  }
  for (const { name, operations } of measured) {
    const own = outcomes.filter(({ scenario }) => scenario === name);
    const wrong = own.filter(({ problems }) => problems.length > 0).length;
    counts.push(`| ${name} | ${operations} | ${kind} | ${own.length} | ${wrong} |`);
  }
  if (process.env.KILL_COUNTS !== undefined) writeFileSync(process.env.KILL_COUNTS, `${counts.join('\n')}\n`);
  return outcomes;
}

const wrong = (outcomes: readonly Outcome[]) => outcomes.filter(({ problems }) => problems.length > 0);

describe('31, 33: train, rank, report and import', () => {
  it(
    `killed at ${POINTS} points leave old or new files, no torn decision, and go on to the same bytes`,
    async () => {
      const outcomes = await strikeAll('kill', ({ end }) => end.signal === 'SIGKILL');
      expect(wrong(outcomes)).toEqual([]);
    },
    POINTS * 60_000,
  );

  it(
    `with a disk full from ${POINTS} operations on exit 5, leave old or new files and nothing else`,
    async () => {
      const outcomes = await strikeAll('full', ({ end }) => end.code !== 0);
      expect(wrong(outcomes)).toEqual([]);
      const unsaid = outcomes.filter(
        ({ end }) => end.code !== 5 || !/no space is left.*\nhint: /.test(end.stderr),
      );
      expect(unsaid).toEqual([]);
    },
    POINTS * 60_000,
  );
});
