import { readFile } from 'node:fs/promises';
import { cannotRead } from '../../io/errors.js';
import { type CommentPlace, type WrittenComment, writeComment } from '../publish/comment.js';

/** What to put where. */
export interface CommentOptions {
  /** a comment with its marker */
  readonly file: string;
  readonly place: CommentPlace;
}

/**
 * Puts a comment on a pull or merge request, in the place of the earlier one of the same key.
 *
 * @throws EsciSelectError('io') where the file cannot be read or the service refuses, ('usage') on a file without a marker
 */
export async function comment(
  { file, place }: CommentOptions,
  signal?: AbortSignal,
): Promise<WrittenComment> {
  const body = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotRead(file, error);
  });
  return writeComment(place, body, signal);
}
