/** What one tier of a cache tells of itself. */
export interface StoreStats {
  /** such as 'lmdb' */
  readonly kind: string;
  readonly entries: number;
  readonly bytes: number;
  /** the most bytes before the oldest half is forgotten; null where the server decides */
  readonly mostBytes: number | null;
}

/** Bytes by key, kept between processes. What `put` has resolved for is there after a kill. */
export interface AnswerStore {
  /** [key] null where there is none */
  get(keys: readonly string[]): Promise<(Uint8Array | null)[]>;
  put(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}
