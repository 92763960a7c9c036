import type { FitCurve } from '../../models/cross-fit/result.js';
import type { ModelCard } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import { curvesOf, MEASURED_COSTS } from './layout.js';
import { readCostTable } from './run-costs.js';

/** How a model was trained here: its refit on all training rows, and what it costs. */
export interface Training {
  /** training rows it learnt from, and those there were */
  readonly rows: number;
  readonly availableRows: number;
  /** epochs run, and the last one's mean training loss in nats */
  readonly epochs: number;
  readonly loss: number;
  /** the least on held-out queries of the training rows; null where none were held out */
  readonly validationLoss: number | null;
  /** trainable parameters */
  readonly parameters: number;
  /** size of the saved model */
  readonly bytes: number;
  /** milliseconds per 1,000 pairs at inference, text reading and graph building included; null where not measured */
  readonly msPerThousandPairs: number | null;
}

/** A model of a run. */
export interface DescribedModel {
  readonly name: string;
  readonly family: string;
  readonly source: string;
  /** null for an imported model */
  readonly training: Training | null;
}

/** The run's models and how they were trained, as its files say. */
export async function trainedModels(run: RunFolder, cards: readonly ModelCard[]): Promise<DescribedModel[]> {
  const measured = await readCostTable(run, MEASURED_COSTS);
  return Promise.all(
    cards.map(async ({ name, family, source, costs }) => {
      if (source !== 'trained') return { name, family, source, training: null };
      const refit = (await curvesOf(name).read(run)).find(({ fold }) => fold === 'refit')!;
      const latency = measured.get(name)?.get('latency_ms')?.value;
      const training = {
        ...describeFit(refit),
        parameters: costs.parameters.value,
        bytes: costs.bytes.value,
        msPerThousandPairs: latency === undefined ? null : latency * 1000,
      };
      return { name, family, source, training };
    }),
  );
}

function describeFit({ rows, availableRows, points }: FitCurve) {
  const held = points.flatMap(({ validationLoss }) => (validationLoss === null ? [] : [validationLoss]));
  return {
    rows,
    availableRows,
    epochs: points.length,
    loss: points[points.length - 1].loss,
    validationLoss: held.length === 0 ? null : Math.min(...held),
  };
}
