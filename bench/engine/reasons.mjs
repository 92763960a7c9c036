// Why goals are out of reach so far, and what was tried: shown beneath the goals that a run does not meet.

/** By goal, as goals.mjs names them. */
export const REASONS = {
  'TreeSHAP per feature, times XGBoost':
    'A part of a tree has seven players on average, two registers a row. Parts of a tree have the players above them in common: ' +
    'registers of the same four players (two on average at 24 columns) are added up first, and then turned round, eight shuffles for four ' +
    'rows, and added to sums: as many operations as the compiler needs for that are what bounds it. Tried: turning each register round by ' +
    'itself (.86 of the rate); tables of up to 256, 512 and 2,048 states (.82, .95, 1.00); 512 and 1,024 rows in turn (1.00); blocks of 32,768 rows (1.00 to 1.02); 16 ' +
    'trees a pass (1.00); states of 128 rows at once (.98); tables that stay in the memory of each thread instead of being copied for every ' +
    'block (.95, and 1.02 where they are read in order first). Sharing between four trees of a class would save a fifth of the sums, between eight a ' +
    'third. Registers of 256 bits, which WebAssembly lacks, would halve the operations.',
  'the same at 96 columns':
    'As before; a part has nine players. Tables, 104 MB, are copied from memory for every block of 16,384 rows (9%), and 384 totals a ' +
    'row are brought to float64 and handed over (a fifth). Tried: blocks of 4,096 and 8,192 rows (.87, .95); more trees a pass (1.00); tables ' +
    'that stay (.81, and 1.00 where they are read in order first).',
  'the same at 50,000 rows, end to end':
    'On two threads that have planned before half of the time are rows, 38% planning and 9% reading JSON, which is on one thread. Of ' +
    'planning, a quarter is the kernel that fills tables, a fifth copying them to new shared memory (most of it the page faults of 47 MB), a ' +
    'tenth garbage collection, the rest JavaScript that describes parts. A process that has just started is slower by two and a half (its code is ' +
    'compiled meanwhile): the figure is of one that has explained before. Tried: tables of 512 states (planning .8, rows 1.05 of their ' +
    'time: the same).',
  'Shapley values with models as players, times XGBoost per feature':
    'Six players are two registers a row and look-up, of which a quarter is unused; finding states is a fifth of the time. Four tables at a ' +
    'time, whose places are found for 256 rows before, take .85 of what one table after the other took. Tried: 64 rows (.95); tables of ' +
    '512 and 2,048 states (.98, 1.02); states of 128 rows at once (.98).',
  'TreeSHAP per feature, times the fastest peer':
    "CatBoost's trees are symmetric and serve all classes at once: it explains a quarter of the trees, of one table each.",
  "training time, as a part of XGBoost's":
    "Rows' codes and derivatives are gathered from memory, which bounds the kernel (6% of the additions that the machine could " +
    'do). The ratio moves with the memory: the same trees took .45 on a machine that reads 38 GB/s and .53 on another that ' +
    'reads 27, where two builds were alike (68.6 and 66.1 ms a round); on an AMD EPYC it was .47, and .60 half an hour later, ' +
    "where in turns today's build took 57 to 100 and the one before 60 to 83 ms a round. Done so far: sums packed in 64 bits, " +
    'one pass for all roots, rows gathered whole; prefetching is not to be had in WebAssembly.',
};

/** The reason for a goal, or undefined. */
export function reasonFor(goal) {
  return Object.entries(REASONS).find(([name]) => goal.startsWith(name))?.[1];
}
