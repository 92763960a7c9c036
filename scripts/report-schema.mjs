// Writes docs/report.schema.json from the schema in src/report/schema.ts; run after `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportJsonSchema } from '../dist/report/schema.js';

const docs = join(dirname(fileURLToPath(import.meta.url)), '../docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'report.schema.json'), `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
