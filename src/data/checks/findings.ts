import { EsciSelectError } from '../../errors.js';
import type { Finding, Place, Severity } from '../examples/examples.js';

const PLACES_KEPT = 5;

/** Counts occurrences of a problem and keeps the first few places. */
export class Tally {
  count = 0;
  readonly places: Place[] = [];

  /** `place` is asked only while places are still kept */
  add(place: () => Place): void {
    this.count++;
    if (this.places.length < PLACES_KEPT) this.places.push(place());
  }

  /** The finding, or nothing if nothing was counted. `message` gets the count as a phrase such as `3 rows`. */
  finding(severity: Severity, code: string, message: (rows: string) => string, hint?: string): Finding[] {
    if (this.count === 0) return [];
    return [
      {
        severity,
        code,
        message: message(countOf(this.count, 'row')),
        count: this.count,
        places: this.places,
        hint,
      },
    ];
  }
}

/** `1 row`, `2 rows`, `1,598 rows`: the same in every locale. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? noun : plural}`;
}

/** The error that a finding stands for, at its first place. */
export function errorOf(finding: Finding): EsciSelectError {
  const place = finding.places?.[0];
  const row = place !== undefined && place.line === undefined && place.row !== undefined;
  const message = row ? `${finding.message} (data row ${place.row})` : finding.message;
  return new EsciSelectError('data', message, { path: place?.path, line: place?.line, hint: finding.hint });
}
