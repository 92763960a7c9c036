// What the reference and the man page say of an option.

function defaultOf({ defaultValue, defaultValueDescription, negate }) {
  if (defaultValue === undefined || negate) return '';
  return (
    defaultValueDescription ?? (Array.isArray(defaultValue) ? defaultValue.join(',') : String(defaultValue))
  );
}

/** An option's description as sentences: what it is, its choices, its default. */
export function optionText(option) {
  const { description, argChoices, mandatory } = option;
  const value = defaultOf(option);
  const parts = [
    description,
    ...(argChoices === undefined ? [] : [`One of ${argChoices.join(', ')}`]),
    ...(mandatory ? ['Required'] : []),
    ...(value === '' ? [] : [`Default: ${value}`]),
  ];
  return parts.map((part) => (/[.?]$/.test(part) ? part : `${part}.`)).join(' ');
}

/** A command's arguments as they are typed: ` <base> <new>`. */
export function usageOf(command) {
  return command.registeredArguments
    .map((argument) => {
      const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? ` <${word}>` : ` [${word}]`;
    })
    .join('');
}

/** What a command's help says after its options: notes (null without), and examples as they are typed. */
export function afterOptions(command) {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const at = text.indexOf('\nExamples:');
  const notes = /\n\n((?:Gates:|Exit code|Presets)[\s\S]*?)\n\nExamples:/.exec(text);
  const examples = text
    .slice(at + '\nExamples:'.length)
    .replace(/^ {2}\$ /gm, '')
    .trim();
  return { notes: notes === null ? null : notes[1], examples };
}
