import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Finding } from '../pipeline/for-terminal.js';
import type { PipelineEvent } from '../pipeline.js';
import { renderFinding } from './inspection.js';
import type { GlobalOptions } from './output.js';
import { screenWidth } from './screen-width.js';
import { plain } from './text.js';
import { TimeLeft } from './time-left.js';
import { displayWidth, fitText } from './width.js';

/** Off a terminal, a line at most this often per stage. */
const LINE_EVERY_MS = 5000;
const BAR_SIZE = 24;

/** Shows what a command is doing on stderr: a bar on a terminal, plain lines elsewhere, nothing with --quiet. */
export class Progress {
  readonly #quiet: boolean;
  readonly #verbose: boolean;
  readonly #begun = performance.now();
  #bar: SingleBar | null = null;
  #stage = '';
  /** from the stage's first event: some stages go on where an earlier run stopped */
  #left = new TimeLeft(0, 0);
  #lastLine = 0;
  /** when each stage that was worked on was first heard of, in order */
  readonly #heard: { readonly stage: string; readonly at: number }[] = [];
  /** parts of the stage, from when each was first seen */
  readonly #parts = new Map<string, TimeLeft>();

  constructor(options: GlobalOptions) {
    this.#quiet = options.quiet === true;
    this.#verbose = options.verbose === true;
  }

  /** To be given as `onEvent`. */
  readonly onEvent = (event: PipelineEvent): void => {
    if ('stage' in event) this.#hear(event.stage);
    if (this.#quiet) return;
    if (event.kind === 'progress') this.#progress(event);
    else if (event.kind === 'finding') this.#finding(event.finding);
    else
      this.#line(
        event.kind === 'note' ? pc.dim(plain(event.message)) : `${label(event)} ${plain(event.message)}`,
      );
  };

  /** Milliseconds since the command began. */
  get elapsedMs(): number {
    return performance.now() - this.#begun;
  }

  /** Milliseconds that each stage took until the next was heard of, in order; a stage that comes again counts as one. */
  stages(): { readonly stage: string; readonly ms: number }[] {
    const total = new Map<string, number>();
    this.#heard.forEach(({ stage, at }, index) => {
      const end = this.#heard[index + 1]?.at ?? performance.now();
      total.set(stage, (total.get(stage) ?? 0) + end - at);
    });
    return [...total].map(([stage, ms]) => ({ stage, ms }));
  }

  #hear(stage: string): void {
    if (this.#heard[this.#heard.length - 1]?.stage === stage) return;
    this.#heard.push({ stage, at: performance.now() });
  }

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
    const line = this.#verbose ? `${pc.dim(`${elapsed.padStart(7)} s`)} ${text}` : text;
    process.stderr.write(`${fitText(line, screenWidth(process.stderr))}\n`);
  }

  #progress(event: PipelineEvent & { kind: 'progress' }): void {
    const now = performance.now();
    if (event.stage !== this.#stage) {
      this.stop();
      this.#stage = event.stage;
      this.#left = new TimeLeft(now, event.done / event.total);
      this.#lastLine = now;
      this.#parts.clear();
    }
    const message = `${event.message}${this.#partLeft(event, now)}`;
    const left = described(this.#left.at(now, event.done / event.total));
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
    if (first === undefined) this.#parts.set(part.name, new TimeLeft(now, part.share));
    const left = first?.at(now, part.share) ?? null;
    return left === null ? '' : `, ${described(left)} for ${part.name}`;
  }

  #drawBar(event: PipelineEvent & { kind: 'progress' }, left: string): void {
    const used = BAR_SIZE + left.length + 12;
    const payload = { message: wholeWords(event.message, screenWidth(process.stderr) - used), left };
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        format: `  {bar} {percentage}% {left}  {message}`,
        barsize: BAR_SIZE,
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

/**
 * As much of a message as there is room for, with an ellipsis where some is left out: what stands between its commas is left out
 * whole ("17 s left" of which "17" stays says nothing), and the first of it word by word.
 */
export function wholeWords(message: string, room: number): string {
  const text = plain(message);
  if (displayWidth(text) <= room) return text;
  for (const between of [', ', ' ']) {
    const parts = text.split(between);
    while (parts.length > 0 && displayWidth(`${parts.join(between)} …`) > room) parts.pop();
    if (parts.length > 0) return `${parts.join(between).replace(/[,:;]$/, '')} …`;
  }
  return '';
}

/** `6 m 12 s`, `1 h 3 m`, `0.8 s`. */
export function duration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} m ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

function described(leftMs: number | null): string {
  if (leftMs === null) return 'estimating';
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 90 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
