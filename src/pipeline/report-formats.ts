/**
 * What a report can be written as; paired: results per query, so that a later report can be compared query by query;
 * junit: gates as test cases; comment: a short text for a pull request;
 * metrics: flat numbers; hf-card: a model card for the Hugging Face Hub.
 *
 * @example
 * import { REPORT_FORMATS } from 'esci-select';
 *
 * REPORT_FORMATS.join(); // => 'html,md,json,csv,paired,junit,comment,metrics,hf-card'
 */
export const REPORT_FORMATS = [
  'html',
  'md',
  'json',
  'csv',
  'paired',
  'junit',
  'comment',
  'metrics',
  'hf-card',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/**
 * Formats written unless told otherwise.
 *
 * @example
 * import { DEFAULT_FORMATS } from 'esci-select';
 *
 * DEFAULT_FORMATS; // => [ 'html', 'md', 'json', 'paired' ]
 */
export const DEFAULT_FORMATS: readonly ReportFormat[] = ['html', 'md', 'json', 'paired'];
