import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commentPlace } from '../../../src/cli/comment-place.js';
import { writeComment } from '../../../src/pipeline/publish/comment.js';
import { commentMarker } from '../../../src/report/ci/comment.js';
import { type CommentServer, commentServer } from '../../ci/comment-server.js';

const TOKEN = 'secret-token';
let server: CommentServer;
beforeEach(async () => {
  server = await commentServer(TOKEN);
});
afterEach(() => server.close());

const place = (service: 'github' | 'gitlab', token = TOKEN) =>
  ({ service, api: server.url, project: 'team/search', number: 3, token }) as const;
const text = (key: string, body: string) => `${commentMarker(key)}\n${body}\n`;

describe.each(['github', 'gitlab'] as const)('writeComment on %s', (service) => {
  it('creates one, changes it later, and leaves it alone where it says the same', async () => {
    expect(await writeComment(place(service), text('report', 'one'))).toEqual({
      action: 'created',
      id: 1000,
    });
    expect(await writeComment(place(service), text('report', 'two'))).toEqual({
      action: 'changed',
      id: 1000,
    });
    expect(await writeComment(place(service), text('report', 'two'))).toEqual({
      action: 'unchanged',
      id: 1000,
    });
    expect(server.comments).toEqual([{ id: 1000, body: text('report', 'two') }]);
  });

  it('finds its own among those of other keys and people, on any page', async () => {
    server.comments.push({ id: 1, body: text('nightly', 'of another workflow') });
    server.comments.push({ id: 2, body: `quoted: ${text('report', 'no')}` });
    for (let id = 3; id < 230; id++) server.comments.push({ id, body: 'talk' });
    server.comments.push({ id: 500, body: text('report', 'old') });
    expect(await writeComment(place(service), text('report', 'new'))).toEqual({ action: 'changed', id: 500 });
    expect(server.comments[0].body).toContain('of another workflow');
    expect(server.comments).toHaveLength(230);
  });

  it('says why the service refuses, without the token', async () => {
    const refused = writeComment(place(service, 'wrong'), text('report', 'one'));
    await expect(refused).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('401: Bad credentials'),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('wrong') });
  });
});

describe('writeComment', () => {
  it('speaks the routes that the services document', async () => {
    await writeComment(place('github'), text('report', 'one'));
    await writeComment(place('github'), text('report', 'two'));
    expect(server.requests).toEqual([
      'GET /repos/team/search/issues/3/comments',
      'POST /repos/team/search/issues/3/comments',
      'GET /repos/team/search/issues/3/comments',
      'PATCH /repos/team/search/issues/comments/1000',
    ]);
    server.comments.length = 0;
    server.requests.length = 0;
    await writeComment(place('gitlab'), text('report', 'one'));
    await writeComment(place('gitlab'), text('report', 'two'));
    expect(server.requests).toEqual([
      'GET /projects/team/search/merge_requests/3/notes',
      'POST /projects/team/search/merge_requests/3/notes',
      'GET /projects/team/search/merge_requests/3/notes',
      'PUT /projects/team/search/merge_requests/3/notes/1000',
    ]);
  });

  it('refuses a text without a marker, and says where nobody answers', async () => {
    await expect(writeComment(place('github'), 'hello')).rejects.toMatchObject({ code: 'usage' });
    await server.close();
    await expect(writeComment(place('github'), text('report', 'one'))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    server = await commentServer(TOKEN);
  });
});

describe('commentPlace', () => {
  const github = { GITHUB_REPOSITORY: 'team/search', GITHUB_TOKEN: TOKEN };
  it('reads what GitHub Actions and GitLab CI set', () => {
    const env = {
      ...github,
      GITHUB_API_URL: 'https://ghe.example/api/v3/',
      GITHUB_REF: 'refs/pull/12/merge',
    };
    expect(commentPlace('github', undefined, env)).toMatchObject({
      api: 'https://ghe.example/api/v3',
      number: 12,
    });
    expect(commentPlace('github', 7, github)).toMatchObject({ api: 'https://api.github.com', number: 7 });
    const gitlab = { CI_API_V4_URL: 'https://git.example/api/v4', CI_PROJECT_ID: '42', GITLAB_TOKEN: TOKEN };
    expect(commentPlace('gitlab', undefined, { ...gitlab, CI_MERGE_REQUEST_IID: '5' })).toMatchObject({
      project: '42',
      number: 5,
    });
  });

  it.each([
    [{ GITHUB_REPOSITORY: 'team/search' }, 'GITHUB_TOKEN is not set'],
    [{ GITHUB_TOKEN: TOKEN }, 'GITHUB_REPOSITORY is not set'],
    [{ ...github, GITHUB_REPOSITORY: 'https://x/y' }, 'is not owner/name'],
    [{ ...github, GITHUB_REF: 'refs/heads/main' }, 'job is not about a pull request'],
  ])('says what is missing: %#', (env, message) => {
    expect(() => commentPlace('github', undefined, env)).toThrow(message);
  });
});
