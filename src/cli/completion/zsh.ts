import type { CompletedCommand, CompletedOption, Value } from './describe.js';

/** A zsh completion script: a function per command that calls `_arguments`, with descriptions. */
export function zshScript(program: string, commands: readonly CompletedCommand[]): string {
  return `#compdef ${program}
# zsh completion for ${program}; load it with: source <(${program} completion zsh)
${functionName(program, '')}_models() {
  local -a run models
  local at=\${words[(I)--run]}
  (( at == 0 )) || run=(--run "\${(Q)words[at+1]}")
  models=("$@" \${(f)"$(${program} completion models $run 2>/dev/null)"})
  compadd -a models
}
${commands.map((command) => functionOf(program, command)).join('\n')}
# found in a folder of fpath it is the function of its file's name, called to complete; sourced it is not
if [[ "$funcstack[1]" == (${functionName(program, '')}|_${program}) ]]; then ${functionName(program, '')} "$@"; else compdef ${functionName(program, '')} ${program}; fi
`;
}

function functionName(program: string, path: string): string {
  return `_${[program, ...path.split(' ')].join('_').replace(/\W/g, '_').replace(/_+$/, '')}`;
}

function functionOf(program: string, command: CompletedCommand): string {
  const { path, options, children, argument } = command;
  const specs = options.map((option) => optionSpec(option, program));
  const name = functionName(program, path);
  if (children.length === 0) {
    const rest = argument.kind === 'none' ? [] : [`'*:argument:${action(argument, program)}'`];
    return `${name}() {\n  _arguments -s -S ${[...specs, ...rest].join(' ')}\n}`;
  }
  const described = children
    .map(({ name: child, description }) => quoted(`${child}:${description}`))
    .join(' ');
  const cases = children.map(({ name: child }) => {
    const below = functionName(program, path === '' ? child : `${path} ${child}`);
    return `      ${child}) ${below} ;;`;
  });
  return `${name}() {
  local line state
  _arguments -C ${specs.join(' ')} '1: :->command' '*::argument:->rest'
  case $state in
    command) local -a commands; commands=(${described}); _describe command commands ;;
    rest) case $line[1] in
${cases.join('\n')}
    esac ;;
  esac
}`;
}

/** `'*--run[run folder]:value:_files -/'`: an option may be repeated, and its description may hold any character. */
function optionSpec({ flag, description, value }: CompletedOption, program: string): string {
  const text = description.replace(/[[\]\\:]/g, (character) => `\\${character}`);
  return quoted(`*${flag}[${text}]${value.kind === 'none' ? '' : `:value:${action(value, program)}`}`);
}

function action(value: Value, program: string): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'models':
      // begun with a space it is called with these words alone, and not with options for compadd too
      return [` ${functionName(program, '')}_models`, ...value.words].join(' ');
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    default:
      return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
