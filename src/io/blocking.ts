import { setImmediate } from 'node:timers/promises';

/** Runs work during which this thread cannot hear signals. */
export type Guard = <T>(work: () => T) => T;

let guard: Guard = (work) => work();

/** Lets a program say what work is to be run with, while this thread hears no signals; gives back the guard it replaces. */
export function guardBlocking(next: Guard): Guard {
  const before = guard;
  guard = next;
  return before;
}

/**
 * Runs work that cannot be taken apart, such as parsing a JSON text as a whole, and that may take seconds on what a user gives:
 * what signals there are is heard before, and the program's guard says what they do meanwhile.
 */
export async function blocking<T>(work: () => T): Promise<T> {
  await setImmediate();
  return guard(work);
}
