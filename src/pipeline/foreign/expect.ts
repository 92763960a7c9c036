import { readFile } from 'node:fs/promises';
import { EsciSelectError, quote } from '../../errors.js';
import { cannotRead } from '../../io/errors.js';
import { parseNumber } from '../../io/text/number.js';

/** Largest difference that rounding explains, beside a share of the margin. */
const TOLERANCE = 1e-5;

/** How a model's margins compare with the user's own. */
export interface ExpectedMargins {
  readonly rows: number;
  readonly largestDifference: number;
}

/** Compares margins, batch by batch, with a CSV file without a header: a line a row, a column an output. */
export class MarginCheck {
  readonly #path: string;
  readonly #outputs: number;
  readonly #lines: readonly string[];
  #row = 0;
  #largest = 0;

  private constructor(path: string, outputs: number, lines: readonly string[]) {
    this.#path = path;
    this.#outputs = outputs;
    this.#lines = lines;
  }

  static async open(path: string, outputs: number): Promise<MarginCheck> {
    try {
      const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
      if (lines[lines.length - 1] === '') lines.pop();
      return new MarginCheck(path, outputs, lines);
    } catch (error) {
      throw cannotRead(path, error);
    }
  }

  /** Compares the next rows' margins [row][output]. Throws 'data' at the first that differs. */
  compare(margins: Float64Array): void {
    const outputs = this.#outputs;
    for (let start = 0; start < margins.length; start += outputs) {
      const expected = this.#numbers();
      for (let k = 0; k < outputs; k++) {
        const own = margins[start + k];
        const difference = Math.abs(own - expected[k]);
        if (!(difference <= TOLERANCE * (1 + Math.abs(expected[k])))) throw this.#differs(own, expected, k);
        this.#largest = Math.max(this.#largest, difference);
      }
      this.#row++;
    }
  }

  /** What was found. Throws 'data' where the file has more rows than the table. */
  finish(): ExpectedMargins {
    if (this.#row === this.#lines.length) return { rows: this.#row, largestDifference: this.#largest };
    throw this.#wrong(`has ${this.#lines.length} lines, the table ${this.#row} rows`);
  }

  #numbers(): number[] {
    if (this.#row >= this.#lines.length) {
      throw this.#wrong(`has ${this.#lines.length} lines, fewer than the table has rows`);
    }
    const parts = this.#lines[this.#row].split(',');
    if (parts.length !== this.#outputs) {
      throw this.#wrong(`has ${parts.length} columns, the model ${this.#outputs} outputs`);
    }
    return parts.map((part) => {
      const value = parseNumber(part.trim());
      if (value !== null && value !== undefined) return value;
      throw this.#wrong(`holds ${quote(part)}, expected a raw margin; the file has no header`);
    });
  }

  #differs(own: number, expected: readonly number[], k: number): EsciSelectError {
    const sum = expected.reduce((total, value) => total + value, 0);
    const areProbabilities =
      expected.every((value) => value >= 0 && value <= 1) &&
      (expected.length === 1 || Math.abs(sum - 1) < 1e-3);
    const hint = areProbabilities
      ? 'these look like probabilities; give raw margins: output_margin=True (XGBoost), raw_score=True (LightGBM), prediction_type="RawFormulaVal" (CatBoost)'
      : 'check --iterations, the number that stands for missing values ("missing" in the players file), the order of rows, and that the file is of this model';
    return this.#wrong(`expects ${expected[k]} of output ${k + 1}, the model gives ${own}`, hint);
  }

  #wrong(
    problem: string,
    hint = 'give a line a row and a column an output, as predict writes raw margins',
  ): EsciSelectError {
    return new EsciSelectError('data', `file of expected margins ${problem}`, {
      path: this.#path,
      line: this.#row + 1,
      hint,
    });
  }
}
