/** A file of the official data set, and how to know that it came whole. */
export interface OfficialFile {
  readonly name: string;
  /** where it is fetched from unless a base address is given */
  readonly url: string;
  readonly bytes?: number;
  /** lower-case hexadecimal */
  readonly sha256?: string;
}

const REPOSITORY = 'amazon-science/esci-data/main/shopping_queries_dataset';

/**
 * The Shopping Queries Data Set (Apache-2.0) as its public repository holds it. Sizes and checksums of the parquet files
 * are those of the repository's Git LFS pointer files; the media host serves the content behind a pointer.
 */
export const OFFICIAL_FILES: readonly OfficialFile[] = [
  {
    name: 'shopping_queries_dataset_examples.parquet',
    url: `https://media.githubusercontent.com/media/${REPOSITORY}/shopping_queries_dataset_examples.parquet`,
    bytes: 51_286_808,
    sha256: '4a735b693b4a424a6fc67f5be6e4c811495c488bbf66d02a602d308b2744263a',
  },
  {
    name: 'shopping_queries_dataset_products.parquet',
    url: `https://media.githubusercontent.com/media/${REPOSITORY}/shopping_queries_dataset_products.parquet`,
    bytes: 1_108_857_465,
    sha256: '25124442d064d64b26f74082d6fa09438d679efc0c183cf28d19064a2b65a265',
  },
  {
    name: 'shopping_queries_dataset_sources.csv',
    url: `https://raw.githubusercontent.com/${REPOSITORY}/shopping_queries_dataset_sources.csv`,
    bytes: 1_682_802,
    sha256: 'a5fed8ecc016443de40bf3c63098f0e3f23bbe4daa4236f1c38b8c3184778c50',
  },
];
