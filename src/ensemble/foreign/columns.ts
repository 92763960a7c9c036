/** A level of a categorical column, as the table has it. */
export type Level = string | number | boolean;

/** A column of the user's table that a model was trained on. */
export interface SourceColumn {
  readonly name: string;
  /** whether some tree tests it; values of columns that none tests are not read */
  readonly tested: boolean;
  /** whether its values are categories */
  readonly categorical: boolean;
  /** the levels in order of their codes, where the file has them */
  readonly levels: readonly Level[] | null;
}

/**
 * A float32 column that trees test, made of one column of the user's:
 * - `number`: the value; `missing` says what NaN is (`missing`, or 0 as in LightGBM's missing type None), and whether 0 is
 *   missing too (LightGBM's missing type Zero);
 * - `category`: `inside` where the value is one of the ascending `codes`, 1 - `inside` where it is not, and `missing` where
 *   it is missing. A set of categories is then a comparison like any other, and its column's player keeps it whole.
 */
export type DerivedColumn =
  | { readonly kind: 'number'; readonly source: number; readonly missing: NumberMissing }
  | {
      readonly kind: 'category';
      readonly source: number;
      readonly codes: Int32Array;
      readonly inside: 0 | 1;
      readonly missing: 0 | 1 | 'missing';
    };

export type NumberMissing = 'missing' | 'zero' | 'zero-too';

/** What tests a set of categories: left where the derived column is below this. */
export const CATEGORY_THRESHOLD = 0.5;

/**
 * Collects the derived columns of a model: first one for each column of the table, in order, then others as trees need
 * them, each once.
 */
export class ColumnBook {
  readonly #names: readonly string[];
  readonly #derived: DerivedColumn[];
  readonly #used: Uint8Array;
  readonly #categorical: Uint8Array;
  readonly #known = new Map<string, number>();
  readonly #thresholds = new Map<number, Set<number>>();

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#derived = names.map((_, source) => ({ kind: 'number', source, missing: 'missing' }));
    this.#used = new Uint8Array(names.length);
    this.#categorical = new Uint8Array(names.length);
  }

  /** The derived column of a column's numbers. */
  number(source: number, missing: NumberMissing = 'missing'): number {
    const own = this.#derived[source];
    if (this.#used[source] === 0) {
      this.#used[source] = 1;
      this.#derived[source] = { kind: 'number', source, missing };
      return source;
    }
    if (own.missing === missing) return source;
    return this.#add(`${source} ${missing}`, { kind: 'number', source, missing });
  }

  /**
   * The derived column of a column's numbers for a test `value <= threshold` on doubles, which becomes `<` on float32; the
   * threshold is kept, so that values can be rounded to the side they are on.
   */
  atMost(source: number, missing: NumberMissing, threshold: number): number {
    const column = this.number(source, missing);
    const known = this.#thresholds.get(column) ?? new Set<number>();
    this.#thresholds.set(column, known.add(threshold));
    return column;
  }

  /** [derived column] its ascending thresholds on doubles; null where it has none. */
  get thresholds(): (Float64Array | null)[] {
    return this.#derived.map((_, column) => {
      const known = this.#thresholds.get(column);
      return known === undefined ? null : Float64Array.from(known).sort();
    });
  }

  /** The derived column of a set of a column's categories. */
  category(source: number, codes: Int32Array, inside: 0 | 1, missing: 0 | 1 | 'missing'): number {
    this.#categorical[source] = 1;
    const key = `${source} ${inside} ${missing} ${codes.join()}`;
    return this.#add(key, { kind: 'category', source, codes, inside, missing });
  }

  #add(key: string, column: DerivedColumn): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#derived.length);
    return this.#derived.push(column) - 1;
  }

  /** A column of the table, whose levels the file may have; categorical if it has or if a tree tests it as a category. */
  column(source: number, levels: readonly Level[] | null = null): SourceColumn {
    const isCategory = this.#categorical[source] === 1;
    return {
      name: this.#names[source],
      tested: isCategory || this.#used[source] === 1,
      categorical: isCategory || levels !== null,
      levels,
    };
  }

  get derived(): readonly DerivedColumn[] {
    return this.#derived;
  }

  /** Names of the derived columns: those of the table, then `brand (2)` and so on. */
  get derivedNames(): string[] {
    return this.#derived.map(({ source }, at) =>
      at < this.#names.length ? this.#names[at] : `${this.#names[source]} (${at - this.#names.length + 1})`,
    );
  }
}
