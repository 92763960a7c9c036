import { type Command, InvalidArgumentError } from 'commander';
import { formatError } from '../../errors.js';
import type { RunningServer } from '../../pipeline/commands/serve.js';
import { newCommand } from '../globals.js';
import type { GlobalOptions } from '../output.js';
import { pairs, sizeLimit, wholeNumber } from '../parse.js';
import { extendGrace } from '../signals.js';
import { print } from '../stdout.js';
import { plain } from '../text.js';

const EXAMPLES = `
There is no authentication: keep --host on loopback, or put a proxy before it. SIGHUP loads the bundle's folder anew without
losing a request; SIGTERM answers what was accepted and ends.

Examples:
  $ esci-select serve --bundle bundle
  $ esci-select serve --bundle bundle --port 8080 --cache cache --cache-size 4GiB --workers 2
  $ esci-select serve --bundle bundle --cache redis://127.0.0.1:6379 --rerank-weights exact=1,substitute=0.3
`;

interface ServeFlags extends GlobalOptions {
  bundle: string;
  host: string;
  port: number;
  cache?: string;
  cacheSize?: number;
  workers: number;
  maxQueue: number;
  timeout: number;
  drain: number;
  rerankWeights?: Map<string, string>;
}

/** `esci-select serve`: a bundle over HTTP. */
export function serveCommand(signal: AbortSignal): Command {
  return newCommand('serve', 'answer for a bundle over HTTP: predict, rerank, metrics and a page')
    .requiredOption('--bundle <dir>', 'bundle that export wrote')
    .option('--host <address>', 'address to listen on; there is no authentication', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0: any that is free', wholeNumber(0), 8080)
    .option(
      '--cache <dir>',
      'cache of answers that outlives the server: a folder, or redis://HOST:PORT; without it they are kept in memory, and not even there with none',
    )
    .option('--cache-size <size>', 'what a cache in a folder may take; default: 1GiB', sizeLimit)
    .option('--workers <n>', 'threads that hold the models; 0: the one that answers', wholeNumber(0), 1)
    .option('--max-queue <n>', 'requests accepted at a time; more are answered 503', wholeNumber(1), 256)
    .option('--timeout <time>', 'how long a request may take, such as 200ms', milliseconds, 1000)
    .option(
      '--drain <time>',
      'how long requests under way may take once the server ends',
      milliseconds,
      10_000,
    )
    .option('--rerank-weights <class=weight,...>', 'what classes are worth in /v1/rerank', pairs)
    .addHelpText('after', EXAMPLES)
    .action((flags: ServeFlags) => run(flags, signal));
}

async function run(flags: ServeFlags, signal: AbortSignal): Promise<void> {
  const { serve } = await import('../../pipeline/commands/serve.js');
  const note = (text: string) => process.stderr.write(`${plain(text)}\n`);
  const { bundle, host, port, cache, cacheSize, workers, maxQueue, timeout } = flags;
  const rerankWeights = flags.rerankWeights && weights(flags.rerankWeights);
  const options = { bundle, host, port, cache, cacheSize, workers, maxQueue, rerankWeights };
  const server = await serve({ ...options, timeoutMs: timeout, onNote: note });
  const { url } = server;
  const line = `serving bundle ${server.bundle().slice(0, 12)} at ${url}`;
  print(flags.json ? `${JSON.stringify({ url, bundle: server.bundle() })}\n` : `${line}\n`);
  const onHangUp = () => void reload(server, note);
  process.on('SIGHUP', onHangUp);
  const restore = extendGrace(flags.drain);
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const { accepted, answered } = await server.close();
    if (flags.quiet !== true) note(`${answered} of ${accepted} accepted requests were answered`);
  } finally {
    restore();
    process.off('SIGHUP', onHangUp);
  }
}

async function reload(server: RunningServer, note: (text: string) => void): Promise<void> {
  try {
    await server.reload();
    note(`now serving bundle ${server.bundle().slice(0, 12)}`);
  } catch (error) {
    note(`the old bundle is served on: ${formatError(error)}`);
  }
}

/** `200ms`, `2s`, or a number of milliseconds. */
function milliseconds(text: string): number {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m)?\s*$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000 }[parts?.[2] ?? 'ms'] ?? 1;
  const value = parts === null ? 0 : Math.round(Number(parts[1]) * unit);
  if (value >= 1 && value < 2 ** 31) return value;
  throw new InvalidArgumentError('expected a time such as 200ms or 2s.');
}

function weights(given: ReadonlyMap<string, string>): Map<string, number> {
  return new Map(
    [...given].map(([name, text]) => {
      const weight = Number(text);
      if (text.trim() !== '' && Number.isFinite(weight)) return [name, weight];
      throw new InvalidArgumentError(`weight of ${name} is no number.`);
    }),
  );
}
