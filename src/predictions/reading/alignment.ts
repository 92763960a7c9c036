import type { Finding } from '../../data/examples/examples.js';
import type { Candidate } from './indexes.js';

/** How the rows of a file were joined to the examples. */
export interface Alignment {
  /** for people, such as `query_id,product_id`; null: by position, which only a file of the examples themselves allows */
  readonly key: string | null;
  readonly columns: readonly string[];
  /** what the key is matched with */
  readonly of: string;
  readonly why: string;
  /** the example row of each row of the file; -1 where no example has the id */
  readonly targets: Int32Array;
  /** other columns by which rows can be found among the examples, not used */
  readonly others: readonly Candidate[];
  readonly findings: readonly Finding[];
}
