import { EsciSelectError } from '../../errors.js';
import type { Cuts } from '../cuts.js';
import type { Cover } from './cover.js';
import type { CodedTree } from './leaf.js';
import { MOST_CUTS, type Unit } from './unit.js';

/** A tree, or a part of its units. */
export interface CoveredTree extends CodedTree {
  readonly cover: Cover;
}

/** Trees whose units' cuts fit into byte codes together. */
export interface CutGroup {
  readonly members: readonly CoveredTree[];
  /** the cuts that the members' units compare with */
  readonly cuts: Cuts;
  /** the place among these of a CodedTree.cut */
  placeOf(column: number, cut: number): number;
}

/** [column] cuts, as CodedTree.cut */
type CutSets = readonly Set<number>[];

/**
 * Consecutive trees in groups whose units compare with at most MOST_CUTS cuts of any column. A tree of more cuts than
 * that is divided among groups, unit by unit. `cuts` are those of the whole ensemble. O(cuts of all units).
 */
export function groupByCuts(covered: readonly CoveredTree[], cuts: Cuts): CutGroup[] {
  const columns = cuts.start.length - 1;
  const groups: { members: CoveredTree[]; sets: CutSets }[] = [];
  const add = (member: CoveredTree): boolean => {
    const last = groups.at(-1);
    const needed = cutsOf(member.cover, columns);
    if (last !== undefined && fits(last.sets, needed)) {
      last.members.push(member);
      needed.forEach((set, column) => {
        for (const cut of set) last.sets[column].add(cut);
      });
      return true;
    }
    if (needed.some((set) => set.size > MOST_CUTS)) return false;
    groups.push({ members: [member], sets: needed });
    return true;
  };
  for (const member of covered) {
    if (add(member)) continue;
    for (const part of unitByUnit(member)) {
      if (!add(part))
        throw new EsciSelectError('internal', `a unit compares with more than ${MOST_CUTS} cuts of a column`);
    }
  }
  return groups.map(({ members, sets }) => ({ members, ...layCuts(sets, cuts) }));
}

/** Whether the cuts of both together are few enough. */
function fits(sets: CutSets, others: CutSets): boolean {
  return sets.every((set, column) => {
    let size = set.size;
    for (const cut of others[column]) if (!set.has(cut)) size++;
    return size <= MOST_CUTS;
  });
}

/** The tree as many, of one unit each. */
function unitByUnit({ cover, ...tree }: CoveredTree): CoveredTree[] {
  return [
    ...cover.units.map((unit) => ({ ...tree, cover: { units: [unit], factored: [] } })),
    ...cover.factored.map((unit) => ({ ...tree, cover: { units: [], factored: [unit] } })),
  ];
}

function cutsOf({ units, factored }: Cover, columns: number): CutSets {
  const sets = Array.from({ length: columns }, () => new Set<number>());
  const note = ({ players }: Unit) => {
    for (const { path, columns } of players) {
      for (const { column, cut } of path) sets[column].add(cut);
      for (const { column, cuts } of columns) for (const cut of cuts) sets[column].add(cut);
    }
  };
  units.forEach(note);
  for (const { factors } of factored) factors.forEach(note);
  return sets;
}

/** The cuts of a group in order. */
function layCuts(sets: CutSets, all: Cuts): Pick<CutGroup, 'cuts' | 'placeOf'> {
  const ascending = sets.map((set) => Int32Array.from(set).sort());
  const start = new Int32Array(sets.length + 1);
  const places = new Int32Array(all.values.length).fill(-1);
  const values = ascending.flatMap((list, column) => {
    start[column + 1] = start[column] + list.length;
    list.forEach((cut, place) => {
      places[all.start[column] + cut - 1] = place;
    });
    return Array.from(list, (cut) => all.values[all.start[column] + cut - 1]);
  });
  return {
    cuts: { start, values: Float32Array.from(values) },
    placeOf: (column, cut) => places[all.start[column] + cut - 1],
  };
}
