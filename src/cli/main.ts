import { endWithParent, needsSupervision, supervise } from './supervise.js';

if (needsSupervision()) await supervise(process.argv);
else {
  endWithParent();
  const { runCli } = await import('./run.js');
  await runCli(process.argv);
}
