import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EsciSelectError } from '../../errors.js';
import { ensureWritableFolder, renameDurably } from '../../io/atomic.js';
import { sha256File } from '../../io/hash.js';
import { type Checksums, readChecksums, recordChecksum } from './checksums.js';
import { OFFICIAL_FILES, type OfficialFile } from './official.js';
import { checkAddress, TransferInterrupted, transfer } from './transfer.js';

/** How far a download is. Bytes; `total` is null while unknown. */
export interface DownloadProgress {
  readonly name: string;
  readonly stage: 'present' | 'downloading' | 'retrying' | 'verifying' | 'done';
  readonly received: number;
  readonly total: number | null;
  /** why it is tried again */
  readonly message?: string;
}

export interface DownloadOptions {
  /** fetch every file from here instead of its own address; http is allowed for this machine only */
  baseUrl?: string;
  files?: readonly OfficialFile[];
  onProgress?: (progress: DownloadProgress) => void;
  /** interrupts; what came stays, and the next call resumes */
  signal?: AbortSignal;
  /** attempts after the first, per file; 5 by default */
  retries?: number;
  /** before the first retry, doubling after each, at most a minute; 1000 by default */
  retryDelayMs?: number;
  /** give up waiting for data after this long; 30000 by default */
  stallMs?: number;
}

/** A file that is there, whole and verified. */
export interface DownloadedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** true if it was there already */
  readonly present: boolean;
}

const MAX_DELAY_MS = 60_000;

/**
 * Downloads the official files into `out`. A broken transfer is resumed from its `.part` file, now or by the next call. A
 * file gets its name only after its size and checksum are verified; the checksums are recorded in `checksums.json`, and a
 * file without a published one must match its own record. Files that are there and verify are left alone.
 * Throws 'io' for network and disk, 'data' for a wrong checksum, 'usage' for an address that is not https.
 */
export async function downloadOfficial(
  out: string,
  options: DownloadOptions = {},
): Promise<DownloadedFile[]> {
  const files = options.files ?? OFFICIAL_FILES;
  for (const file of files) checkAddress(addressOf(file, options));
  await ensureWritableFolder(out);
  const downloaded: DownloadedFile[] = [];
  for (const file of files) {
    const checksums = await readChecksums(out);
    const result = await downloadOne(out, { ...checksums.get(file.name), ...file }, options);
    await recordIfNew(out, checksums, result);
    downloaded.push(result);
  }
  return downloaded;
}

async function recordIfNew(out: string, checksums: Checksums, file: DownloadedFile): Promise<void> {
  if (checksums.get(file.name)?.sha256 === file.sha256) return;
  await recordChecksum(out, file.name, { bytes: file.bytes, sha256: file.sha256 });
}

function addressOf(file: OfficialFile, options: DownloadOptions): string {
  if (options.baseUrl === undefined) return file.url;
  return `${options.baseUrl.replace(/\/+$/, '')}/${encodeURIComponent(file.name)}`;
}

async function downloadOne(
  out: string,
  file: OfficialFile,
  options: DownloadOptions,
): Promise<DownloadedFile> {
  const path = join(out, file.name);
  const report = (
    stage: DownloadProgress['stage'],
    received: number,
    total: number | null,
    message?: string,
  ) => options.onProgress?.({ name: file.name, stage, received, total, message });
  if (await exists(path)) {
    report('verifying', 0, file.bytes ?? null);
    const present = await sha256File(path);
    if (wrongWith(file, present) === null) {
      report('present', present.bytes, present.bytes);
      return { name: file.name, path, ...present, present: true };
    }
  }
  const partPath = `${path}.part`;
  const verified = await fetchVerified(partPath, file, options, report);
  await renameDurably(partPath, path);
  report('done', verified.bytes, verified.bytes);
  return { name: file.name, path, ...verified, present: false };
}

type Report = (
  stage: DownloadProgress['stage'],
  received: number,
  total: number | null,
  message?: string,
) => void;

/** Fills the part file until it verifies; wrong content is thrown away and fetched once more. */
async function fetchVerified(
  partPath: string,
  file: OfficialFile,
  options: DownloadOptions,
  report: Report,
): Promise<{ bytes: number; sha256: string }> {
  let wrong = '';
  for (let round = 0; round < 2; round++) {
    if (!(await isFull(partPath, file))) await fetchWithRetries(partPath, file, options, report);
    report('verifying', file.bytes ?? 0, file.bytes ?? null);
    const content = await sha256File(partPath);
    const problem = wrongWith(file, content);
    if (problem === null) return content;
    wrong = problem;
    await fs.rm(partPath, { force: true });
    report('retrying', 0, file.bytes ?? null, problem);
  }
  throw new EsciSelectError('data', `${file.name} came twice with wrong content: ${wrong}`, {
    path: partPath.replace(/\.part$/, ''),
    hint: 'check whether a proxy changes downloads; nothing was kept',
  });
}

async function fetchWithRetries(
  partPath: string,
  file: OfficialFile,
  options: DownloadOptions,
  report: Report,
): Promise<void> {
  const retries = options.retries ?? 5;
  for (let attempt = 0; ; attempt++) {
    try {
      await transfer({
        url: addressOf(file, options),
        partPath,
        bytes: file.bytes,
        stallMs: options.stallMs ?? 30_000,
        signal: options.signal,
        onBytes: (received, total) => report('downloading', received, file.bytes ?? total),
      });
      return;
    } catch (error) {
      if (!(error instanceof TransferInterrupted)) throw error;
      if (attempt >= retries) throw gaveUp(file, error, attempt + 1, partPath);
      const delay = Math.min((options.retryDelayMs ?? 1000) * 2 ** attempt, MAX_DELAY_MS);
      report('retrying', 0, file.bytes ?? null, error.message);
      await pause(error.retryAfterMs ?? delay, partPath, options.signal);
    }
  }
}

function gaveUp(
  file: OfficialFile,
  error: TransferInterrupted,
  attempts: number,
  partPath: string,
): EsciSelectError {
  return new EsciSelectError(
    'io',
    `${file.name} could not be fetched in ${attempts} attempts: ${error.message}`,
    {
      path: partPath,
      hint: 'the same command resumes where this one stopped',
      cause: error,
    },
  );
}

async function pause(milliseconds: number, partPath: string, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    const hint = 'the same command resumes it';
    throw new EsciSelectError('interrupted', 'the download was interrupted', {
      path: partPath,
      hint,
      cause: error,
    });
  }
}

function wrongWith(file: OfficialFile, found: { bytes: number; sha256: string }): string | null {
  if (file.bytes !== undefined && found.bytes !== file.bytes)
    return `${found.bytes} bytes where ${file.bytes} are due`;
  if (file.sha256 !== undefined && found.sha256 !== file.sha256) {
    return `sha256 ${found.sha256.slice(0, 16)}… where ${file.sha256.slice(0, 16)}… is due`;
  }
  return null;
}

async function isFull(partPath: string, file: OfficialFile): Promise<boolean> {
  const size = await fs.stat(partPath).then(
    (stat) => stat.size,
    () => -1,
  );
  if (file.bytes !== undefined && size > file.bytes) await fs.rm(partPath, { force: true });
  return file.bytes !== undefined && size === file.bytes;
}

async function exists(path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  );
}
