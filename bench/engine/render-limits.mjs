// bench-engine.md's part on how near the kernels come to the machine.
import { rate, table } from './text.mjs';

/** What the lines mean. */
const LIMITS = `What one thread of WebAssembly does at most here, measured in the same run: additions of 128-bit registers without memory, and
bytes read and added in order from the first level of the cache, the second, and memory. A kernel's line has what it must do at
least (attribution: the registers of the vectors looked up, which lie scattered over tables, and with more than twelve players, for each
that parts share, two shuffles and sums read and written; scoring: three operations for every comparison of 128 rows and a leaf a tree; training: half a register for every row, column and class in a root or a smaller child,
read and written), as a part of that, planning or setup in the time. A kernel at half of both is bound by neither alone.`;

export function renderLimits(found) {
  if (found.length === 0) return [];
  const [{ limits }] = found;
  const giga = (value) => (value / 1e9).toPrecision(3);
  const percent = (value) => `${(100 * value).toFixed(0)}%`;
  const level = { near: 'first level', middle: 'second level' };
  const rows = found.flatMap(({ columns, lines }) =>
    lines.map((line) => [
      columns,
      line.kernel,
      rate(line.rows / line.seconds),
      percent(line.ofAdditions),
      percent(line.ofBytes),
      level[line.level],
    ]),
  );
  return [
    '## How near to the machine',
    '',
    LIMITS,
    '',
    `${giga(limits.additions)} G additions a second; ${giga(limits.near)}, ${giga(limits.middle)} and ${giga(limits.far)} GB a second.`,
    '',
    table(['columns', 'kernel', 'rows/s, one thread', 'of additions', 'of bytes', 'from'], rows),
    '',
  ];
}
