import { createRandom } from '../../../src/math/random.js';
import { type Attribute, type Node, type Port, type Tensor, writeOnnx } from './onnx-writer.js';

/** What a BERT is like; names as in config.json. */
export interface BertShape {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly layer_norm_eps: number;
}

/** Weights by the names that Hugging Face gives them; those of linear layers are [out][in]. */
export type BertWeights = ReadonlyMap<string, Tensor>;

/** A BERT of a few hundred kB. */
export const SMALL: BertShape = {
  vocab_size: 120,
  hidden_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 96,
  max_position_embeddings: 40,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
};

/** Names and shapes of a BERT's weights; `labels` adds a classifier on the first token. */
export function bertWeightShapes(shape: BertShape, labels = 0): [string, number[]][] {
  const { hidden_size: hidden, intermediate_size: wide } = shape;
  const linear = (name: string, out: number, from: number): [string, number[]][] => [
    [`${name}.weight`, [out, from]],
    [`${name}.bias`, [out]],
  ];
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [hidden]],
    [`${name}.bias`, [hidden]],
  ];
  const layers = Array.from({ length: shape.num_hidden_layers }, (_, at) => `encoder.layer.${at}`);
  return [
    ['embeddings.word_embeddings.weight', [shape.vocab_size, hidden]],
    ['embeddings.position_embeddings.weight', [shape.max_position_embeddings, hidden]],
    ['embeddings.token_type_embeddings.weight', [shape.type_vocab_size, hidden]],
    ...norm('embeddings.LayerNorm'),
    ...layers.flatMap((layer) => [
      ...['query', 'key', 'value'].flatMap((part) =>
        linear(`${layer}.attention.self.${part}`, hidden, hidden),
      ),
      ...linear(`${layer}.attention.output.dense`, hidden, hidden),
      ...norm(`${layer}.attention.output.LayerNorm`),
      ...linear(`${layer}.intermediate.dense`, wide, hidden),
      ...linear(`${layer}.output.dense`, hidden, wide),
      ...norm(`${layer}.output.LayerNorm`),
    ]),
    ...(labels === 0 ? [] : linear('classifier', labels, hidden)),
  ];
}

/** Weights drawn by a seed, large enough that texts differ. */
export function randomBert(shape: BertShape, seed: string, labels = 0): BertWeights {
  const random = createRandom(seed);
  return new Map(
    bertWeightShapes(shape, labels).map(([name, sides]): [string, Tensor] => {
      const count = sides.reduce((product, side) => product * side, 1);
      const centre = /LayerNorm\.weight$/.test(name) ? 1 : 0;
      const spread = /LayerNorm|bias/.test(name) ? 0.1 : /embeddings/.test(name) ? 1 : 0.25;
      const values = Float32Array.from({ length: count }, () => centre + spread * (2 * random.uniform() - 1));
      return [name, { shape: sides, values }];
    }),
  );
}

export interface BertOptions {
  /** outputs of a classifier on the first token, called logits; without, last_hidden_state */
  readonly labels?: number;
  /** rounds the states to 8 bits by the range of the whole batch, as dynamic quantisation does */
  readonly dynamicInt8?: boolean;
  /** file beside the model that large weights go to, which writeBeside is then given */
  readonly beside?: string;
  readonly writeBeside?: (bytes: Buffer) => void;
}

