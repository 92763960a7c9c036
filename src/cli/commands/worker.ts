import { Command, Option } from 'commander';
import {
  EMITTED,
  type Emitted,
  FLUSHES,
  type Flush,
  ITERATIONS,
  type Iterations,
} from '../../pipeline/for-terminal.js';
import { pairs, wholeNumber } from '../parse.js';
import { printBytes } from '../stdout.js';

const EXAMPLES = `
Rows come in as an Arrow IPC stream: features as float32 columns by name, or as one list<float32> column 'features' in
the model's order. What goes out is an Arrow IPC stream too, and one line of JSON on stderr. Sums (quantity, cell, hi, lo)
of several workers merge by adding hi and lo: the result is the same bytes however rows are divided, batched or ordered.

Examples:
  $ esci-select worker attribute --ensemble stack.json --players players.json --emit sums < rows.arrows > sums.arrows
  $ esci-select worker attribute --ensemble stack.txt --players players.json --emit queries --column queryId=query_id
`;

interface WorkerFlags {
  ensemble: string;
  players?: string;
  iterations?: Iterations;
  emit: Emitted;
  flush: Flush;
  column?: Map<string, string>;
  bootstrap: number;
  seed: number;
}

/** `esci-select worker`: what an engine such as Spark or Dask runs beside each of its partitions. */
export function workerCommand(signal: AbortSignal): Command {
  return new Command('worker')
    .description('work on rows that another program passes on, such as Spark or Dask')
    .addCommand(attributeCommand(signal));
}

/** `esci-select worker attribute`. */
export function attributeCommand(signal?: AbortSignal): Command {
  return new Command('attribute')
    .description('attribute rows of stdin to players; Arrow in, Arrow out')
    .requiredOption('--ensemble <file>', 'the model, as explain --ensemble reads it')
    .option('--players <file>', 'who owns which columns, as JSON; without it every column is a player')
    .addOption(
      new Option('--emit <what>', 'sums over all rows, every row, or sums per query')
        .choices(EMITTED)
        .default('sums'),
    )
    .addOption(
      new Option('--flush <when>', 'give sums at the end, or after each batch that came in')
        .choices(FLUSHES)
        .default('stream'),
    )
    .option(
      '--column <role=name>',
      'a column that is no feature: label=..., queryId=..., id=... (given back with rows); repeatable',
      pairs,
    )
    .option('--bootstrap <n>', 'replicates of a Poisson bootstrap over queries, with sums', wholeNumber(0), 0)
    .option('--seed <n>', 'seed of the bootstrap', wholeNumber(0), 1)
    .addOption(new Option('--iterations <which>', 'all rounds, or those up to the best').choices(ITERATIONS))
    .addHelpText('after', EXAMPLES)
    .action(async ({ column, ...flags }: WorkerFlags) => {
      const { workerAttribute } = await import('../../pipeline/commands/worker-attribute.js');
      const statistics = await workerAttribute(
        { ...flags, columns: column },
        { input: process.stdin, write: printBytes },
        signal,
      );
      const cpu = process.cpuUsage();
      const used = {
        cpuSeconds: (cpu.user + cpu.system) / 1e6,
        maxRssBytes: process.resourceUsage().maxRSS * 1024,
      };
      process.stderr.write(`${JSON.stringify({ ...statistics, ...used })}\n`);
    });
}
