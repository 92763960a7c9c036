import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Finding } from '../pipeline/vocabulary.js';
import type { PipelineEvent } from '../pipeline.js';
import { renderFinding } from './inspection.js';
import type { GlobalOptions } from './output.js';
import { clipped, plain } from './text.js';

/** Off a terminal, a line at most this often per stage. */
const LINE_EVERY_MS = 5000;

/** Shows what a command is doing on stderr: a bar on a terminal, plain lines elsewhere, nothing with --quiet. */
export class Progress {
  readonly #quiet: boolean;
  readonly #verbose: boolean;
  readonly #begun = performance.now();
  #bar: SingleBar | null = null;
  #stage = '';
  #started = 0;
  #lastLine = 0;
  /** when each part of the stage was first seen, and its share then */
  readonly #parts = new Map<string, { at: number; share: number }>();

  constructor(options: GlobalOptions) {
    this.#quiet = options.quiet === true;
    this.#verbose = options.verbose === true;
  }

  /** To be given as `onEvent`. */
  readonly onEvent = (event: PipelineEvent): void => {
    if (this.#quiet) return;
    if (event.kind === 'progress') this.#progress(event);
    else if (event.kind === 'finding') this.#finding(event.finding);
    else
      this.#line(
        event.kind === 'note' ? pc.dim(plain(event.message)) : `${label(event)} ${plain(event.message)}`,
      );
  };

  /** Ends a bar that is still shown. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#stage = '';
  }

  /** Warnings with place and hint, notes on one line. */
  #finding(finding: Finding): void {
    this.#line(
      finding.severity === 'note' ? pc.dim(`note: ${plain(finding.message)}`) : renderFinding(finding),
    );
  }

  #line(text: string): void {
    this.stop();
    const elapsed = ((performance.now() - this.#begun) / 1000).toFixed(1);
    process.stderr.write(this.#verbose ? `${pc.dim(`${elapsed.padStart(7)} s`)} ${text}\n` : `${text}\n`);
  }

  #progress(event: PipelineEvent & { kind: 'progress' }): void {
    const now = performance.now();
    if (event.stage !== this.#stage) {
      this.stop();
      this.#stage = event.stage;
      this.#started = now;
      this.#lastLine = now;
      this.#parts.clear();
    }
    const message = `${event.message}${this.#partLeft(event, now)}`;
    const left = timeLeft(now - this.#started, event.done / event.total);
    if (process.stderr.isTTY) this.#drawBar({ ...event, message }, left);
    else if (now - this.#lastLine >= LINE_EVERY_MS) {
      this.#lastLine = now;
      const percent = Math.floor((100 * event.done) / event.total);
      process.stderr.write(`  [${event.stage}] ${percent}%, ${left}: ${plain(message)}\n`);
    }
  }

  /** How long one of several parts will take, from its pace since it was first seen; nothing where that is unknown. */
  #partLeft({ part }: PipelineEvent & { kind: 'progress' }, now: number): string {
    if (part === undefined) return '';
    const first = this.#parts.get(part.name);
    if (first === undefined) {
      this.#parts.set(part.name, { at: now, share: part.share });
      return '';
    }
    const done = (part.share - first.share) / (1 - first.share);
    return done > 0 && now - first.at >= 1000 ? `, ${timeLeft(now - first.at, done)} for ${part.name}` : '';
  }

  #drawBar(event: PipelineEvent & { kind: 'progress' }, left: string): void {
    const payload = { message: clipped(event.message, 80), left };
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        format: `  {bar} {percentage}% {left}  {message}`,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        stream: process.stderr,
      });
      this.#bar.start(1000, 0, payload);
    }
    this.#bar.update(Math.round((1000 * event.done) / event.total), payload);
  }
}

function label(event: PipelineEvent & { kind: 'stage' | 'kept' }): string {
  return event.kind === 'kept' ? pc.green(`[${event.stage}]`) : pc.cyan(`[${event.stage}]`);
}

function timeLeft(elapsedMs: number, share: number): string {
  if (share <= 0 || elapsedMs < 1000) return 'estimating';
  const seconds = Math.ceil((elapsedMs * (1 - share)) / share / 1000);
  return seconds < 90 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
