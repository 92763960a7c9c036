import { EsciSelectError } from '../errors.js';

/** The largest additivity errors over rows and classes, and where the relative one is. */
export interface AdditivityError {
  /** |bias + sum of attributions - margin| */
  readonly absolute: number;
  /** the same over |bias| + sum of |attributions| */
  readonly relative: number;
  /** row of the largest relative error, the first of equals; -1 where there is no row */
  readonly row: number;
}

/** A block of attributions and what they must add up to. */
export interface AdditivityInput {
  /** [class] AttributionPlan.bias */
  readonly bias: Float64Array;
  /** [row of block][player][class] */
  readonly attributions: Float64Array;
  /** [row][class] of the whole table, from scoring */
  readonly margins: ArrayLike<number>;
  /** the block is rows [from, to) of the table */
  readonly from: number;
  readonly to: number;
}

/** How a failure is told. */
export interface AdditivityReport {
  /** what a row is called; default `row 12` */
  readonly rowName?: (row: number) => string;
  /** what is checked; default `attributions` */
  readonly quantity?: string;
  /** largest relative error that passes */
  readonly tolerance?: number;
}

/** The margins are sums of float32, so agreement beyond 1e-5 cannot be asked. */
const ADDITIVITY_TOLERANCE = 1e-5;

/** Smallest scale of the relative error: keeps it defined where everything is 0. */
const TINY = 1e-6;

/** The error of no rows: the neutral element of mergeAdditivity. */
export const NO_ERROR: AdditivityError = { absolute: 0, relative: 0, row: -1 };

/** The largest errors of bias + attributions = margin over a block's rows and classes. O(attributions). */
export function measureAdditivity(input: AdditivityInput): AdditivityError {
  const { bias, attributions, margins, from, to } = input;
  const classes = bias.length;
  const width = to === from ? 0 : attributions.length / (to - from);
  let worst = NO_ERROR;
  for (let row = from; row < to; row++) {
    for (let k = 0; k < classes; k++) {
      let total = bias[k];
      let scale = Math.abs(bias[k]);
      const end = (row - from + 1) * width;
      for (let at = end - width + k; at < end; at += classes) {
        total += attributions[at];
        scale += Math.abs(attributions[at]);
      }
      const difference = Math.abs(total - margins[row * classes + k]);
      const absolute = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      const relative = absolute / Math.max(scale, TINY);
      if (!(absolute <= worst.absolute && relative <= worst.relative)) {
        worst = mergeAdditivity(worst, { absolute, relative, row });
      }
    }
  }
  return worst;
}

/** The larger of both errors, part by part: associative and commutative. */
export function mergeAdditivity(a: AdditivityError, b: AdditivityError): AdditivityError {
  const first = a.row < 0 || (b.row >= 0 && b.row < a.row) ? b : a;
  const worse = a.relative === b.relative ? first : a.relative > b.relative ? a : b;
  return { absolute: Math.max(a.absolute, b.absolute), relative: worse.relative, row: worse.row };
}

/** Throws 'internal' naming the worst row if its relative error is above the tolerance; else passes the error on. */
export function assertAdditivity(error: AdditivityError, report: AdditivityReport = {}): AdditivityError {
  const { tolerance = ADDITIVITY_TOLERANCE, quantity = 'attributions', rowName } = report;
  if (error.relative <= tolerance) return error;
  const name = rowName?.(error.row) ?? `row ${error.row}`;
  throw new EsciSelectError(
    'internal',
    `${quantity} of ${name} do not add up to its margin: relative error ${error.relative.toExponential(2)}, ` +
      `expected at most ${tolerance.toExponential(0)}`,
    {
      hint: 'the margins must be of the same ensemble and rows; if they are, this is a bug: please report it',
    },
  );
}

/** Measures and asserts: every row's bias + attributions = margin within the tolerance. Throws 'internal'. */
export function checkAdditivity(input: AdditivityInput, report: AdditivityReport = {}): AdditivityError {
  return assertAdditivity(measureAdditivity(input), report);
}
