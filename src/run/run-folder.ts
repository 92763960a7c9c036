import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EsciSelectError, shellWord } from '../errors.js';
import { ensureWritableFolder, safeFileName } from '../io/atomic.js';
import { canonicalJson, sha256 } from '../io/hash.js';
import { Checkpoints, removeIfEmpty } from './checkpoint.js';
import { type Commit, commit, finishCommit, pendingCommit, removeStaging, STAGING_NAME } from './commit.js';
import { insidePath } from './inside.js';
import { Lock } from './lock.js';
import {
  type Manifest,
  type RunHeader,
  readManifest,
  type StageOutput,
  type StageRecord,
  withHeader,
  withoutStages,
  withStage,
  writeManifest,
} from './manifest.js';
import { areIntact, describeOutputs, isOneOf, removeStale } from './outputs.js';
import { LOCK_NAME, readOrForget, tryToFinish } from './recover.js';
import { StageOutputs } from './stage-outputs.js';
import { sweepTemporaries } from './sweep.js';

const CHECKPOINTS_NAME = '.checkpoints';

/** How to open a run folder for writing. */
export interface CreateOptions {
  /** what this process runs, shown to a second one that wants the folder */
  command: string;
  /** start anew where run.json cannot be understood, instead of throwing */
  force?: boolean;
}

/**
 * A stage's key: the SHA-256 of all that decides its outputs. Give it the tool's version, the options it depends on, and
 * the keys or hashes of what it reads; parts must be JSON values (see canonicalJson).
 */
export function stageKey(...parts: unknown[]): string {
  return sha256(canonicalJson(parts));
}

/** A stage to be done. */
interface StageWork {
  readonly name: string;
  readonly key: string;
  readonly work: (out: StageOutputs) => Promise<void>;
  readonly checkpoints: Checkpoints;
}

/** A stage whose files are complete in its own folder. */
interface FinishedStage {
  readonly name: string;
  readonly staging: string;
  readonly record: StageRecord;
}

/** A run's folder: its manifest, its lock and its files. It knows no stage: each saves its own data. */
export class RunFolder {
  /** absolute */
  readonly path: string;
  #manifest: Manifest | null;
  #lock: Lock | null;
  #writing: Promise<void> = Promise.resolve();
  /** outputs found to be what run.json says: each is read once a process */
  readonly #verified = new Set<string>();
  /** the folders of files that a killed process had written but not yet moved into place, by their path */
  readonly #staged: ReadonlyMap<string, string>;

  private constructor(
    path: string,
    manifest: Manifest | null,
    lock: Lock | null,
    staged: ReadonlyMap<string, string> = new Map(),
  ) {
    this.path = path;
    this.#manifest = manifest;
    this.#lock = lock;
    this.#staged = staged;
  }

