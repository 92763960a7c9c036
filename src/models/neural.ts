import type { Examples } from '../data/examples/examples.js';
import { floats, type ModelState, packModel, type SavedModel, unpackModel } from './files.js';
import type { CurvePoint, FitInput, FittedModel, Model, Need } from './model.js';
import { checkNeeds } from './needs.js';
import { savedWeights, warmWeights } from './saved-weights.js';
import { prepareTensorflow } from './tfjs/backend.js';
import { type Network, predictNetwork, trainNetwork } from './tfjs/train.js';
import { createWeights, flattenWeights, type WeightSpec, type Weights } from './tfjs/weights.js';
import { batchesByGroup, batchesByRow, classWeights, groupedHoldout } from './training-rows.js';

/** How a model is trained. */
export interface TrainingPlan {
  readonly batchRows: number;
  /** row: any rows together; group: whole queries together */
  readonly batchBy: 'row' | 'group';
  readonly epochs: number;
  readonly patience: number;
  /** a later epoch is kept while its validation loss is at most this share above the least: less is luck */
  readonly tolerance?: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** keep a running mean of the weights with this decay; unless given, the weights of the best epoch */
  readonly averaging?: number;
  /** 0 natural class rates, 1 balanced */
  readonly classWeightPower: number;
}

/** A network's view of the data it is applied to. */
export interface NetworkInput<State> {
  readonly weights: Weights;
  readonly state: State;
  readonly examples: Examples;
  /** the rows that logits will be asked for */
  readonly rows: Int32Array;
  readonly classes: number;
}

/**
 * What distinguishes one neural model from another: what it learns from the training rows before training (`State`:
 * frequencies, scales, the graph's labels), its weights, and its logits. Everything else is shared.
 */
export interface Recipe<State> {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly needs: readonly Need[];
  /** training time per row relative to the other models, to start long fits first */
  readonly effort: number;
  readonly plan: TrainingPlan;
  /** further conditions on the data; throws EsciSelectError('data') */
  check?(examples: Examples): void;
  /** from the rows given and no other row's label */
  learnState(examples: Examples, rows: Int32Array): State;
  weightSpecs(state: State, classes: number): WeightSpec[];
  network(input: NetworkInput<State>): Network;
  packState(state: State): ModelState;
  unpackState(saved: ModelState): State;
}

/** A model made from a recipe. */
export interface NeuralModel extends Model {
  /** the same model trained otherwise; its saved files are those of the same kind */
  withPlan(change: Partial<TrainingPlan>): NeuralModel;
}

/** A Model from a recipe: checks, training with early stopping on held-out queries, prediction, saving, loading. */
export function neuralModel<State>(recipe: Recipe<State>): NeuralModel {
  const { name, family, description, needs, effort } = recipe;
  return {
    name,
    family,
    description,
    needs,
    effort,
    sampleBy: recipe.plan.batchBy,
    fit: (input) => fitRecipe(recipe, input),
    load: async (files) => loadRecipe(recipe, unpackModel(files)),
    withPlan: (change) => neuralModel({ ...recipe, plan: { ...recipe.plan, ...change } }),
  };
}

async function fitRecipe<State>(recipe: Recipe<State>, input: FitInput): Promise<FittedModel> {
  checkNeeds(recipe, input);
  recipe.check?.(input.examples);
  await prepareTensorflow();
  const { examples, rows, seed } = input;
  const { plan } = recipe;
  const classes = examples.labelSpace.classes;
  const state = recipe.learnState(examples, rows);
  const weights = startingWeights(recipe, state, input);
  const network = recipe.network({ weights, state, examples, rows, classes: classes.length });
  const { learn, validate } = groupedHoldout(examples, rows, seed);
  const batches =
    plan.batchBy === 'group' ? batchesByGroup(examples, plan.batchRows) : batchesByRow(plan.batchRows);
  const curve = await trainNetwork(network, {
    ...plan,
    learn,
    validate,
    batches,
    label: examples.label,
    classWeights: classWeights(examples, learn, plan.classWeightPower),
    seed: `${recipe.name}/${seed}`,
    onEpoch: input.onEpoch,
  });
  return fitted(recipe, { state, weights, classes, curve });
}

/** Drawn by the seed, or those of the saved model that the training is to start from. */
function startingWeights<State>(
  recipe: Recipe<State>,
  state: State,
  { examples, seed, start }: FitInput,
): Weights {
  const { name, weightSpecs } = recipe;
  const { classes } = examples.labelSpace;
  const specs = weightSpecs(state, classes.length);
  if (start === undefined) return createWeights(specs, `${name}/${seed}`);
  const saved = unpackModel(start);
  const own = saved.model === name;
  const savedSpecs = own ? weightSpecs(recipe.unpackState(saved), saved.classes.length) : [];
  return warmWeights(saved, { name, classes, specs, savedSpecs });
}

async function loadRecipe<State>(recipe: Recipe<State>, saved: SavedModel): Promise<FittedModel> {
  await prepareTensorflow();
  const state = recipe.unpackState(saved);
  const specs = recipe.weightSpecs(state, saved.classes.length);
  const weights = savedWeights(saved, specs);
  const curve = readCurve(floats(saved, 'curve'));
  return fitted(recipe, { state, weights, classes: saved.classes, curve });
}

interface Trained<State> {
  readonly state: State;
  readonly weights: Weights;
  readonly classes: readonly string[];
  readonly curve: readonly CurvePoint[];
}

function fitted<State>(recipe: Recipe<State>, trained: Trained<State>): FittedModel {
  const { state, weights, classes, curve } = trained;
  const files = () => {
    const packed = recipe.packState(state);
    const arrays = new Map(packed.arrays);
    arrays.set('weights', flattenWeights(weights));
    arrays.set('curve', writeCurve(curve));
    return packModel({ model: recipe.name, classes, config: packed.config, arrays });
  };
  const bytes = [...files().values()].reduce((sum, file) => sum + file.length, 0);
  return {
    parameters: weights.count,
    bytes,
    curve,
    async predict(examples, rows) {
      recipe.check?.(examples);
      return predictNetwork(
        recipe.network({ weights, state, examples, rows, classes: classes.length }),
        rows,
      );
    },
    save: async () => files(),
    dispose: () => weights.dispose(),
  };
}

/** [epoch][loss, validation loss or NaN] */
function writeCurve(curve: readonly CurvePoint[]): Float32Array {
  return Float32Array.from(curve.flatMap(({ loss, validationLoss }) => [loss, validationLoss ?? Number.NaN]));
}

function readCurve(values: Float32Array): CurvePoint[] {
  return Array.from({ length: values.length / 2 }, (_, epoch) => ({
    epoch,
    loss: values[2 * epoch],
    validationLoss: Number.isNaN(values[2 * epoch + 1]) ? null : values[2 * epoch + 1],
  }));
}
