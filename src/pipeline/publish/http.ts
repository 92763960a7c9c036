import { EsciSelectError } from '../../errors.js';

/** A request of a service that speaks JSON. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** whether 404 is an answer (null) and no failure */
  readonly mayBeMissing?: boolean;
  readonly signal?: AbortSignal;
}

/** What is to be done about answers that refuse, by status. */
export type StatusHints = Readonly<Record<number, string>>;

const TIMEOUT_MS = 30_000;
/** A connection of its own for each request: a server may close one that is kept just as the next request is on its way. */
const OWN_HEADERS = { accept: 'application/json', 'content-type': 'application/json', connection: 'close' };
/** Characters of an answer that a message shows. */
const SHOWN = 200;

/**
 * Sends one request and gives the JSON of its answer. Nothing is sent anywhere unless a command that says so calls this. A token is never shown.
 *
 * @throws EsciSelectError('io') where nobody answers in 30 s, or the answer is no success
 */
export async function requestJson(request: JsonRequest, hints: StatusHints = {}): Promise<unknown> {
  const { method, url, headers, body, signal } = request;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const where = `${method} ${withoutQuery(url)}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { ...OWN_HEADERS, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      redirect: 'error', // a token goes where it was meant to go, or nowhere
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new EsciSelectError('io', `${where} had no answer: ${reasonOf(cause)}`, {
      hint: 'check the address and the network; the same command tries again',
      cause,
    });
  }
  if (response.status === 404 && request.mayBeMissing === true) return null;
  if (!response.ok) {
    throw new EsciSelectError('io', `${where} was answered ${response.status}: ${messageOf(text)}`, {
      hint: hints[response.status] ?? 'the answer above says why',
    });
  }
  return parse(text, where);
}

function parse(text: string, where: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EsciSelectError('io', `${where} was answered with what is not JSON`, {
      hint: 'check the address: it is that of the API, not of the pages for people',
      cause,
    });
  }
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

function reasonOf(cause: unknown): string {
  const { name, message, cause: inner } = cause as Error & { cause?: { code?: string } };
  return name === 'TimeoutError' ? `none in ${TIMEOUT_MS / 1000} s` : (inner?.code ?? message);
}

/** The message of an error in JSON, or the start of what came. */
function messageOf(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    return String(message ?? error ?? text).slice(0, SHOWN);
  } catch {
    return text.replace(/\s+/g, ' ').slice(0, SHOWN) || 'nothing';
  }
}
