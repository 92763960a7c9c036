// What a mutation run found, as JSON and as a page: no time and no order of runs in it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** killed, timeout, survived (a test comes by it, none notices) or unreached (no test comes by it). */
function verdictOf(lines) {
  const verdicts = new Set(lines.map(({ verdict }) => verdict));
  if (verdicts.has('killed')) return 'killed';
  if (verdicts.has('timeout')) return 'timeout';
  return verdicts.has('survived') ? 'survived' : 'unreached';
}

const roomOf = ({ place }) => place.split('/')[1];

/** Values by what `keyOf` says of each, in the order of the keys' first values. */
function grouped(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** Writes NAME.json and NAME.md: what share each room's tests notice, and every mutant that they do not. */
export function writeReports(folder, { seed, name }, total, mutants, lines) {
  const byMutant = grouped(lines, ({ mutant }) => mutant);
  const judged = mutants.map(({ id, ...mutant }) => ({
    ...mutant,
    verdict: verdictOf(byMutant.get(id) ?? []),
  }));
  const rooms = [...grouped(judged, roomOf), ['all', judged]].map(([room, own]) => {
    const count = (verdict) => own.filter((mutant) => mutant.verdict === verdict).length;
    const noticed = count('killed') + count('timeout');
    return {
      room,
      mutants: own.length,
      killed: count('killed'),
      timeout: count('timeout'),
      survived: count('survived'),
      unreached: count('unreached'),
      score: Number((noticed / own.length).toFixed(3)),
    };
  });
  const left = judged.filter(({ verdict }) => verdict === 'survived' || verdict === 'unreached');
  const report = { schema: 'esci-select/mutation/1', seed: Number(seed), candidates: total, rooms, left };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, `${name}.md`), page(report));
}

function page({ seed, candidates, rooms, left }) {
  const columns = ['room', 'mutants', 'killed', 'timeout', 'survived', 'unreached', 'score'];
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const cell = (text) => `\`${text.replaceAll('|', '\\|').slice(0, 80)}\``;
  return `${[
    '# Mutants that the tests notice',
    '',
    `A sample of ${rooms.at(-1).mutants} of ${candidates} mutants (seed ${seed}), each run against the quick tests of its rooms that come by it; made by`,
    '`npm run mutate`. A mutant that goes round forever counts as noticed. Score: the share that is noticed.',
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...rooms.map((line) => row(columns.map((column) => line[column]))),
    '',
    '## Not noticed',
    '',
    row(['place', 'kind', 'what stands there', 'what stood instead', '']),
    row(['---', '---', '---', '---', '---']),
    ...left.map(({ place, kind, before, after, verdict }) =>
      row([place, kind, cell(before), cell(after), verdict]),
    ),
  ].join('\n')}\n`;
}
