import { EsciSelectError } from '../errors.js';

/** The largest additivity errors over rows and classes, and where the relative one is. */
export interface AdditivityError {
  /** |bias + sum of attributions - margin| */
  readonly absolute: number;
  /** the same over |bias| + sum of |attributions| */
  readonly relative: number;
  /** the absolute one over what rounding explains: more than 1 is a fault */
  readonly ofRounding: number;
  /** row of the largest error over what rounding explains, the first of equals; -1 where there is no row */
  readonly row: number;
}

/** A block of attributions and what they must add up to. */
export interface AdditivityInput {
  /** [class] AttributionPlan.bias */
  readonly bias: Float64Array;
  /** [class] AttributionPlan.rounding */
  readonly rounding: Float64Array;
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
}

/** Smallest scale of the relative error: keeps it defined where everything is 0. */
const TINY = 1e-6;

/** The error of no rows: the neutral element of mergeAdditivity. */
export const NO_ERROR: AdditivityError = { absolute: 0, relative: 0, ofRounding: 0, row: -1 };

/** The largest errors of bias + attributions = margin over a block's rows and classes. O(attributions). */
export function measureAdditivity(input: AdditivityInput): AdditivityError {
  const { bias, rounding, attributions, margins, from, to } = input;
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
      const ofRounding = absolute / Math.max(rounding[k], TINY * TINY);
      if (!(absolute <= worst.absolute && relative <= worst.relative && ofRounding <= worst.ofRounding)) {
        worst = mergeAdditivity(worst, { absolute, relative, ofRounding, row });
      }
    }
  }
  return worst;
}

/** The larger of both errors, part by part: associative and commutative. */
export function mergeAdditivity(a: AdditivityError, b: AdditivityError): AdditivityError {
  const first = a.row < 0 || (b.row >= 0 && b.row < a.row) ? b : a;
  const worse = a.ofRounding === b.ofRounding ? first : a.ofRounding > b.ofRounding ? a : b;
  return {
    absolute: Math.max(a.absolute, b.absolute),
    relative: Math.max(a.relative, b.relative),
    ofRounding: worse.ofRounding,
    row: worse.row,
  };
}

/** Throws 'internal' naming the worst row if its error is more than rounding explains; else passes the error on. */
export function assertAdditivity(error: AdditivityError, report: AdditivityReport = {}): AdditivityError {
  const { quantity = 'attributions', rowName } = report;
  if (error.ofRounding <= 1) return error;
  const name = rowName?.(error.row) ?? `row ${error.row}`;
  throw new EsciSelectError(
    'internal',
    `${quantity} of ${name} do not add up to its margin: the error is ${error.ofRounding.toExponential(1)} times ` +
      'what float32 sums of so many trees can round away',
    {
      hint: 'the margins must be of the same ensemble and rows; if they are, this is a bug: please report it',
    },
  );
}

/** Measures and asserts: every row's bias + attributions = margin within what rounding explains. Throws 'internal'. */
export function checkAdditivity(input: AdditivityInput, report: AdditivityReport = {}): AdditivityError {
  return assertAdditivity(measureAdditivity(input), report);
}
