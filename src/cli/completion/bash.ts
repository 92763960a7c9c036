import type { CompletedCommand, Value } from './describe.js';

/**
 * A bash completion script: a function that finds the command typed so far, and offers its options, the values of the
 * option before the cursor, the commands below it, or files. Words hold no character that the shell would expand.
 */
export function bashScript(program: string, commands: readonly CompletedCommand[]): string {
  const name = `_${program.replace(/\W/g, '_')}`;
  return `# bash completion for ${program}; load it with: eval "$(${program} completion bash)"
${name}_models() {
  local at run=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ "\${COMP_WORDS[at]}" == --run ]] || continue
    run=(--run "\${COMP_WORDS[at+1]}")
    [[ "\${COMP_WORDS[at+1]}" != "=" ]] || run=(--run "\${COMP_WORDS[at+2]}")
  done
  ${program} completion models "\${run[@]}" 2>/dev/null
}
${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    case "$path $word" in
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      ${pattern(path)}) path=" ${path}" ;;`)
  .join('\n')}
    esac
  done
  COMPREPLY=()
  case "$path $previous" in
${commands.flatMap((command) => optionCases(command, name)).join('\n')}
  esac
  case "$path" in
${commands.map((command) => commandCase(command, name)).join('\n')}
  esac
}
complete -o filenames -F ${name} ${program}
`;
}

/** Matches the command before and the word that leads on to this one. */
function pattern(path: string): string {
  return `" ${path}"`;
}

/** What follows each option that takes a value. */
function optionCases({ path, options }: CompletedCommand, name: string): string[] {
  const before = path === '' ? '' : ` ${path}`;
  return options.flatMap(({ flag, value }) =>
    value.kind === 'none' ? [] : [`    "${before} ${flag}") ${offer(value, name)}; return ;;`],
  );
}

function commandCase({ path, options, children, argument }: CompletedCommand, name: string): string {
  const flags = options.map(({ flag }) => flag).join(' ');
  const names = children.map(({ name }) => name).join(' ');
  const other = names === '' ? offer(argument, name) : `COMPREPLY=($(compgen -W "${names}" -- "$current"))`;
  return `    "${path === '' ? '' : ` ${path}`}")
      if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$current"))
      else ${other}; fi ;;`;
}

/** A name of a model may hold what a shell would expand, so that `compgen -W` is not for it. */
function offerModels(words: readonly string[], name: string): string {
  const known = words.length === 0 ? '' : `printf '%s\\n' ${words.join(' ')}; `;
  return `while IFS= read -r word; do [[ -z "$word" || "$word" != "$current"* ]] || COMPREPLY+=("$word"); done < <(${known}${name}_models)`;
}

function offer(value: Value, name: string): string {
  switch (value.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W "${value.words.join(' ')}" -- "$current"))`;
    case 'models':
      return offerModels(value.words, name);
    case 'file':
      return 'local IFS=$\'\\n\'; COMPREPLY=($(compgen -f -- "$current"))';
    case 'folder':
      return 'local IFS=$\'\\n\'; COMPREPLY=($(compgen -d -- "$current"))';
    default:
      return 'COMPREPLY=()';
  }
}