/** Builds the graph node by node. */
class Builder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();
  readonly #weights: BertWeights;

  constructor(weights: BertWeights) {
    this.#weights = weights;
  }

  add(op: string, inputs: string[], attributes?: Record<string, Attribute>, outputs = 1): string {
    const name = `v${this.nodes.length}`;
    const names = Array.from({ length: outputs }, (_, at) => (at === 0 ? name : `${name}_${at}`));
    this.nodes.push({ op, inputs, outputs: names, attributes });
    return name;
  }

  weight(name: string): string {
    this.constants.set(name, this.#weights.get(name)!);
    return name;
  }

  /** a weight [out][in] as [in][out] */
  transposed(name: string): string {
    const { shape, values } = this.#weights.get(name)!;
    const [out, from] = shape;
    const turned = new Float32Array(values.length);
    for (let o = 0; o < out; o++)
      for (let i = 0; i < from; i++) turned[i * out + o] = Number(values[o * from + i]);
    this.constants.set(`${name}.T`, { shape: [from, out], values: turned });
    return `${name}.T`;
  }

  scalar(value: number): string {
    this.constants.set(`c${value}`, { shape: [], values: Float32Array.of(value) });
    return `c${value}`;
  }

  wholes(values: readonly number[], shape = [values.length]): string {
    const name = `i${values.join('_')}s${shape.length}`;
    this.constants.set(name, { shape, values: BigInt64Array.from(values, BigInt) });
    return name;
  }

  linear(input: string, name: string): string {
    return this.add('Add', [
      this.add('MatMul', [input, this.transposed(`${name}.weight`)]),
      this.weight(`${name}.bias`),
    ]);
  }

  norm(input: string, name: string, epsilon: number): string {
    const inputs = [input, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.add('LayerNormalization', inputs, { axis: { int: -1 }, epsilon: { float: epsilon } });
  }
}

function embeddings(b: Builder, shape: BertShape): string {
  const length = b.add('Gather', [b.add('Shape', ['input_ids']), b.wholes([1], [])]);
  const positions = b.add('Range', [b.wholes([0], []), length, b.wholes([1], [])]);
  const table = (name: string, ids: string) =>
    b.add('Gather', [b.weight(`embeddings.${name}_embeddings.weight`), ids]);
  const words = b.add('Add', [table('word', 'input_ids'), table('token_type', 'token_type_ids')]);
  const sum = b.add('Add', [words, table('position', positions)]);
  return b.norm(sum, 'embeddings.LayerNorm', shape.layer_norm_eps);
}

function layer(
  b: Builder,
  input: string,
  name: string,
  { shape, mask }: { shape: BertShape; mask: string },
): string {
  const heads = shape.num_attention_heads;
  const side = shape.hidden_size / heads;
  const split = (part: string, perm: number[]) => {
    const flat = b.linear(input, `${name}.attention.self.${part}`);
    const cut = b.add('Reshape', [flat, b.wholes([0, 0, heads, side])]);
    return b.add('Transpose', [cut], { perm: { ints: perm } });
  };
  const scores = b.add('MatMul', [split('query', [0, 2, 1, 3]), split('key', [0, 2, 3, 1])]);
  const scaled = b.add('Add', [b.add('Div', [scores, b.scalar(Math.fround(Math.sqrt(side)))]), mask]);
  const shares = b.add('Softmax', [scaled], { axis: { int: -1 } });
  const mixed = b.add('Transpose', [b.add('MatMul', [shares, split('value', [0, 2, 1, 3])])], {
    perm: { ints: [0, 2, 1, 3] },
  });
  const joined = b.add('Reshape', [mixed, b.wholes([0, 0, shape.hidden_size])]);
  const attended = b.add('Add', [b.linear(joined, `${name}.attention.output.dense`), input]);
  const state = b.norm(attended, `${name}.attention.output.LayerNorm`, shape.layer_norm_eps);
  const wide = b.linear(state, `${name}.intermediate.dense`);
  const erf = b.add('Erf', [b.add('Div', [wide, b.scalar(Math.fround(Math.SQRT2))])]);
  const gelu = b.add('Mul', [b.add('Mul', [wide, b.add('Add', [erf, b.scalar(1)])]), b.scalar(0.5)]);
  const out = b.add('Add', [b.linear(gelu, `${name}.output.dense`), state]);
  return b.norm(out, `${name}.output.LayerNorm`, shape.layer_norm_eps);
}

/** Moves weights of 1,000 numbers and more to another file. */
function moveBeside(b: Builder, file: string, write: (bytes: Buffer) => void): void {
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, tensor] of b.constants) {
    if (tensor.values.length < 1000) continue;
    const { buffer, byteOffset, byteLength } = tensor.values;
    b.constants.set(name, { ...tensor, place: { file, offset } });
    parts.push(Buffer.from(buffer, byteOffset, byteLength));
    offset += byteLength;
  }
  write(Buffer.concat(parts));
}

/** The ONNX file of a BERT: input_ids, attention_mask and token_type_ids in; last_hidden_state or logits out. */
export function bertOnnx(shape: BertShape, weights: BertWeights, options: BertOptions = {}): Buffer {
  const b = new Builder(weights);
  const real = b.add('Cast', ['attention_mask'], { to: { int: 1 } });
  const wide = b.add('Unsqueeze', [real, b.wholes([1, 2])]);
  const mask = b.add('Mul', [b.add('Sub', [b.scalar(1), wide]), b.scalar(-1e9)]);
  let state = embeddings(b, shape);
  if (options.dynamicInt8) {
    const rounded = b.add('DynamicQuantizeLinear', [state], undefined, 3);
    state = b.add('DequantizeLinear', [rounded, `${rounded}_1`, `${rounded}_2`]);
  }
  for (let at = 0; at < shape.num_hidden_layers; at++) {
    state = layer(b, state, `encoder.layer.${at}`, { shape, mask });
  }
  if (options.beside !== undefined) moveBeside(b, options.beside, options.writeBeside!);
  const classifies = options.labels !== undefined;
  const last = classifies
    ? b.linear(b.add('Gather', [state, b.wholes([0], [])], { axis: { int: 1 } }), 'classifier')
    : state;
  const name = classifies ? 'logits' : 'last_hidden_state';
  b.nodes.push({ op: 'Identity', inputs: [last], outputs: [name] });
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
  return writeOnnx({
    nodes: b.nodes,
    constants: b.constants,
    inputs: inputs.map((input): Port => ({ name: input, type: 'int64', shape: ['batch', 'length'] })),
    outputs: [
      {
        name,
        type: 'float32',
        shape: classifies ? ['batch', options.labels!] : ['batch', 'length', shape.hidden_size],
      },
    ],
    opset: 17,
  });
}
