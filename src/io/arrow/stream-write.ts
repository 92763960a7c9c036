import { RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { batches, batchOf, type NamedColumn, rowsOf, schemaOf } from './write.js';

/** What messages of errors call what is written. */
const NAME = 'arrow stream';

/** Makes an Arrow IPC stream of parts with the same columns; the bytes are the caller's to pass on. */
export class ArrowStreamWriter {
  readonly #writer = new PieceWriter();
  #schema: Schema | null = null;

  /** The bytes of a part: record batches of at most 65,536 rows, before the first of them the schema. O(values). */
  write(columns: readonly NamedColumn[], metadata: ReadonlyMap<string, string> = new Map()): Uint8Array[] {
    const rows = rowsOf(columns, NAME);
    if (this.#schema === null) {
      this.#schema = schemaOf(columns, metadata);
      this.#writer.reset(undefined, this.#schema);
    }
    if (rows > 0) {
      for (const [start, end] of batches(columns, rows)) {
        this.#writer.write(batchOf(columns, this.#schema, start, end));
      }
    }
    return this.#writer.take();
  }

  /** The mark of the stream's end. */
  finish(): Uint8Array[] {
    this.#writer.finish();
    return this.#writer.take();
  }
}

/** Keeps what the writer writes until it is taken. */
class PieceWriter extends RecordBatchStreamWriter {
  #pieces: Uint8Array[] = [];

  protected override _write(chunk: Parameters<RecordBatchStreamWriter['_write']>[0]): this {
    const view = chunk as ArrayBufferView;
    if (view && view.byteLength > 0) {
      this.#pieces.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      this._position += view.byteLength;
    }
    return this;
  }

  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}
