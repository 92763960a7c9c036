import { readFile } from 'node:fs/promises';
import { type Attributor, createAttributor } from '../../attribution/attributor.js';
import { groupPlayers } from '../../attribution/players.js';
import { parseEnsemble } from '../../ensemble/foreign/format.js';
import { EsciSelectError } from '../../errors.js';
import { decide } from '../../evaluation/decision-rule.js';
import { softmaxRows } from '../../math/softmax.js';
import type { BundledEnsemble } from '../bundle/manifest.js';
import type { Bundle } from '../bundle/open.js';

/** What an ensemble says of some pairs. */
interface EnsembleAnswers {
  /** [pair][class] */
  readonly margins: Float64Array;
  readonly probabilities: Float32Array;
  /** [pair] class index, by the decision's rule */
  readonly label: Int16Array;
}

/** Each model's part in the margins, [pair][model][class]: summed TreeSHAP; with `bias` [class] they add up to the margins. */
interface EnsembleContributions {
  readonly shap: Float64Array;
  readonly bias: Float64Array;
}

/** An ensemble of the bundle, planned once. Features are [pair][model][class], NaN where a model is silent. */
export interface ServedEnsemble {
  readonly sha256: string;
  readonly locale: string | null;
  readonly models: readonly string[];
  answer(features: Float32Array): EnsembleAnswers;
  explain(features: Float32Array): EnsembleContributions;
}

/** Reads an ensemble of a bundle. Throws 'model' where the file does not fit the manifest. */
export async function openEnsemble(bundle: Bundle, entry: BundledEnsemble): Promise<ServedEnsemble> {
  const { classes } = bundle.manifest;
  const path = bundle.file(entry.file);
  const foreign = parseEnsemble(await readFile(path), path);
  const { models, rule, locale, sha256 } = entry;
  const width = models.length * classes.length;
  if (foreign.columns.length !== width || foreign.ensemble.classes !== classes.length) {
    throw new EsciSelectError(
      'model',
      `ensemble has ${foreign.columns.length} columns and ${foreign.ensemble.classes} classes, ${width} and ${classes.length} are due`,
      { path, hint: 'write the bundle again with esci-select export' },
    );
  }
  const ofColumn = Int32Array.from({ length: width }, (_, column) => Math.floor(column / classes.length));
  const attributor = createAttributor(foreign, groupPlayers(models, ofColumn));
  return {
    sha256,
    locale,
    models,
    answer: (features) => answer(attributor, features, rule.offsets),
    explain: (features) => {
      const { shap } = attributor.attribute(columnsOf(features, width));
      return { shap, bias: attributor.bias };
    },
  };
}

function answer(attributor: Attributor, features: Float32Array, offsets: readonly number[]): EnsembleAnswers {
  const classes = offsets.length;
  const margins = attributor.score(columnsOf(features, attributor.players.length * classes));
  return {
    margins,
    probabilities: softmaxRows(margins, classes),
    label: decide(margins, classes, offsets),
  };
}

/** [column][pair] of a table [pair][column]. */
function columnsOf(features: Float32Array, width: number): Float64Array[] {
  const rows = features.length / width;
  return Array.from({ length: width }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => features[row * width + column]),
  );
}
