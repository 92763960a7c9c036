import type { Examples } from '../../data/examples/examples.js';
import type { Protocol } from '../../evaluation/protocol.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { PipelineContext } from '../events.js';
import type { RunSettings } from '../files/settings.js';
import { modelFeatures } from './features.js';
import { fitStacks, type Stacks, type StacksInput } from './stacks.js';

/** What of a run an ensemble is fitted on. */
export interface RunToStack {
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly matrix: PredictionMatrix;
  readonly settings: RunSettings;
}

/** What differs between the ensembles of a run. */
export type StacksRequest = Pick<StacksInput, 'attribute' | 'stage'> &
  Partial<Pick<StacksInput, 'keep' | 'queryOf' | 'options' | 'stack' | 'decide' | 'validationFolds'>>;

/** Fits ensembles of a run's models by its settings, apart from what is asked for: the one place that says what goes in. */
export function stackRun(
  { examples, protocol, matrix, settings }: RunToStack,
  request: StacksRequest,
  context: PipelineContext,
): Promise<Stacks> {
  return fitStacks(
    {
      all: modelFeatures(matrix),
      labels: examples.label,
      groups: examples.group,
      classes: matrix.classes.length,
      protocol,
      options: settings.boosting,
      stack: settings.stack,
      decide: settings.decide,
      ...request,
    },
    context,
  );
}
