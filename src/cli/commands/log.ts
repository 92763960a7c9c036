import { type Command, Option } from 'commander';
import { EsciSelectError, quote } from '../../errors.js';
import type { TrackingServer } from '../../pipeline/publish/mlflow.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { pairs } from '../parse.js';
import { plain } from '../text.js';

interface LogFlags extends GlobalOptions {
  to: 'mlflow';
  run: string;
  uri?: string;
  experiment: string;
  name: string;
  tag?: Map<string, string>;
}

const EXAMPLES = `
This command sends scores, costs, names of models and hashes of inputs to that server, and nothing else anywhere.
Of the environment: MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD.

Examples:
  $ esci-select log --to mlflow --uri http://localhost:5000
  $ esci-select log --to mlflow --run my-run --experiment search-relevance --tag team=search
`;

/** `esci-select log --to mlflow`: the latest decision's scores, where a team keeps its metrics. */
export function logCommand(signal: AbortSignal): Command {
  return newCommand('log', "send the latest decision's scores and costs to an MLflow tracking server")
    .addOption(new Option('--to <service>', 'where to').choices(['mlflow']).makeOptionMandatory())
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--uri <url>', 'address of the server; default: MLFLOW_TRACKING_URI')
    .option('--experiment <name>', 'experiment, made where it is not there', 'esci-select')
    .option('--name <name>', 'name of the run on the server', 'rank')
    .option('--tag <key=value>', 'tag of the run on the server; repeatable', pairs)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: LogFlags) => {
      const { logDecision } = await import('../../pipeline/commands/log.js');
      const { run, experiment, name, tag: tags } = flags;
      const server = serverOf(flags.uri, process.env);
      const logged = await logDecision({ run, server, experiment, name, tags, time: Date.now() }, signal);
      printResult(flags, logged, () =>
        plain(`logged ${logged.metrics} metrics to run ${logged.runId} of experiment ${experiment}`),
      );
    });
}

function serverOf(
  uri: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): TrackingServer {
  const url = uri ?? env.MLFLOW_TRACKING_URI ?? '';
  if (!/^https?:\/\/[^/]/.test(url)) {
    const what =
      url === ''
        ? 'address of the tracking server is not given'
        : `address ${quote(url)} is not http or https`;
    throw new EsciSelectError('usage', what, {
      hint: 'give --uri http://HOST:5000, or set MLFLOW_TRACKING_URI',
    });
  }
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = env;
  if (token) return { url, authorization: `Bearer ${token}` };
  if (!user) return { url, authorization: null };
  return { url, authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}