  /**
   * Opens a folder for writing, making it if need be: checks that it is writable, takes its lock, finishes the stage that
   * a killed process was committing, and clears away what one left half-written. Throws 'io' if it cannot be written or another process has it, and 'data' if its
   * run.json cannot be understood.
   */
  static async create(path: string, options: CreateOptions): Promise<RunFolder> {
    const folder = resolve(path);
    await ensureWritableFolder(folder);
    const lock = await Lock.take(insidePath(folder, LOCK_NAME), options.command);
    try {
      await finishCommit(folder, options.force === true);
      await removeStaging(folder);
      await sweepTemporaries(folder);
      return new RunFolder(folder, await readOrForget(folder, options.force === true), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Opens a run for reading, without the lock. Where a killed process was committing a stage, that is finished first, or
   * read through where the folder cannot be written.
   * Throws 'usage' if there is none, 'data' if run.json is malformed.
   */
  static async open(path: string): Promise<RunFolder> {
    const folder = resolve(path);
    if ((await pendingCommit(folder)) !== null) await tryToFinish(folder);
    const pending = await pendingCommit(folder);
    if (pending !== null) return RunFolder.#through(folder, pending);
    const manifest = await readManifest(folder);
    if (manifest === null) {
      throw new EsciSelectError('usage', 'folder holds no run', {
        path,
        hint: `make one with: esci-select train --run ${shellWord(path)}`,
      });
    }
    return new RunFolder(folder, manifest, null);
  }

  /**
   * A run as it lies there, for whoever must write nothing: without the lock, and a stage that a killed process was
   * committing is read through, not finished. Null where the folder holds no run. Throws 'data' if run.json is malformed.
   */
  static async peek(path: string): Promise<RunFolder | null> {
    const folder = resolve(path);
    const pending = await pendingCommit(folder);
    if (pending !== null) return RunFolder.#through(folder, pending);
    const manifest = await readManifest(folder);
    return manifest === null ? null : new RunFolder(folder, manifest, null);
  }

  static #through(folder: string, { files, staging, manifest }: Commit): RunFolder {
    const staged = files.map((file) => [file, join(folder, staging)] as const);
    return new RunFolder(folder, manifest, null, new Map(staged));
  }

  /** What run.json says. Throws 'usage' for a new folder before `setHeader`. */
  get manifest(): Manifest {
    if (this.#manifest !== null) return this.#manifest;
    throw new EsciSelectError('usage', 'run has not begun: folder has no run.json yet', {
      path: this.path,
      hint: `make one with: esci-select train --run ${shellWord(this.path)}`,
    });
  }

  /** Whether run.json exists; false for a new folder before `setHeader`. */
  get begun(): boolean {
    return this.#manifest !== null;
  }

  /** Absolute path of a file in the folder. Throws 'io' if the parts, or a symbolic link among them, lead outside. */
  file(...parts: string[]): string {
    return insidePath(this.path, ...parts);
  }

  /** Writes seed, options, inputs and version to run.json; the stages stay, to be kept or rerun by their keys. */
  async setHeader(header: RunHeader): Promise<void> {
    await this.#update((manifest) => withHeader(manifest, header));
  }

  /**
   * Absolute path of a stage's output, whose bytes have been found to be what run.json says; null if no stage has it.
   * Read once a process: O(bytes) the first time. Throws 'data' where the file is missing or other than it was written.
   *
   * @param hint what to run to have it made again
   */
  async verified(path: string, hint: string): Promise<string | null> {
    const records = this.#outputs(path);
    if (records.length === 0) return null;
    const staging = this.#staged.get(path);
    const isStaged = staging !== undefined && existsSync(join(staging, path));
    const folder = isStaged ? staging : this.path;
    if (!this.#verified.has(path) && !(await isOneOf(folder, records))) {
      throw new EsciSelectError('data', 'file is not as run.json says: it was changed, cut or removed', {
        path: join(folder, path),
        hint,
      });
    }
    this.#verified.add(path);
    return insidePath(folder, path);
  }

  /**
   * Does a stage unless it is done: 'kept' if the manifest has it under the same key and all its outputs are as they were
   * written, else `work` writes the paths that `out.file()` gives it, and all of them replace the stage's earlier files
   * together. `work` may save parts in `out.checkpoints`, which outlive a kill. Files that the stage's earlier record
   * names and this one does not are deleted. `force` reruns a stage that is done, without old checkpoints.
   */
  async stage(
    name: string,
    key: string,
    work: (out: StageOutputs) => Promise<void>,
    options: { force?: boolean } = {},
  ): Promise<'done' | 'kept'> {
    this.#requireLock();
    const checkpoints = new Checkpoints(this.file(CHECKPOINTS_NAME, safeFileName(name)), key);
    if (options.force) await checkpoints.clear();
    const kept = !options.force && (await this.isCurrent(name, key));
    if (!kept) await this.#do({ name, key, work, checkpoints });
    await checkpoints.clear();
    return kept ? 'kept' : 'done';
  }

  async #do({ name, key, work, checkpoints }: StageWork): Promise<void> {
    const staging = `${STAGING_NAME}/${safeFileName(name)}`;
    const folder = this.file(staging);
    const out = new StageOutputs(this.path, folder, checkpoints);
    try {
      await work(out);
      const outputs = await describeOutputs(folder, out.names);
      await this.#finishStage({ name, staging, record: { key, outputs } });
    } catch (error) {
      // what is staged stays where it is about to be moved: the next process to open the folder finishes that
      if ((await pendingCommit(this.path)) === null) await removeStaging(this.path, staging);
      throw error;
    }
  }

  /** Whether a stage is done under this key, with all its outputs as they were written: `stage` would keep it. */
  async isCurrent(name: string, key: string): Promise<boolean> {
    const record = this.#record(name);
    return record?.key === key && (await areIntact(this.path, record.outputs));
  }

  /** Forgets the stages that `wanted` does not want, and deletes the files that only they name. Throws 'io'. */
  async keepStages(wanted: (name: string) => boolean): Promise<void> {
    const dropped = Object.keys(this.manifest.stages).filter((name) => !wanted(name));
    if (dropped.length === 0) return;
    const files = dropped.flatMap((name) => this.manifest.stages[name].outputs);
    await this.#update(() => withoutStages(this.manifest, dropped));
    await removeStale(this.path, files, this.manifest);
  }

  /** Waits for writes under way and gives the lock back; reading goes on. Does nothing the second time. */
  async close(): Promise<void> {
    const lock = this.#lock;
    if (lock === null) return;
    await this.#writing;
    this.#lock = null;
    try {
      await removeIfEmpty(this.file(CHECKPOINTS_NAME));
      await removeIfEmpty(this.file(STAGING_NAME));
    } finally {
      await lock.release();
    }
  }

  async #finishStage({ name, staging, record }: FinishedStage): Promise<void> {
    const finish = this.#writing.then(async () => {
      const replaced = this.#record(name)?.outputs ?? [];
      const next = withStage(this.manifest, name, record);
      await commit(this.path, { staging, files: record.outputs.map(({ path }) => path), manifest: next });
      this.#manifest = next;
      for (const { path } of record.outputs) this.#verified.add(path);
      await removeStale(this.path, replaced, next);
    });
    this.#writing = finish.catch(() => {}); // reported to whom it belongs, below
    await finish;
  }

  /** What stages say of a file; several where a later stage has replaced an earlier one's. */
  #outputs(path: string): StageOutput[] {
    return Object.values(this.manifest.stages).flatMap(({ outputs }) =>
      outputs.filter((output) => output.path === path),
    );
  }

  #record(name: string): StageRecord | undefined {
    return Object.hasOwn(this.manifest.stages, name) ? this.manifest.stages[name] : undefined;
  }

  /** Changes run.json, one change at a time; the manifest in memory changes only once the file has. */
  async #update(change: (manifest: Manifest | null) => Manifest | Promise<Manifest>): Promise<void> {
    this.#requireLock();
    const update = this.#writing.then(async () => {
      const next = await change(this.#manifest);
      await writeManifest(this.path, next);
      this.#manifest = next;
    });
    this.#writing = update.catch(() => {}); // reported to whom it belongs, below
    await update;
  }

  #requireLock(): void {
    if (this.#lock !== null) return;
    throw new EsciSelectError('internal', 'run folder is not open for writing', { path: this.path });
  }
}
