// Tries what it is sent, one at a time, and says how it ended. The parent ends this process where it does not answer.
import { EsciSelectError, exitCode, formatError } from '../../dist/errors.js';
import { isKept, READERS, TARGETS } from './targets.mjs';

let corpus;

process.on('message', async (message) => {
  if (message.corpus !== undefined) {
    corpus = message.corpus;
    process.send('ready');
  } else process.send(await answer(message));
});

async function answer({ target, path, reader, run, file }) {
  if (target !== undefined) return outcome(() => TARGETS[target].try(path, corpus));
  const found = reader === null ? { exit: null } : await outcome(() => READERS[reader].try(run));
  const kept = file === 'run.json' ? false : await isKept(run, file).catch(() => false);
  return { ...found, kept };
}

async function outcome(work) {
  try {
    await work();
    return { exit: 0 };
  } catch (error) {
    const ours = error instanceof EsciSelectError;
    const { path, hint } = ours ? error : {};
    return {
      exit: exitCode(error),
      message: formatError(error),
      path,
      hint,
      stack: ours ? undefined : error?.stack,
    };
  }
}
