import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is remembered beside a decision: tags, when it was made, and of which commit. */
export function decisionRecord(tags: ReadonlyMap<string, string> | undefined, env: Environment) {
  const commit = env.GITHUB_SHA || env.CI_COMMIT_SHA || commitOf(process.cwd());
  return {
    ...(tags === undefined ? {} : { tags: Object.fromEntries(tags) }),
    date: dateOf(env),
    ...(commit === null ? {} : { commit }),
  };
}

/** Now, or what SOURCE_DATE_EPOCH says, so that a run can be made again to the byte (reproducible-builds.org). */
function dateOf({ SOURCE_DATE_EPOCH: epoch }: Environment): string {
  const isSet = epoch !== undefined && /^\d{1,11}$/.test(epoch);
  return (isSet ? new Date(Number(epoch) * 1000) : new Date()).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The commit that git has checked out in a folder or above it; null where there is none that can be read. */
function commitOf(folder: string): string | null {
  const git = join(folder, '.git');
  const head = textOf(join(git, 'HEAD'));
  if (head === null) return dirname(folder) === folder ? null : commitOf(dirname(folder));
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  if (ref === undefined) return commitIn(head);
  const packed = textOf(join(git, 'packed-refs'))?.split('\n') ?? [];
  return commitIn(textOf(join(git, ref)) ?? packed.find((line) => line.endsWith(` ${ref}`)) ?? '');
}

function commitIn(text: string): string | null {
  return /^[0-9a-f]{40,64}\b/.exec(text)?.[0] ?? null;
}

/** Null where it cannot be read: a decision is kept without its commit then. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
