/** What a worker gives back: sums over all rows, every row, or sums per query. */
export const EMITTED = ['sums', 'rows', 'queries'] as const;
export type Emitted = (typeof EMITTED)[number];

/** When: at the end and when memory asks for it, or after each batch that came in. */
export const FLUSHES = ['stream', 'batch'] as const;
export type Flush = (typeof FLUSHES)[number];
