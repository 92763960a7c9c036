/** One colour of the report by its job: as charts and the light page have it, and on the dark page. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

/**
 * Colours by job. Charts are drawn in the light ones; the page recolours them by value in the dark scheme, so that no
 * two jobs may share a light colour. Text has a contrast of at least 4.5 to its page, marks of at least 3.
 */
export const PALETTE = {
  paper: { light: '#ffffff', dark: '#12161c' },
  ink: { light: '#1b2330', dark: '#e7ecf3' },
  muted: { light: '#566172', dark: '#a3afbf' },
  grid: { light: '#e1e6ec', dark: '#2b333f' },
  kept: { light: '#0b6a8e', dark: '#5fc4ea' },
  dropped: { light: '#808b9a', dark: '#8994a4' },
  ensemble: { light: '#7546b3', dark: '#bb9af5' },
  training: { light: '#b3541e', dark: '#f0a16b' },
} as const satisfies Record<string, Colour>;
