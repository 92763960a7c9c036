import type { Examples } from '../../data/examples/examples.js';
import type { FeatureMatrix } from '../../ensemble/tree.js';
import { EsciSelectError, quote } from '../../errors.js';
import { takeRows } from '../../math/rows.js';
import type { FitInput, FittedModel, Model, Need } from '../model.js';
import { checkNeeds } from '../needs.js';
import type { Pretrained } from './folder.js';
import { fitHead, headParameters, headProbabilities, type TreeHead } from './head.js';
import { meanLoss } from './loss.js';
import { planReading } from './plan.js';
import { openReader, type Reader } from './reader.js';
import { packHead, unpackHead } from './saved-head.js';
import { isLeftOut, type SignalKind, type Signals, signalKind, signalsOf } from './signals.js';

/** Rows that latency is measured on, at most: each takes some hundredths of a second. */
const TIMED_ROWS = 8;

const DESCRIPTIONS = {
  encoder: 'a frozen sentence encoder: how the tokens of query and title meet, through boosted trees',
  onnx: 'a ready model of query and title',
};

/**
 * A language model as a model of the zoo.
 *
 * @param known what was read of the rows of the examples that it will be fitted on; without, it reads them itself
 */
export function pretrainedModel(pretrained: Pretrained, known?: Signals): Model {
  const needs: readonly Need[] = ['text'];
  const { name, kind } = pretrained;
  const described = { name, family: 'text', description: DESCRIPTIONS[kind], needs };
  return {
    ...described,
    effort: 0.3,
    timedRows: TIMED_ROWS,
    fit: (input) => fitOn(pretrained, known, input),
    async load(files) {
      const { classes, head, curve } = unpackHead(files, name);
      const use = signalKind(pretrained, { labelSpace: { classes } });
      if (use.ready === (head === null)) return fitted({ pretrained, use, head, curve, classes });
      throw new EsciSelectError('model', `saved model ${quote(name)} is not of this folder's kind`, {
        path: pretrained.path,
        hint: 'train it again with --force',
      });
    },
  };
}

async function fitOn(
  pretrained: Pretrained,
  known: Signals | undefined,
  input: FitInput,
): Promise<FittedModel> {
  const { examples, rows, seed, start, onEpoch } = input;
  checkNeeds({ name: pretrained.name, needs: ['text'] }, input);
  if (start !== undefined) {
    throw new EsciSelectError('usage', `model ${quote(pretrained.name)} cannot start from saved weights`, {
      hint: 'its own are frozen, and its trees are grown anew: leave --warm-start out, or the model',
    });
  }
  const use = signalKind(pretrained, examples);
  const sources = new Sources(pretrained, use, known === undefined ? null : { examples, signals: known });
  const signals = await sources.signals(examples, rows);
  const kept = Int32Array.from(rows.keys()).filter((at) => !isLeftOut(signals, at));
  const learnt = kept.map((at) => rows[at]);
  const table = tableOf(signals, kept);
  const { classes } = examples.labelSpace;
  if (use.ready) {
    const loss = meanLoss(
      table.values,
      Int16Array.from(learnt, (row) => examples.label[row]),
      classes.length,
    );
    const curve = [{ epoch: 0, loss, validationLoss: null }];
    return fitted({ pretrained, use, head: null, curve, classes }, sources);
  }
  const head = fitHead({ examples, rows: learnt, features: table, seed, onRound: onEpoch });
  return fitted({ pretrained, use, head, curve: head.curve, classes }, sources);
}

/** What a model answers with. */
interface Trained {
  readonly pretrained: Pretrained;
  readonly use: SignalKind;
  readonly head: TreeHead | null;
  readonly curve: FittedModel['curve'];
  readonly classes: readonly string[];
}

function fitted(trained: Trained, sources = new Sources(trained.pretrained, trained.use, null)): FittedModel {
  const { pretrained, head, curve, classes } = trained;
  const files = packHead({ name: pretrained.name, classes, head, curve });
  const sum = (count: (folder: Pretrained['folders'][number]) => number) =>
    pretrained.folders.reduce((total, folder) => total + count(folder), 0);
  const saved = [...files.values()].reduce((total, bytes) => total + bytes.length, 0);
  return {
    parameters: sum(({ facts }) => facts.parameters) + (head === null ? 0 : headParameters(head)),
    bytes: sum(({ bytes }) => bytes) + saved,
    curve,
    async predict(examples, rows) {
      const signals = await sources.signals(examples, rows);
      if (head === null) return Float32Array.from(signals.values);
      const probabilities = new Float32Array(rows.length * classes.length).fill(Number.NaN);
      const asked = Int32Array.from(rows.keys()).filter((at) => !isLeftOut(signals, at));
      const answers = headProbabilities(head, tableOf(signals, asked));
      for (const [place, at] of asked.entries()) {
        const own = answers.subarray(place * classes.length, (place + 1) * classes.length);
        probabilities.set(own, at * classes.length);
      }
      return probabilities;
    },
    warmUp: () => sources.warmUp(),
    save: async () => files,
    dispose: () => sources.close(),
  };
}

/** The lines of some rows as a table. */
function tableOf({ columns, values }: Signals, rows: Int32Array): FeatureMatrix {
  const taken = takeRows(values, columns.length, rows);
  return { rows: rows.length, columns: columns.length, names: columns, values: taken };
}

/** Where a model's numbers are from: those read before, for the examples they are of; else its own reading. */
class Sources {
  readonly #pretrained: Pretrained;
  readonly #use: SignalKind;
  readonly #known: { examples: Examples; signals: Signals } | null;
  readonly #readers = new Map<number, Promise<Reader>>();

  constructor(
    pretrained: Pretrained,
    use: SignalKind,
    known: { examples: Examples; signals: Signals } | null,
  ) {
    this.#pretrained = pretrained;
    this.#use = use;
    this.#known = known;
  }

  /** [row asked][column] */
  async signals(examples: Examples, rows: Int32Array): Promise<Signals> {
    const { columns } = this.#use;
    if (this.#known?.examples === examples) {
      return { columns, values: takeRows(this.#known.signals.values, columns.length, rows) };
    }
    const plan = planReading(this.#pretrained, examples, rows);
    const read = new Array<Uint8Array>(plan.items.length);
    for (const folder of new Set(plan.items.map((item) => item.folder))) {
      const places = [...plan.items.keys()].filter((at) => plan.items[at].folder === folder);
      const answers = await (await this.#reader(folder)).read(places.map((at) => plan.items[at]));
      for (const [place, at] of places.entries()) read[at] = answers[place];
    }
    return signalsOf(this.#use, plan, (item) => read[item]);
  }

  /** Loads the first model and lets it answer once, which is slower than later. */
  async warmUp(): Promise<void> {
    const second = this.#pretrained.kind === 'onnx' ? 'product' : null;
    await (await this.#reader(0)).read([{ first: 'query', second }]);
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.then((each) => each.close()).catch(() => {});
    this.#readers.clear();
  }

  #reader(folder: number): Promise<Reader> {
    const known = this.#readers.get(folder);
    if (known !== undefined) return known;
    const { folders, runtime } = this.#pretrained;
    const opened = openReader(folders[folder], runtime);
    this.#readers.set(folder, opened);
    return opened;
  }
}
