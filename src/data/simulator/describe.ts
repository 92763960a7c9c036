import type { Simulation } from './simulation.js';

interface FileFacts {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What SIMULATED.txt says: that nothing here is real, how it was made, and how well it can be answered at best. */
export function describeSimulation(simulation: Simulation, files: readonly FileFacts[]): string {
  const { options, examples, products, behaviours } = simulation;
  const sizes = files.map(({ name, bytes, sha256 }) => `  ${sha256}  ${String(bytes).padStart(8)}  ${name}`);
  return `SIMULATED DATA. No query, product, brand or judgement here is real.

Made by: esci-select data simulate --queries ${options.queries} --seed ${options.seed} --out DIR
The same command writes the same bytes.

${simulation.sources.length} queries, ${examples.length} judgements (${shares(simulation)}),
${products.length} products, ${behaviours.length} query-product pairs with behaviours, judged or not.
Layout and column names are those of the Shopping Queries Data Set; behaviours.parquet is an addition.
Ids start far above the official ones, and product ids start with SIM.

${describeCeiling(simulation)}

Files (sha256, bytes, name)
${sizes.join('\n')}
`;
}

/** The best possible scores on the test rows, as lines of text. */
export function describeCeiling({ ceiling }: Simulation): string {
  const { realised } = ceiling;
  return `Best possible scores on the ${ceiling.rows} test rows, from the generator's own probabilities. Every observer below
knows its rules and vocabulary and the labels of the training rows, and answers with the likeliest label.
  accuracy ${fixed(ceiling.accuracy)}  (macro F1 ${fixed(ceiling.macroF1)}, weighted F1 ${fixed(ceiling.weightedF1)}): all texts and all behaviours, the pair's own
                   included; no model can expect more. On the labels as drawn these answers score
                   accuracy ${fixed(realised.accuracy)}, macro F1 ${fixed(realised.macroF1)}, weighted F1 ${fixed(realised.weightedF1)}
  accuracy ${fixed(ceiling.withoutOwnPairAccuracy)}  all texts, and all behaviours but the pair's own
  accuracy ${fixed(ceiling.textOnlyAccuracy)}  texts alone, with the training labels of the same products
  accuracy ${fixed(ceiling.unseenTextOnlyAccuracy)}  texts alone, of products never judged before
  accuracy ${fixed(ceiling.behaviourOnlyAccuracy)}  queries and behaviours without product texts (an upper estimate, the only estimate here)
  accuracy ${fixed(ceiling.noiseOnlyAccuracy)}  if nothing were hidden: what annotators' noise leaves
  accuracy ${fixed(ceiling.floorAccuracy)}  the most frequent label for every row`;
}

function fixed(value: number): string {
  return value.toFixed(4);
}

function shares({ examples }: Simulation): string {
  const share = (label: string) =>
    examples.filter((example) => example.label === label).length / examples.length;
  return ['E', 'S', 'C', 'I'].map((label) => `${label} ${share(label).toFixed(3)}`).join(', ');
}
