import { type Command, Option } from 'commander';
import { commentPlace } from '../comment-place.js';
import { newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { wholeNumber } from '../parse.js';

const SERVICES = ['github', 'gitlab'] as const;

interface CommentFlags extends GlobalOptions {
  to?: (typeof SERVICES)[number];
  pull?: number;
}

const EXAMPLES = `
The earlier comment with the same marker is changed, whoever commented since; only where there is none is one made.
Of the environment: GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_REF; of GitLab GITLAB_TOKEN, CI_API_V4_URL,
CI_PROJECT_ID, CI_MERGE_REQUEST_IID. This command sends the file to that service, and nothing else anywhere.

Examples:
  $ esci-select comment report/comment.md
  $ esci-select comment --to gitlab report/comment.md
  $ esci-select comment --to github --pull 12 comment.md
`;

/** `esci-select comment FILE`: puts a report's comment on a pull or merge request. */
export function commentCommand(signal: AbortSignal): Command {
  return newCommand(
    'comment',
    'put a comment of report or compare on a pull request, in the place of the earlier one',
  )
    .argument('<file>', 'comment.md of report --format comment, or the output of compare --format md')
    .addOption(
      new Option('--to <service>', 'default: gitlab in a job of GitLab CI, else github').choices(SERVICES),
    )
    .option('--pull <number>', 'of the pull or merge request; default: that of the job', wholeNumber(1))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: CommentFlags) => {
      const { comment } = await import('../../pipeline/commands/comment.js');
      const to = flags.to ?? (process.env.GITLAB_CI === 'true' ? 'gitlab' : 'github');
      const place = commentPlace(to, flags.pull, process.env);
      const written = await comment({ file, place }, signal);
      printResult(flags, { service: to, number: place.number, ...written }, () =>
        written.action === 'unchanged'
          ? `the comment on ${place.project} ${place.number} says this already`
          : `${written.action} a comment on ${place.project} ${place.number}`,
      );
    });
}
