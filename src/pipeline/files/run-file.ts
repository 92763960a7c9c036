import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { blocking } from '../../io/blocking.js';
import { isCurrent } from '../../run/manifest.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';

/** A file of a run: where it is, and the one way to read and to write it. */
export interface RunFile<Value, How = void, Written = Value> {
  /** relative to the run folder, with forward slashes */
  readonly path: string;
  /** Whether a stage has written it. */
  isIn(run: RunFolder): boolean;
  /**
   * The absolute path, once the bytes have been found to be what run.json says.
   *
   * @throws EsciSelectError('usage') where no stage has written it, ('data') where it was changed since
   */
  verified(run: RunFolder): Promise<string>;
  /** Reads it, verified. Throws as `verified`, and 'data' where the content is not what it should be. */
  read(run: RunFolder, how: How): Promise<Value>;
  /** Writes it as an output of a stage. Throws 'io'. */
  write(out: StageOutputs, value: Written): Promise<void>;
}

/** What is said of a file that is missing or damaged. */
export interface RunFileText {
  /** such as 'fitted ensemble' */
  readonly what: string;
  /** the command that makes it, such as 'train'; of rank with a budget, without which it writes nothing */
  readonly madeBy: string;
}

/** How a file's content is read from and written to an absolute path. */
export interface Codec<Value, How = void, Written = Value> {
  read(path: string, how: How): Promise<Value>;
  write(path: string, value: Written): Promise<void>;
}

/** A file of a run by its path, its texts and its codec. */
export function runFile<Value, How = void, Written = Value>(
  path: string,
  { what, madeBy }: RunFileText,
  codec: Codec<Value, How, Written>,
): RunFile<Value, How, Written> {
  const isIn = (run: RunFolder) =>
    Object.values(run.manifest.stages).some(({ outputs }) => outputs.some((output) => output.path === path));
  const verified = async (run: RunFolder) => {
    const found = await run.verified(path, `run esci-select ${madeBy} with the same --run and --force`);
    if (found !== null) return found;
    throw new EsciSelectError('usage', `run has no ${what} yet (${path} is missing)`, {
      path: run.path,
      hint: `run esci-select ${madeBy} with the same --run first`,
    });
  };
  return {
    path,
    isIn,
    verified,
    read: async (run, how) => {
      const file = await verified(run);
      return await codec.read(file, how).catch((error: unknown) => {
        throw ofItsVersion(error, run);
      });
    },
    write: (out, value) => codec.write(out.file(path), value),
  };
}

/** What is said of a file that is as an earlier version wrote it, and lacks what this one needs. */
function ofItsVersion(error: unknown, { manifest }: RunFolder): unknown {
  if (!(error instanceof EsciSelectError) || isCurrent(manifest)) return error;
  const { code, message, path, hint } = error;
  const { version } = manifest.tool;
  return new EsciSelectError(
    code,
    `${message}: the run is of esci-select ${version} with run.json of schema ${manifest.schema}`,
    { path, hint, cause: error },
  );
}

/**
 * JSON with a newline at its end, checked by a zod schema when it is read. What is given back is the parsed value itself,
 * not zod's copy, which would leave out a key named `__proto__`.
 */
export function jsonCodec<Value>(schema: z.ZodType, { what, madeBy }: RunFileText, indent = 2): Codec<Value> {
  const damaged = (path: string, message: string, cause?: unknown) =>
    new EsciSelectError('data', `${what} ${message}`, {
      path,
      hint: `run esci-select ${madeBy} with the same --run and --force`,
      cause,
    });
  const parse = (text: string, path: string): Value => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw damaged(path, `is not JSON: ${(cause as Error).message}`, cause);
    }
    const checked = schema.safeParse(value);
    if (checked.success) return value as Value;
    const [{ path: at, message }] = checked.error.issues;
    throw damaged(path, `is malformed at ${at.map(String).join('.') || 'its top'}: ${message.toLowerCase()}`);
  };
  return {
    async read(path) {
      const text = await readFile(path, 'utf8');
      return blocking(() => parse(text, path));
    },
    write: (path, value) => writeFileAtomic(path, `${JSON.stringify(value, null, indent)}\n`),
  };
}
