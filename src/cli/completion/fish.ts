import type { CompletedCommand, CompletedOption, Value } from './describe.js';

/** A fish completion script: one `complete` line per command and option, with its description. */
export function fishScript(program: string, commands: readonly CompletedCommand[]): string {
  const seen = `__fish_${program.replace(/\W/g, '_')}_at`;
  return `# fish completion for ${program}; load it with: ${program} completion fish | source
function ${seen} --description 'whether exactly these commands were typed'
    set --local typed (commandline --tokenize --cut-at-cursor --current-process)
    set --local words (string match --invert --regex '^-' -- $typed[2..-1])
    set --local wanted (string split --no-empty ' ' -- $argv[1])
    test (count $wanted) -eq 0; or test "$words[1..$(count $wanted)]" = "$wanted"; or return 1
    test "$argv[2]" != children; or test (count $words) -eq (count $wanted)
end
function ${seen}_models --description 'models of the run that --run names'
    set --local words (commandline --tokenize --current-process)
    set --local run
    if set --local at (contains --index -- --run $words)
        set run --run $words[(math $at + 1)]
    end
    ${program} completion models $run 2>/dev/null
end
complete --command ${program} --no-files
${commands.flatMap((command) => linesOf(program, seen, command)).join('\n')}
`;
}

function linesOf(program: string, seen: string, command: CompletedCommand): string[] {
  const { path, options, children, argument } = command;
  const start = (below: string) =>
    `complete --command ${program} --condition ${quoted(`${seen} '${path}' ${below}`)}`;
  return [
    ...children.map(
      ({ name, description }) =>
        `${start('children')} --arguments ${name} --description ${quoted(description)}`,
    ),
    ...options.map((option) => `${start(path === '' ? 'children' : 'options')} ${optionPart(option, seen)}`),
    ...(children.length > 0 || argument.kind === 'none'
      ? []
      : [`${start('options')} ${valuePart(argument, seen)}`]),
  ];
}

function optionPart({ flag, description, value }: CompletedOption, seen: string): string {
  const parts = [`--long-option ${flag.replace(/^--/, '')}`, `--description ${quoted(description)}`];
  const needs = value.kind === 'file' ? '--require-parameter' : '--exclusive';
  return (value.kind === 'none' ? parts : [...parts, needs, valuePart(value, seen)]).join(' ').trim();
}

function valuePart(value: Value, seen: string): string {
  if (value.kind === 'words') return `--arguments ${quoted(value.words.join(' '))}`;
  if (value.kind === 'models') {
    const words = value.words.map((word) => `${word} `).join('');
    return `--arguments ${quoted(`${words}(${seen}_models)`)}`;
  }
  if (value.kind === 'folder') return `--arguments ${quoted('(__fish_complete_directories)')}`;
  return value.kind === 'file' ? '--force-files' : '';
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, (character) => `\\${character}`)}'`;
}
