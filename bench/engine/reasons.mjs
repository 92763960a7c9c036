// Why goals are out of reach so far, and what was tried: shown beneath the goals that a run does not meet.

/** By goal, as goals.mjs names them. */
export const REASONS = {
  'TreeSHAP per feature, times XGBoost':
    'Rows are near what one thread reads and writes of the first-level cache in 128-bit registers (next section). A part of a tree ' +
    'has seven players on average: two registers a row, which are turned round (eight shuffles for four rows) and added to sums. ' +
    'Tried: vectors of all players in tables (until now: .68 of the rate, bound by the second-level cache); tables of up to 2,048 and ' +
    '4,096 states (5% and 7% fewer look-ups, the same rate), of 256 and 512 (.9); a table read for 64, 128, 256 (taken) and 512 rows in ' +
    'turn; 1, 4, 8 (taken) and 16 trees a pass; every look-up from one place, which no cache misses (1.05). Registers of 256 bits, ' +
    'gathers and scatters, which WebAssembly lacks, would halve the operations.',
  'the same at 96 columns':
    'As before; a part has eight to ten players in three registers. Tried beyond that: only the groups of four players that a part ' +
    'touches, six on average (until now: .4 of the rate); blocks of 2,048, 4,096, 8,192 (taken) and 16,384 rows, whose sums or tables leave the ' +
    'cache. Copying the tables, 105 MB, into the memory of the kernel for each block takes 7%.',
  'the same at 50,000 rows, end to end':
    'Of the time some 40% are rows, 45% planning in JavaScript and 12% reading JSON, both on one thread. Planning on threads ' +
    'that have just started is slower than on one (290 against 95 ms), because their code is compiled while they work; on ' +
    'threads that wait it takes .7. Done: parts that are too large are seen before they are described (.83 of the planning), threads start ' +
    'while trees are planned. It would take planning in a kernel.',
  'Shapley values with models as players, times XGBoost per feature':
    'Six players are two registers a row and look-up, whose places take more operations than their addition; finding states is a fifth of the time. ' +
    'Tried: places found for 64 rows at once (.67 of the rate), sums player by player (.8), four rows at once (.67).',
  'TreeSHAP per feature, times the fastest peer':
    "CatBoost's trees are symmetric and serve all classes at once: it explains a quarter of the trees, of one table each.",
  "training time, as a part of XGBoost's":
    "Rows' codes and derivatives are gathered from memory, which bounds the kernel (6% of the additions that the machine could " +
    'do). The ratio moves with the memory: the same trees took .45 on a machine that reads 38 GB/s (run of 2026-11-30) and .53 on one that ' +
    'reads 27, where that build and this one are alike (68.6 and 66.1 ms a round). Done so far: sums packed in 64 bits, ' +
    'one pass for all roots, rows gathered whole; prefetching is not to be had in WebAssembly.',
};

/** The reason for a goal, or undefined. */
export function reasonFor(goal) {
  return Object.entries(REASONS).find(([name]) => goal.startsWith(name))?.[1];
}
