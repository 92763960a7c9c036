import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DownloadOptions,
  type DownloadProgress,
  downloadOfficial,
} from '../../src/data/download/download.js';
import { OFFICIAL_FILES, type OfficialFile } from '../../src/data/download/official.js';
import { failure, folder } from './support.js';

const BODY = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) % 256));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const FILE: OfficialFile = {
  name: 'data.bin',
  url: 'https://example.org/data.bin',
  bytes: BODY.length,
  sha256: sha256(BODY),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server on this machine whose n-th request gets the n-th answer (the last one from then on); requests are kept. */
async function serve(...answers: Answer[]): Promise<{ baseUrl: string; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answers[Math.min(ranges.length, answers.length) - 1](request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}

const start = (request: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? 'bytes=0-')?.[1]);

/** Answers ranges as a good server does. */
const good: Answer = (request, response) => {
  const from = start(request);
  if (from >= BODY.length) response.writeHead(416, { 'content-range': `bytes */${BODY.length}` }).end();
  else if (request.headers.range === undefined)
    response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
  else {
    const range = `bytes ${from}-${BODY.length - 1}/${BODY.length}`;
    response
      .writeHead(206, { 'content-range': range, 'content-length': BODY.length - from })
      .end(BODY.subarray(from));
  }
};

/** Sends `count` bytes of the rest and breaks the connection. */
const cutAfter =
  (count: number): Answer =>
  (request, response) => {
    const from = start(request);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': BODY.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${BODY.length - 1}/${BODY.length}` } : {}),
    });
    response.write(BODY.subarray(from, from + count), () => setTimeout(() => response.destroy(), 30));
  };

/** Ignores ranges. */
const whole =
  (body: Buffer = BODY): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': body.length }).end(body);
  };

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end('no');
  };

async function download(out: string, baseUrl: string, more: DownloadOptions = {}) {
  return downloadOfficial(out, { baseUrl, files: [FILE], retryDelayMs: 1, stallMs: 2000, ...more });
}

