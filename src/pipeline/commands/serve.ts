import type { RunningServer, ServeOptions } from '../../serving/server/serve.js';

export type { RunningServer, ServeOptions } from '../../serving/server/serve.js';

/** Serves a bundle over HTTP until it is closed. Throws as `startServer`, whose packages are loaded when this is called. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { startServer } = await import('../../serving/server/serve.js');
  return startServer(options);
}
