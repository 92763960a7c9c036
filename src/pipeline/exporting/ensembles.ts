import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import { parseModelText } from '../../ensemble/xgboost/model-text.js';
import { fromXgboostJson, xgboostAttributes } from '../../ensemble/xgboost/read.js';
import { EsciSelectError } from '../../errors.js';
import { DECIDE_NAMES } from '../../evaluation/decision-rule.js';
import { safeFileName } from '../../io/atomic.js';
import { sha256 } from '../../io/hash.js';
import { BUNDLE_PATHS, type BundledEnsemble } from '../../serving/bundle/manifest.js';
import { DECISION, localeEnsemble, PRUNED_ENSEMBLE } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import type { RunFile } from '../files/run-file.js';

/** An ensemble of the decision, as the bundle has it, and its file's bytes. */
export interface ExportedEnsemble {
  readonly entry: BundledEnsemble;
  readonly bytes: Uint8Array;
}

const RULE = z.object({ name: z.enum(DECIDE_NAMES), tau: z.number(), offsets: z.array(z.number()) });

/**
 * The pruned ensemble of a run's decision, then those of locales with a budget of their own.
 *
 * @throws EsciSelectError('usage') when the run is not ranked, or has been trained with other models since
 */
export async function exportedEnsembles(loaded: LoadedRun): Promise<ExportedEnsemble[]> {
  const { run, matrix } = loaded;
  if (!DECISION.isIn(run)) {
    throw new EsciSelectError('usage', `run has no decision yet (${DECISION.path} is missing)`, {
      path: run.path,
      hint: 'run esci-select rank --budget N with the same --run first',
    });
  }
  const decision = await DECISION.read(run);
  const judged = decision.ranking.map(({ model }) => model).sort();
  const there = matrix.cards.map(({ name }) => name).sort();
  if (judged.join('\n') !== there.join('\n')) {
    throw new EsciSelectError('usage', 'the decision is of other models than the run has now', {
      path: run.path,
      hint: 'run esci-select rank --budget N with the same --run again',
    });
  }
  const own = (decision.localeBudgets ?? []).map(({ locale }) => locale);
  const exported = [await one(loaded, PRUNED_ENSEMBLE, { locale: null, file: BUNDLE_PATHS.ensemble })];
  for (const locale of own) {
    const file = `locales/${safeFileName(locale)}.json`;
    exported.push(await one(loaded, localeEnsemble(locale), { locale, file }));
  }
  return exported;
}

async function one(
  { run, matrix }: LoadedRun,
  source: RunFile<TreeEnsemble, void, never>,
  place: Pick<BundledEnsemble, 'locale' | 'file'>,
): Promise<ExportedEnsemble> {
  const path = await source.verified(run);
  const bytes = await readFile(path);
  const json = parseModelText(bytes, path);
  const rule = RULE.safeParse(JSON.parse(xgboostAttributes(json, path).get('decision_rule') ?? 'null'));
  if (!rule.success) {
    throw new EsciSelectError('data', 'pruned ensemble has no decision rule', {
      path,
      hint: 'run esci-select rank --budget N with the same --run and --force',
    });
  }
  const suffix = `:${matrix.classes[0]}`;
  const { featureNames } = fromXgboostJson(json, path);
  const models = featureNames
    .filter((_, column) => column % matrix.classes.length === 0)
    .map((name) => name.slice(0, -suffix.length));
  return { bytes, entry: { ...place, sha256: sha256(bytes), rule: rule.data, models } };
}
