import { EsciSelectError } from '../../errors.js';
import { commentMarker, markerKey } from '../../report/ci/comment.js';
import { type JsonRequest, requestJson, type StatusHints } from './http.js';

/** Where comments of a pull or merge request are. */
export interface CommentPlace {
  readonly service: 'github' | 'gitlab';
  /** address of the API: https://api.github.com, https://gitlab.example/api/v4 */
  readonly api: string;
  /** `owner/name`, or GitLab's number or path of the project */
  readonly project: string;
  /** of the pull or merge request */
  readonly number: number;
  readonly token: string;
}

/** What became of a comment. */
export interface WrittenComment {
  readonly action: 'created' | 'changed' | 'unchanged';
  readonly id: number;
}

const PAGE = 100;

interface Found {
  readonly id: number;
  readonly body: string;
}

/**
 * Writes a comment that begins with a marker, in the place of the earlier one with the same marker, whoever commented since;
 * only where there is none is one created.
 *
 * @throws EsciSelectError('usage') on a text without a marker, 'io' where the service refuses
 */
export async function writeComment(
  place: CommentPlace,
  body: string,
  signal?: AbortSignal,
): Promise<WrittenComment> {
  const key = markerKey(body);
  if (key === null) {
    throw new EsciSelectError('usage', 'comment does not begin with a marker', {
      hint: 'write it with esci-select report --format comment, or compare --format md',
    });
  }
  const routes = ROUTES[place.service](place);
  const send = (request: Pick<JsonRequest, 'method' | 'url' | 'body'>) =>
    requestJson({ ...request, headers: routes.headers, signal }, HINTS[place.service]);
  const earlier = await findComment(commentMarker(key), routes.list, send);
  if (earlier === null) {
    const value = await send({ method: 'POST', url: routes.list, body: { body } });
    return { action: 'created', id: (value as Found).id };
  }
  if (earlier.body.trimEnd() === body.trimEnd()) return { action: 'unchanged', id: earlier.id };
  await send({ method: routes.change, url: routes.one(earlier.id), body: { body } });
  return { action: 'changed', id: earlier.id };
}

type Send = (request: Pick<JsonRequest, 'method' | 'url'>) => Promise<unknown>;

/** The first comment that begins with the marker, over all pages. */
async function findComment(marker: string, list: string, send: Send): Promise<Found | null> {
  for (let page = 1; ; page++) {
    const value = await send({ method: 'GET', url: `${list}?per_page=${PAGE}&page=${page}` });
    if (!Array.isArray(value)) {
      throw new EsciSelectError('io', 'comments were answered with what is no list', {
        hint: 'check the address: it is that of the API, not of the pages for people',
      });
    }
    const found = (value as Found[]).find(({ body }) => typeof body === 'string' && body.startsWith(marker));
    if (found !== undefined) return found;
    if (value.length < PAGE) return null;
  }
}

interface Routes {
  readonly list: string;
  readonly one: (id: number) => string;
  readonly change: 'PATCH' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sources: GitHub REST API 2022-11-28, "Issue comments"; GitLab REST API v4, "Notes API, merge requests".
 */
const ROUTES: Readonly<Record<CommentPlace['service'], (place: CommentPlace) => Routes>> = {
  github: ({ api, project, number, token }) => ({
    list: `${api}/repos/${project}/issues/${number}/comments`,
    one: (id) => `${api}/repos/${project}/issues/comments/${id}`,
    change: 'PATCH',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      'user-agent': 'esci-select',
    },
  }),
  gitlab: ({ api, project, number, token }) => {
    const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${number}/notes`;
    return { list: notes, one: (id) => `${notes}/${id}`, change: 'PUT', headers: { 'private-token': token } };
  },
};

const HINTS: Readonly<Record<CommentPlace['service'], StatusHints>> = {
  github: {
    401: 'the token is not accepted: give GITHUB_TOKEN',
    403: 'the job needs permissions: pull-requests: write; one of a fork has none, and its report is in the job summary',
    404: 'check the number of the pull request, and that the job has permissions: pull-requests: write',
  },
  gitlab: {
    401: 'the token is not accepted: GITLAB_TOKEN is a project access token with the scope api (a job token may not comment)',
    403: 'the token needs the scope api and the role Reporter',
    404: 'check the number of the merge request, and that the token is of this project',
  },
};
