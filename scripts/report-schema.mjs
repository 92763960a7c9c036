// Writes docs/*.schema.json from the schemas in src/report and from the program's options; run after `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPaths } from '../dist/cli/command-paths.js';
import { configJsonSchema } from '../dist/cli/config-schema.js';
import { buildProgram } from '../dist/cli/program.js';
import { jsonSchemas } from '../dist/report/schemas/json-schemas.js';

const docs = join(dirname(fileURLToPath(import.meta.url)), '../docs');
mkdirSync(docs, { recursive: true });
const config = configJsonSchema(commandPaths(buildProgram(new AbortController().signal)));
for (const [name, schema] of [...jsonSchemas(), ['config', config]]) {
  writeFileSync(join(docs, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
