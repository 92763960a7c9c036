/** What a report can be written as. */
export const REPORT_FORMATS = ['html', 'md', 'json', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Formats written unless told otherwise. */
export const DEFAULT_FORMATS: readonly ReportFormat[] = ['html', 'md', 'json'];
