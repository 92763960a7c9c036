const UNITS = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KIB', 2 ** 10],
  ['MIB', 2 ** 20],
  ['GIB', 2 ** 30],
  ['TIB', 2 ** 40],
]);

/** The bytes that a size such as `512MB`, `2 GiB` or `1.5e9` stands for; null for anything else. */
export function parseByteSize(text: string): number | null {
  const parts = /^\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([kmgt]?i?b?)\s*$/i.exec(text);
  const letters = parts === null ? '' : parts[2].toUpperCase();
  const unit = UNITS.get(letters) ?? UNITS.get(`${letters}B`);
  if (parts === null || unit === undefined) return null;
  const bytes = Math.floor(Number(parts[1]) * unit);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** A number of bytes in words, as in `64 MiB`. */
export function formatByteSize(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} bytes`;
}
