/** One colour of the report by its job: as charts and the light page have it, and on the dark page. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

/**
 * Colours by job. Charts are drawn in the light ones; the page recolours them by value in the dark scheme, so that no
 * two jobs may share a light colour. Text has a contrast of at least 4.5 to its page, marks of at least 3; ink can be
 * read on the cells of heat maps.
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
  low: { light: '#b8500f', dark: '#f2985c' },
  lower: { light: '#a4605a', dark: '#dda08f' },
  middle: { light: '#86678c', dark: '#bda6c6' },
  higher: { light: '#576ca3', dark: '#93b1e3' },
  high: { light: '#0a62ad', dark: '#61bdf7' },
  heat0: { light: '#f1f4f7', dark: '#1a2029' },
  heat1: { light: '#dbe9ef', dark: '#1d3039' },
  heat2: { light: '#c2dae3', dark: '#233f4b' },
  heat3: { light: '#a6cad8', dark: '#294f5e' },
  heat4: { light: '#88b9cb', dark: '#305f72' },
} as const satisfies Record<string, Colour>;

/** Light colours from low to high, for dots. */
export const DOT_STEPS = (['low', 'lower', 'middle', 'higher', 'high'] as const).map(
  (job) => PALETTE[job].light,
);

/** Light colours from weak to strong, for cells. */
export const HEAT_STEPS = (['heat0', 'heat1', 'heat2', 'heat3', 'heat4'] as const).map(
  (job) => PALETTE[job].light,
);

/** The colour of a value of 0 to 1; values outside are taken for the nearest end. */
export function stepColour(steps: readonly string[], value: number): string {
  return steps[Math.max(0, Math.min(steps.length - 1, Math.floor(value * steps.length)))];
}
