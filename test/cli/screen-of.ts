/** Makes stdout and stderr a terminal of so many columns while `work` runs, and sets them back. */
export async function onScreen<T>(columns: number, work: () => T | Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) =>
    (['isTTY', 'columns'] as const).map((key) => Object.getOwnPropertyDescriptor(stream, key)),
  );
  for (const stream of streams) {
    Object.defineProperty(stream, 'isTTY', { value: true, configurable: true });
    Object.defineProperty(stream, 'columns', { value: columns, configurable: true });
  }
  try {
    return await work();
  } finally {
    streams.forEach((stream, at) => {
      (['isTTY', 'columns'] as const).forEach((key, which) => {
        const own = before[at][which];
        if (own === undefined) Reflect.deleteProperty(stream, key);
        else Object.defineProperty(stream, key, own);
      });
    });
  }
}
