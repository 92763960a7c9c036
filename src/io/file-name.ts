import { sha256 } from './hash.js';

const MAX_SLUG = 60;
const RESERVED_ON_WINDOWS = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * A file name for a name that a user chose: a slug of at most 60 characters in [a-z0-9._-], followed by `-` and 8
 * hexadecimal digits of the name's SHA-256 unless the slug is the name itself. Names that differ only by case or by
 * characters a file system refuses get different files (RELIABILITY 46).
 */
export function safeFileName(name: string): string {
  const slug = slugOf(name);
  const isSafe = slug === name && !RESERVED_ON_WINDOWS.test(slug) && !/-[0-9a-f]{8}$/.test(slug);
  return isSafe ? slug : `${slug.slice(0, MAX_SLUG - 9)}-${sha256(name).slice(0, 8)}`;
}

/** Without dots at either end (hidden files; Windows drops trailing dots); 'x' where nothing is left. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, MAX_SLUG)
    .replace(/^[.-]+|[.-]+$/g, '');
  const safe = slug === '' ? 'x' : slug;
  return RESERVED_ON_WINDOWS.test(safe) ? `x-${safe}` : safe;
}
