import { readFileSync } from 'node:fs';
import { EsciSelectError, quote } from '../errors.js';
import type { CommentPlace } from '../pipeline/publish/comment.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where to comment, by the variables that GitHub Actions and GitLab CI set for a job.
 *
 * @throws EsciSelectError('usage') naming the variable or flag that is missing
 */
export function commentPlace(
  service: CommentPlace['service'],
  pull: number | undefined,
  env: Environment,
): CommentPlace {
  return service === 'github' ? onGithub(pull, env) : onGitlab(pull, env);
}

function onGithub(pull: number | undefined, env: Environment): CommentPlace {
  const api = (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, '');
  const project = needed('GITHUB_REPOSITORY', env, 'such as owner/name; GitHub Actions sets it');
  if (!/^[\w.-]+\/[\w.-]+$/.test(project)) {
    throw new EsciSelectError('usage', `GITHUB_REPOSITORY ${quote(project)} is not owner/name`, {
      hint: 'set it to owner/name',
    });
  }
  const token = needed('GITHUB_TOKEN', env, 'in a workflow, in env: the value of github.token');
  return { service: 'github', api, project, number: pull ?? pullOf(env), token };
}

/** The pull request that the job is about: of its event, or of the ref that it has checked out. */
function pullOf(env: Environment): number {
  const ref = /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '');
  const number = ref === null ? pullOfEvent(env.GITHUB_EVENT_PATH) : Number(ref[1]);
  if (number !== null) return number;
  throw new EsciSelectError('usage', 'job is not about a pull request', {
    hint: 'give --pull NUMBER, or comment only on: pull_request',
  });
}

function pullOfEvent(path: string | undefined): number | null {
  if (path === undefined || path === '') return null;
  try {
    const event = JSON.parse(readFileSync(path, 'utf8')) as { pull_request?: { number?: unknown } };
    const number = event.pull_request?.number;
    return typeof number === 'number' ? number : null;
  } catch (cause) {
    throw new EsciSelectError('io', 'event of the job cannot be read', {
      path,
      hint: 'give --pull NUMBER',
      cause,
    });
  }
}

function onGitlab(pull: number | undefined, env: Environment): CommentPlace {
  const api = needed('CI_API_V4_URL', env, 'GitLab CI sets it: https://gitlab.example/api/v4').replace(
    /\/+$/,
    '',
  );
  const project = needed('CI_PROJECT_ID', env, 'GitLab CI sets it');
  const token = needed(
    'GITLAB_TOKEN',
    env,
    'a project access token with the scope api, as a masked variable',
  );
  const number =
    pull ??
    Number(needed('CI_MERGE_REQUEST_IID', env, 'give --pull NUMBER, or run in merge request pipelines'));
  return { service: 'gitlab', api, project, number, token };
}

function needed(name: string, env: Environment, hint: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new EsciSelectError('usage', `${name} is not set`, { hint });
}
