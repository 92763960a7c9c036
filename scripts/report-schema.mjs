// Writes docs/*.schema.json from the schemas in src/report; run after `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '../dist/report/json-schemas.js';

const docs = join(dirname(fileURLToPath(import.meta.url)), '../docs');
mkdirSync(docs, { recursive: true });
for (const [name, schema] of jsonSchemas()) {
  writeFileSync(join(docs, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
