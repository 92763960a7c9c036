import type { Command } from 'commander';
import { PRESETS, type Preset, type PresetName } from '../pipeline/presets.js';

/** Flags that a preset may set. */
interface PresetFlags {
  preset?: PresetName;
  recipe?: string;
}

/**
 * The flags with what their preset sets, but for those that were given on the command line or in a configuration file, and for
 * the ensemble's settings where a recipe is given.
 */
export function withPreset<Flags extends PresetFlags>(flags: Flags, command: Command): Flags {
  if (flags.preset === undefined) return flags;
  const { options, boosting }: Preset = PRESETS[flags.preset];
  const isFree = (name: string) => {
    const source = command.getOptionValueSource(name);
    return source === undefined || source === 'default';
  };
  const set = { ...options, ...(flags.recipe === undefined ? boosting : {}) };
  return { ...flags, ...Object.fromEntries(Object.entries(set).filter(([name]) => isFree(name))) };
}

/** What --preset sets, for the help. */
export function presetHelp(): string {
  const lines = Object.entries(PRESETS).map(([name, { summary }]) => `  ${name.padEnd(6)} ${summary}`);
  return `
Presets (a flag that is given wins):
${lines.join('\n')}
`;
}
