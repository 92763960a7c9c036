let wide = false;

/** Whether --wide was given: tables and text are then as wide as they come. */
export function setWide(asked: boolean): void {
  wide = asked;
}

/** Columns of the terminal that a stream writes to; without a terminal, or with --wide, there is no end. */
export function screenWidth(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout): number {
  const { isTTY, columns } = stream;
  return wide || !isTTY || !(columns > 0) ? Number.POSITIVE_INFINITY : columns;
}
