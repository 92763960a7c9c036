import { describe, expect, it } from 'vitest';
import { readSurface } from './surface.js';

const surface = readSurface();

describe('the public surface', () => {
  it('is the committed one: a change is meant, and told in the changelog (npm run surface writes it again)', async () => {
    const lines = [...surface.declarations].map(([name, declaration]) => `// ${name}\n${declaration}\n`);
    await expect(lines.join('\n')).toMatchFileSnapshot('./surface.txt');
  });

  it('names every type that its declarations speak of', () => {
    expect(surface.declarations.size).toBeGreaterThan(50);
    expect(surface.unnamed).toEqual([]);
  });
});
