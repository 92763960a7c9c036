import { describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { esciSelect } from './in-process.js';

const program = buildProgram(new AbortController().signal);
const commands = commandPaths(program);

/** The help as it is printed, examples and all. */
function helpOf(path: string): string {
  const { command } = commands.find((one) => one.path === path)!;
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

describe('help', () => {
  it.each(commands.map(({ path }) => path))('of %s has examples, of which every flag exists', (path) => {
    const help = helpOf(path);
    const examples = help.slice(help.indexOf('\nExamples:\n')).match(/^ {2}\$ .+$/gm);
    expect(examples, 'examples').not.toBeNull();
    const { command } = commands.find((one) => one.path === path)!;
    const known = command.options.map(({ long }) => long);
    for (const line of examples!) {
      expect(line).toContain(`esci-select ${path}`);
      for (const [flag] of line.matchAll(/--[a-z][a-z-]*/g)) expect(known, line).toContain(flag);
    }
  });

  it('does not depend on how many cores the machine has', () => {
    expect(helpOf('train')).toContain('(default: one per core)');
  });
});

describe('a mistyped word', () => {
  it.each([
    [['rnak'], "did you mean 'rank'?"],
    [['data', 'inspct', 'x'], "did you mean 'inspect'?"],
    [['rank', '--bugdet', '3'], "did you mean '--budget'?"],
    [['train', '--kind', 'logit'], "did you mean 'logits'?"],
    [['completion', 'bsh'], "did you mean 'bash'?"],
    [['train', '--column', 'labl=x'], "did you mean 'label'?"],
  ])('%j ends with exit code 2 and the nearest legal one', async (args, hint) => {
    const { status, stdout, stderr } = await esciSelect(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
