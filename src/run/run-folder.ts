import { resolve } from 'node:path';
import { EsciSelectError } from '../errors.js';
import { ensureWritableFolder, safeFileName } from '../io/atomic.js';
import { canonicalJson, sha256 } from '../io/hash.js';
import { Checkpoints, removeIfEmpty } from './checkpoint.js';
import { insidePath } from './inside.js';
import { Lock } from './lock.js';
import {
  type Manifest,
  type RunHeader,
  readManifest,
  type StageRecord,
  withHeader,
  withoutStages,
  withStage,
  writeManifest,
} from './manifest.js';
import { areIntact, describeOutputs, removeStale } from './outputs.js';
import { sweepTemporaries } from './sweep.js';

const LOCK_NAME = '.lock';
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

/** A run's folder: its manifest, its lock and its files. It knows no stage: each saves its own data. */
export class RunFolder {
  /** absolute */
  readonly path: string;
  #manifest: Manifest | null;
  #lock: Lock | null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, manifest: Manifest | null, lock: Lock | null) {
    this.path = path;
    this.#manifest = manifest;
    this.#lock = lock;
  }

  /**
   * Opens a folder for writing, making it if need be: checks that it is writable, takes its lock, and clears away what a
   * killed process left half-written. Throws 'io' if it cannot be written or another process has it, and 'data' if its
   * run.json cannot be understood.
   */
  static async create(path: string, options: CreateOptions): Promise<RunFolder> {
    const folder = resolve(path);
    await ensureWritableFolder(folder);
    const lock = await Lock.take(insidePath(folder, LOCK_NAME), options.command);
    try {
      await sweepTemporaries(folder);
      return new RunFolder(folder, await readOrForget(folder, options.force === true), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Opens a run for reading, without the lock. Throws 'usage' if there is none, 'data' if run.json is malformed. */
  static async open(path: string): Promise<RunFolder> {
    const folder = resolve(path);
    const manifest = await readManifest(folder);
    if (manifest === null) {
      throw new EsciSelectError('usage', 'folder holds no run', {
        path,
        hint: `make one with: esci-select train --run ${path}`,
      });
    }
    return new RunFolder(folder, manifest, null);
  }

  /** What run.json says. Throws 'usage' for a new folder before `setHeader`. */
  get manifest(): Manifest {
    if (this.#manifest !== null) return this.#manifest;
    throw new EsciSelectError('usage', 'run has not begun: folder has no run.json yet', {
      path: this.path,
      hint: `make one with: esci-select train --run ${this.path}`,
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
   * Does a stage unless it is done: 'kept' if the manifest has it under the same key and all its outputs are as they were
   * written, else `work` runs and returns the relative paths of the files it wrote. `work` may save parts in the
   * checkpoints, which outlive a kill and are gone when the stage is done. Files that the stage's earlier record names
   * and this one does not are deleted. `force` reruns a stage that is done, without old checkpoints.
   */
  async stage(
    name: string,
    key: string,
    work: (checkpoints: Checkpoints) => Promise<readonly string[]>,
    options: { force?: boolean } = {},
  ): Promise<'done' | 'kept'> {
    this.#requireLock();
    const checkpoints = new Checkpoints(this.file(CHECKPOINTS_NAME, safeFileName(name)), key);
    if (options.force) await checkpoints.clear();
    const kept = !options.force && (await this.isCurrent(name, key));
    if (!kept)
      await this.#finishStage(name, {
        key,
        outputs: await describeOutputs(this.path, await work(checkpoints)),
      });
    await checkpoints.clear();
    return kept ? 'kept' : 'done';
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
    await this.#update(async () => {
      const next = withoutStages(this.manifest, dropped);
      const files = dropped.flatMap((name) => this.manifest.stages[name].outputs);
      await removeStale(this.path, files, next);
      return next;
    });
  }

  /** Waits for writes under way and gives the lock back; reading goes on. Does nothing the second time. */
  async close(): Promise<void> {
    const lock = this.#lock;
    if (lock === null) return;
    await this.#writing;
    this.#lock = null;
    try {
      await removeIfEmpty(this.file(CHECKPOINTS_NAME));
    } finally {
      await lock.release();
    }
  }

  async #finishStage(name: string, stage: StageRecord): Promise<void> {
    await this.#update(async () => {
      const next = withStage(this.manifest, name, stage);
      await removeStale(this.path, this.#record(name)?.outputs ?? [], next);
      return next;
    });
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

async function readOrForget(folder: string, force: boolean): Promise<Manifest | null> {
  try {
    return await readManifest(folder);
  } catch (error) {
    if (force && error instanceof EsciSelectError && error.code === 'data') return null;
    throw error;
  }
}
