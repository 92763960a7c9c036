const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A finite decimal number such as `-1.5e-3`, or null for anything else: empty text, NaN, Inf, hexadecimal, decimal
 * commas, digit groups and values too large for a double. Spaces and tabs around the number are allowed.
 */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}
