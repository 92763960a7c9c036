// Numbers and tables in bench-engine.md.

export const count = (value) => Math.round(value).toLocaleString('en-US');
export const rate = (value) => (value >= 1000 ? count(value) : value.toPrecision(3));

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
