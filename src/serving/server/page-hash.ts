import { createHash } from 'node:crypto';

/** The SHA-256 of a text, as Content-Security-Policy writes it. */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
