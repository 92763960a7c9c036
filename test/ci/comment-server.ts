import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A comment of a pull or merge request. */
interface Comment {
  readonly id: number;
  body: string;
}

export interface CommentServer {
  readonly url: string;
  readonly comments: Comment[];
  /** `POST /repos/o/r/issues/3/comments`, in order */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Speaks as much of the comments API of GitHub (issue comments) and GitLab (notes of a merge request) as clients need: lists by
 * page, creates, changes; refuses a wrong token, an unknown comment and a body that is too long, with the services' statuses.
 */
export async function commentServer(token: string): Promise<CommentServer> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const url = new URL(request.url!, 'http://localhost');
    requests.push(`${request.method} ${decodeURIComponent(url.pathname)}`);
    const { status, value } = answer(request, url, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  function answer(request: IncomingMessage, url: URL, text: string): { status: number; value: unknown } {
    const { authorization } = request.headers;
    const given = authorization?.replace(/^Bearer /, '') ?? request.headers['private-token'];
    if (given !== token) return { status: 401, value: { message: 'Bad credentials' } };
    const one = /\/(?:comments|notes)\/(\d+)$/.exec(url.pathname);
    if (request.method === 'GET') {
      const [page, size] = ['page', 'per_page'].map((name) => Number(url.searchParams.get(name)));
      return { status: 200, value: comments.slice((page - 1) * size, page * size) };
    }
    const { body } = JSON.parse(text) as { body: string };
    if (body.length > 65_536)
      return { status: 422, value: { message: 'Body is too long (maximum is 65536 characters)' } };
    if (request.method === 'POST' && one === null) {
      const made = { id: 1000 + comments.length, body };
      comments.push(made);
      return { status: 201, value: made };
    }
    const found = comments.find(({ id }) => id === Number(one?.[1]));
    const change = url.pathname.includes('/notes/') ? 'PUT' : 'PATCH';
    if (found === undefined || request.method !== change)
      return { status: 404, value: { message: 'Not Found' } };
    found.body = body;
    return { status: 200, value: found };
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
