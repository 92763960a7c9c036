import { sha256 } from '../../io/hash.js';
import type { RunFolder } from '../../run/run-folder.js';
import { type CostTable, type CostTriple, costTable, costTriples } from './costs.js';
import type { RunFile } from './run-file.js';

/** A cost file of a run as a table; empty where there is none. Throws 'data' where it was changed. */
export async function readCostTable(
  run: RunFolder,
  file: RunFile<readonly CostTriple[]>,
): Promise<CostTable> {
  return costTable(file.isIn(run) ? await file.read(run) : []);
}

/** Replaces a cost file of a run by a table. Throws 'io'. */
export async function recordCosts(
  run: RunFolder,
  stage: string,
  file: RunFile<readonly CostTriple[]>,
  table: CostTable,
): Promise<void> {
  const triples = costTriples(table);
  await run.stage(stage, sha256(JSON.stringify(triples)), (out) => file.write(out, triples));
}