describe('downloadOfficial', () => {
  it('fetches, verifies, records the checksum and leaves no part', async () => {
    const out = join(await folder(), 'new', 'place');
    const { baseUrl, ranges } = await serve(good);
    const progress: DownloadProgress[] = [];
    const [file] = await download(out, baseUrl, { onProgress: (one) => progress.push(one) });
    expect(file).toEqual({
      name: 'data.bin',
      path: join(out, 'data.bin'),
      bytes: BODY.length,
      sha256: FILE.sha256,
      present: false,
    });
    expect(BODY.equals(await readFile(join(out, 'data.bin')))).toBe(true);
    expect((await readdir(out)).sort()).toEqual(['checksums.json', 'data.bin']);
    expect(JSON.parse(await readFile(join(out, 'checksums.json'), 'utf8'))).toEqual([
      { name: 'data.bin', bytes: BODY.length, sha256: FILE.sha256 },
    ]);
    expect(progress.at(-1)).toMatchObject({ stage: 'done', received: BODY.length, total: BODY.length });
    expect(progress.some(({ stage, received }) => stage === 'downloading' && received === BODY.length)).toBe(
      true,
    );
    const [again] = await download(out, baseUrl);
    expect([again.present, ranges.length]).toEqual([true, 1]);
  });

  it('resumes a broken transfer from where it broke, as often as needed', async () => {
    const out = await folder();
    const { baseUrl, ranges } = await serve(cutAfter(100_000), cutAfter(50_000), good);
    await download(out, baseUrl);
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
    expect(sha256(await readFile(join(out, 'data.bin')))).toBe(FILE.sha256);
  });

  it('keeps the part when it gives up, never the final name, and the next call resumes', async () => {
    const out = await folder();
    const first = await serve(cutAfter(100_000), status(503));
    const error = await failure(download(out, first.baseUrl, { retries: 1 }));
    expect([error.code, error.message]).toEqual([
      'io',
      'data.bin could not be fetched in 2 attempts: the server answered 503',
    ]);
    expect(await readdir(out)).toEqual(['data.bin.part']);
    server?.close();
    const second = await serve(good);
    await download(out, second.baseUrl);
    expect(second.ranges).toEqual(['bytes=100000-']);
    expect(sha256(await readFile(join(out, 'data.bin')))).toBe(FILE.sha256);
  });

  it('copes with servers that know no ranges, have no such range, send another, or end too early', async () => {
    const other: Answer = (_request, response) => {
      response
        .writeHead(206, { 'content-range': `bytes 5-9/${BODY.length}`, 'content-length': 5 })
        .end('wrong');
    };
    const short: Answer = (_request, response) => {
      response.writeHead(206, { 'content-range': `bytes 1000-${BODY.length - 1}/${BODY.length}` });
      response.end(BODY.subarray(1000, 1500));
    };
    const cases: [Answer[], (string | undefined)[]][] = [
      [[whole()], ['bytes=1000-']],
      [
        [status(416), good],
        ['bytes=1000-', undefined],
      ],
      [
        [other, good],
        ['bytes=1000-', undefined],
      ],
      [
        [short, good],
        ['bytes=1000-', 'bytes=1500-'],
      ],
    ];
    for (const [answers, expected] of cases) {
      const out = await folder();
      await writeFile(join(out, 'data.bin.part'), BODY.subarray(0, 1000));
      const { baseUrl, ranges } = await serve(...answers);
      await download(out, baseUrl);
      expect(ranges).toEqual(expected);
      expect(sha256(await readFile(join(out, 'data.bin')))).toBe(FILE.sha256);
      server?.close();
    }
  });

  it('records several files by name', async () => {
    const out = await folder();
    const { baseUrl } = await serve(good);
    await download(out, baseUrl, {
      files: [
        { ...FILE, name: 'b' },
        { ...FILE, name: 'a' },
      ],
    });
    const record = JSON.parse(await readFile(join(out, 'checksums.json'), 'utf8')) as { name: string }[];
    expect(record.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('throws wrong content away: a stale part heals, a wrong server is an error', async () => {
    const out = await folder();
    await writeFile(join(out, 'data.bin.part'), Buffer.alloc(1000, 1));
    const healed = await serve(good);
    await download(out, healed.baseUrl);
    expect(healed.ranges).toEqual(['bytes=1000-', undefined]);
    server?.close();

    const wrong = Buffer.from(BODY);
    wrong[5] ^= 1;
    const bad = await serve(whole(wrong));
    const place = await folder();
    const error = await failure(download(place, bad.baseUrl));
    expect([error.code, bad.ranges.length]).toEqual(['data', 2]);
    expect(error.message).toContain(`${FILE.sha256?.slice(0, 16)}… is due`);
    expect(await readdir(place)).toEqual([]);
  });

  it('leaves an older file as it is when a newer one cannot be had', async () => {
    const out = await folder();
    await writeFile(join(out, 'data.bin'), 'old');
    const { baseUrl } = await serve(whole(Buffer.from('version https://git-lfs.github.com/spec/v1')));
    const error = await failure(download(out, baseUrl));
    expect(error.message).toContain(`42 bytes where ${BODY.length} are due`);
    expect(await readFile(join(out, 'data.bin'), 'utf8')).toBe('old');
  });

  it('tries again after 500 and 429, but not after 404', async () => {
    const out = await folder();
    const flaky = await serve(status(500), status(429), good);
    await download(out, flaky.baseUrl);
    expect(flaky.ranges).toHaveLength(3);
    server?.close();
    const gone = await serve(status(404));
    const error = await failure(download(await folder(), gone.baseUrl));
    expect([error.code, gone.ranges.length]).toEqual(['io', 1]);
    expect(error.message).toContain('the server answered 404');
  });

  it('gives up on a server that goes silent', async () => {
    const silent: Answer = (_request, response) => {
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 10));
    };
    const { baseUrl } = await serve(silent);
    const error = await failure(download(await folder(), baseUrl, { stallMs: 60, retries: 1 }));
    expect(error.message).toContain('no data came for 0.06 s');
  });

  it('stops when told to, and resumes later', async () => {
    const out = await folder();
    const { baseUrl, ranges } = await serve((request, response) => {
      if (ranges.length > 1) return good(request, response);
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 70_000));
    });
    const control = new AbortController();
    const onProgress = ({ received }: DownloadProgress) => {
      if (received === 70_000) control.abort();
    };
    const error = await failure(download(out, baseUrl, { signal: control.signal, onProgress }));
    expect(error.code).toBe('interrupted');
    expect(await readdir(out)).toEqual(['data.bin.part']);
    await download(out, baseUrl);
    expect(ranges).toEqual([undefined, 'bytes=70000-']);
    expect(sha256(await readFile(join(out, 'data.bin')))).toBe(FILE.sha256);
  });

  it('holds a file without a published checksum to its own record', async () => {
    const out = await folder();
    const unknown = [{ name: 'data.bin', url: FILE.url }];
    const { baseUrl } = await serve(good);
    await download(out, baseUrl, { files: unknown });
    await writeFile(join(out, 'data.bin'), 'touched');
    const [file] = await download(out, baseUrl, { files: unknown });
    expect([file.present, file.sha256]).toEqual([false, FILE.sha256]);
    server?.close();
    await writeFile(join(out, 'data.bin'), 'touched');
    const changed = await serve(whole(Buffer.from('another release')));
    expect((await failure(download(out, changed.baseUrl, { files: unknown }))).code).toBe('data');
  });

  it('goes to https only, or to this machine, whatever a redirect says', async () => {
    for (const address of ['http://example.org', 'ftp://example.org', 'nonsense']) {
      const out = join(await folder(), 'out');
      expect((await failure(download(out, address))).code).toBe('usage');
      expect(existsSync(out)).toBe(false);
    }
    const { baseUrl } = await serve(status(302, { location: 'http://example.org/data.bin' }));
    const error = await failure(download(await folder(), baseUrl));
    expect(error.message).toBe("'http://example.org/data.bin' is not an https address");
    server?.close();
    const moved = await serve(status(302, { location: '/elsewhere' }), good);
    expect((await download(await folder(), moved.baseUrl))[0].bytes).toBe(BODY.length);
  });

  it('knows the official files', () => {
    expect(OFFICIAL_FILES.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['shopping_queries_dataset_examples.parquet', 51_286_808],
      ['shopping_queries_dataset_products.parquet', 1_108_857_465],
      ['shopping_queries_dataset_sources.csv', 1_682_802],
    ]);
    for (const file of OFFICIAL_FILES) {
      expect(file.url).toMatch(new RegExp(`^https://[a-z.]+githubusercontent.com/.*/${file.name}$`));
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
