import { describe, expect, it } from 'vitest';
import { DOT_STEPS, PALETTE, stepColour } from '../../../src/report/charts/palette.js';

const DOTS = ['low', 'lower', 'middle', 'higher', 'high'] as const;

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('PALETTE', () => {
  it.each(['light', 'dark'] as const)('can be read on the %s page: text 4.5, marks 3', (scheme) => {
    const paper = PALETTE.paper[scheme];
    for (const job of ['ink', 'muted', 'kept'] as const)
      expect(contrast(PALETTE[job][scheme], paper)).toBeGreaterThanOrEqual(4.5);
    for (const job of ['dropped', 'ensemble', 'training', ...DOTS] as const)
      expect(contrast(PALETTE[job][scheme], paper)).toBeGreaterThanOrEqual(3);
    for (const job of ['heat0', 'heat1', 'heat2', 'heat3', 'heat4'] as const)
      expect(contrast(PALETTE[job][scheme], PALETTE.ink[scheme])).toBeGreaterThanOrEqual(4.5);
  });

  it('has a colour for every value, at the ends too', () => {
    expect([-1, 0, 0.19, 0.2, 0.999, 1, 7].map((value) => stepColour(DOT_STEPS, value))).toEqual(
      [0, 0, 0, 1, 4, 4, 4].map((step) => DOT_STEPS[step]),
    );
  });

  it('gives no two jobs one light colour, because the dark page recolours by it', () => {
    const colours = Object.values(PALETTE).map(({ light }) => light);
    expect(new Set(colours).size).toBe(colours.length);
  });
});
