import { type FileHandle, open } from 'node:fs/promises';
import { EsciSelectError, quote } from '../../errors.js';
import { refuseForeignLink } from '../../io/atomic.js';
import { cannotWrite } from '../../io/errors.js';

const MAX_REDIRECTS = 5;

/** One attempt at fetching a file, or the rest of it. */
export interface TransferRequest {
  readonly url: string;
  /** the growing file; what it holds already is not fetched again where the server allows */
  readonly partPath: string;
  /** size of the whole file, where known: more than this is refused */
  readonly bytes?: number;
  /** give up waiting for data after this long */
  readonly stallMs: number;
  readonly signal?: AbortSignal;
  readonly onBytes: (received: number, total: number | null) => void;
}

/** A failure that another attempt may cure. Everything else that `transfer` throws is final. */
export class TransferInterrupted extends Error {
  /** the server's wish, in milliseconds */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransferInterrupted';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Appends to the part file from where it ends (Range), or starts it over where the server does not continue (200, 416,
 * another range). Resolves when the body has come whole; then the part is synced. Throws TransferInterrupted for what is
 * worth another attempt, 'io' for refusals (404, ...) and disk errors, 'interrupted' when the signal says so.
 */
export async function transfer(request: TransferRequest): Promise<void> {
  const part = await openPart(request.partPath);
  const stall = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stall.signal]) : stall.signal;
  let timer = setTimeout(() => stall.abort(), request.stallMs);
  try {
    let received = (await part.stat()).size;
    const response = await follow(request.url, received, signal);
    if (response.status === 416) {
      await part.truncate(0);
      throw new TransferInterrupted('the server has no such range: starting over');
    }
    checkStatus(response, request.url);
    const continues = response.status === 206 && startOf(response) === received;
    if (!continues) {
      received = 0;
      await part.truncate(0);
      if (response.status === 206)
        throw new TransferInterrupted('the server sent another range: starting over');
    }
    const total = totalOf(response, received);
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), request.stallMs);
      await append(part, chunk, received, request.partPath);
      received += chunk.length;
      if (request.bytes !== undefined && received > request.bytes) {
        await part.truncate(0);
        throw new TransferInterrupted(`more than the expected ${request.bytes} bytes came: starting over`);
      }
      request.onBytes(received, total);
    }
    if (total !== null && received < total)
      throw new TransferInterrupted(`cut off at ${received} of ${total} bytes`);
    await part.sync().catch((error) => {
      throw cannotWrite(request.partPath, error);
    });
  } catch (error) {
    throw explained(error, request, stall.signal.aborted);
  } finally {
    clearTimeout(timer);
    stall.abort(); // lets go of a body that was not read to its end
    await part.close();
  }
}

/** Throws 'usage' unless the address is https, or http on this machine (for mirrors in tests). */
export function checkAddress(address: string): URL {
  const hint = 'give an https:// address';
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw new EsciSelectError('usage', `${quote(address)} is no address`, { hint, cause: error });
  }
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new EsciSelectError('usage', `${quote(address)} is not an https address`, { hint });
}

async function openPart(path: string): Promise<FileHandle> {
  try {
    await refuseForeignLink(path);
    return await open(path, 'r+').catch(() => open(path, 'wx+'));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Follows redirects by hand, so that each step is https too. */
async function follow(address: string, from: number, signal: AbortSignal): Promise<Response> {
  let url = checkAddress(address);
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (from > 0) headers.range = `bytes=${from}-`;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = checkAddress(new URL(location, url).href);
  }
  throw new EsciSelectError('io', `${quote(address)} redirects more than ${MAX_REDIRECTS} times`);
}

function checkStatus(response: Response, url: string): void {
  const { status } = response;
  if (status === 200 || status === 206) return;
  const seconds = Number(response.headers.get('retry-after'));
  const wish = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) * 1000 : null;
  if (status === 408 || status === 429 || status >= 500) {
    throw new TransferInterrupted(`the server answered ${status}`, wish);
  }
  throw new EsciSelectError('io', `the server answered ${status} for ${quote(url)}`, {
    hint:
      status === 404
        ? 'check the address: the file is not there'
        : 'check the address and whether a proxy is needed',
  });
}

function startOf(response: Response): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return match === null ? -1 : Number(match[1]);
}

/** Size of the whole file as the server says, or null. */
function totalOf(response: Response, received: number): number | null {
  const whole = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  if (whole !== null) return Number(whole[1]);
  const length = response.headers.get('content-length');
  return length === null ? null : received + Number(length);
}

async function append(part: FileHandle, chunk: Uint8Array, position: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      done += (await part.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function explained(error: unknown, request: TransferRequest, stalled: boolean): unknown {
  if (request.signal?.aborted) {
    return new EsciSelectError('interrupted', 'the download was interrupted', {
      path: request.partPath,
      hint: 'the same command resumes it',
      cause: error,
    });
  }
  if (error instanceof EsciSelectError || error instanceof TransferInterrupted) return error;
  if (stalled) return new TransferInterrupted(`no data came for ${request.stallMs / 1000} s`, null, error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TransferInterrupted(`the connection broke: ${reason}`, null, error);
}
