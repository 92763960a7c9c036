import { join } from 'node:path';
import type { Checkpoints } from './checkpoint.js';
import { insidePath, slashPath } from './inside.js';

/**
 * What a stage writes: every output goes into a folder of the stage's own, out of which all appear in the run at once
 * when the stage is done (see commit.ts). Until then the run's earlier files are untouched.
 */
export class StageOutputs {
  /** results of parts of the stage that outlive a kill; gone when the stage is done */
  readonly checkpoints: Checkpoints;
  readonly #run: string;
  readonly #staging: string;
  readonly #names = new Set<string>();

  /** `run` and `staging` are absolute paths of the run folder and of the stage's own folder inside it. */
  constructor(run: string, staging: string, checkpoints: Checkpoints) {
    this.#run = run;
    this.#staging = staging;
    this.checkpoints = checkpoints;
  }

  /**
   * The path to write an output to, which will stand at `parts` of the run folder. Throws 'io' if the parts, or a
   * symbolic link among them, lead outside.
   */
  file(...parts: string[]): string {
    const name = slashPath(this.#run, insidePath(this.#run, ...parts));
    this.#names.add(name);
    return join(this.#staging, name);
  }

  /** The outputs asked for so far, relative to the run folder with forward slashes, sorted. */
  get names(): string[] {
    return [...this.#names].sort();
  }
}
