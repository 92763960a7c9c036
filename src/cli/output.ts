import pc from 'picocolors';
import { EsciSelectError, exitCode, formatError } from '../errors.js';
import { screenWidth } from './screen-width.js';
import { print } from './stdout.js';
import { plain } from './text.js';
import { fitText } from './width.js';

/** Flags that every command has. */
export interface GlobalOptions {
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  wide?: boolean;
}

/** Writes a command's result: one JSON object on stdout with --json, else the text made for people. */
export function printResult(options: GlobalOptions, result: unknown, human: () => string): void {
  print(options.json ? `${JSON.stringify(result)}\n` : `${fitText(human(), screenWidth())}\n`);
}

/** `path:line:column: message` and a `hint:` line on stderr; with --json the same as one JSON object. */
export function printError(error: unknown, options: { json: boolean; verbose: boolean }): void {
  if (options.json) {
    process.stderr.write(`${JSON.stringify({ error: errorObject(error) })}\n`);
    return;
  }
  const tell = (text: string) => process.stderr.write(`${fitText(text, screenWidth(process.stderr))}\n`);
  tell(`${pc.red('error:')} ${plain(formatError(error))}`);
  if (error instanceof EsciSelectError && error.hint !== undefined) {
    tell(`${pc.cyan('hint:')} ${plain(error.hint)}`);
  }
  const stopped = error instanceof EsciSelectError && ['interrupted', 'terminated'].includes(error.code);
  const traced = exitCode(error) === 70 || (options.verbose && !stopped);
  if (traced && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

function errorObject(error: unknown) {
  if (!(error instanceof EsciSelectError))
    return { code: 'internal', exitCode: 70, message: formatError(error) };
  const { code, message, path, line, column, hint } = error;
  return { code, exitCode: exitCode(error), message, path, line, column, hint };
}
