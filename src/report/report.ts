import type { Finding } from '../data/examples/examples.js';
import type { Decision } from '../selection/decision.js';
import type { ComparedReports, GateResult } from './comparison.js';
import type { Insights } from './insights.js';

/** How the data looks, for the report's reader. */
export interface DataSummary {
  readonly rows: number;
  readonly queries: number;
  readonly products: number;
  readonly locales: readonly { readonly name: string; readonly rows: number }[];
  readonly labels: readonly { readonly name: string; readonly rows: number }[];
  readonly unlabelled: number;
}

/** One model's training curve on one fold. */
export interface TrainingCurve {
  readonly model: string;
  readonly fold: number | 'refit';
  /** training rows that the fit learnt from, and those there were; absent in runs of older versions */
  readonly rows?: number;
  readonly availableRows?: number;
  readonly points: readonly {
    readonly epoch: number;
    readonly loss: number;
    readonly validationLoss: number | null;
  }[];
}

/** What makes the run reproducible; no time stamps, no paths. */
export interface Reproduction {
  readonly version: string;
  readonly seed: number;
  readonly inputs: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** The version that `report` writes. */
export const REPORT_SCHEMA_NAME = 'esci-select/report/2';
/** The versions that can be read; the first, of 0.1, holds the first version of a decision. */
export const REPORT_SCHEMA_NAMES = ['esci-select/report/1', REPORT_SCHEMA_NAME] as const;

/** The report as data; renderers only render it. */
export interface Report {
  readonly schema: 'esci-select/report/1' | 'esci-select/report/2';
  /** what it is called, where it was given a name */
  readonly title?: string;
  readonly decision: Decision;
  readonly data: DataSummary;
  readonly findings: readonly Finding[];
  readonly curves: readonly TrainingCurve[];
  /** what the ensemble does with single rows; where it was asked for */
  readonly insights?: Insights;
  readonly reproduction: Reproduction;
  /** against an earlier report, where one was given */
  readonly baseline?: ComparedReports;
  /** what gates say where there is no earlier report */
  readonly gates?: readonly GateResult[];
}

/** What a report is called that was given no name. */
export const TITLE = 'Which models to run';

/** What a report on simulated data says of it. */
export const SIMULATED =
  'Simulated data: queries, products and labels come from a program. The figures show how the tool works, not how good these models are on real searches.';

/** Whether the examples are those of `data simulate`, which leaves a note of that name beside them. */
export function isSimulated({ reproduction }: Pick<Report, 'reproduction'>): boolean {
  return reproduction.inputs.some(({ name }) => name === 'SIMULATED.txt');
}
