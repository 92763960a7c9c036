import { z } from 'zod';
import { DECIDE_NAMES } from '../../evaluation/decision-rule.js';

/** The version of bundles that is written and read. */
export const BUNDLE_SCHEMA = 'esci-select/bundle/1';
/** The file that names all others. */
export const BUNDLE_FILE = 'bundle.json';

/** Files of a bundle by what is in them; forward slashes. */
export const BUNDLE_PATHS = {
  ensemble: 'model.json',
  columns: 'columns.json',
  cards: 'cards.json',
  sample: 'sample.json',
  reader: 'read_bundle.py',
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const path = z.string().refine((name) => !/(^|[/\\])\.\.?([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(name), {
  message: 'expected a relative path inside the bundle',
});

const ensemble = z.object({
  /** whom it answers for; null: everybody without an ensemble of their own */
  locale: z.string().nullable(),
  file: path,
  sha256,
  rule: z.object({ name: z.enum(DECIDE_NAMES), tau: z.number(), offsets: z.array(z.number()) }),
  /** names of the models that it asks, in order of its columns */
  models: z.array(z.string()).min(1),
});

const model = z.object({
  name: z.string(),
  family: z.string(),
  /**
   * where its answers come from: a model of the registry that reads text, or the graph's snapshot; a user's own module; or
   * `imported`: it has no code here
   */
  kind: z.enum(['text', 'graph', 'own', 'imported']),
  /** files that it saved, and its module */
  files: z.array(path),
  module: path.nullable(),
  /** of its code and files, and of the snapshot where it reads one: the key of its answers in caches */
  sha256,
});

/** What `bundle.json` must look like. */
export const MANIFEST = z.object({
  schema: z.literal(BUNDLE_SCHEMA),
  /** the version of esci-select that wrote it */
  version: z.string(),
  classes: z.array(z.string()).min(2),
  ensembles: z.array(ensemble).min(1),
  models: z.array(model).min(1),
  graph: z
    .object({ sha256, queries: z.number(), products: z.number(), precompute: z.number().int() })
    .nullable(),
  files: z.array(z.object({ path, bytes: z.number().int().nonnegative(), sha256 })),
  /** of all above, as canonical JSON: what the bundle is called by */
  id: sha256,
});

/** What a bundle holds. Arrays of files are in order of path. */
export type BundleManifest = z.infer<typeof MANIFEST>;
export type BundledEnsemble = BundleManifest['ensembles'][number];
export type BundledModel = BundleManifest['models'][number];
