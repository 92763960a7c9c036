import type { BertShape, BertWeights } from './bert.js';

/** A BERT in plain loops and float64: an oracle for what the ONNX runtime computes. */

type Matrix = number[][];

/** One text's token ids and types. */
export interface NaiveInput {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

class Naive {
  readonly #weights: BertWeights;
  readonly #shape: BertShape;

  constructor(shape: BertShape, weights: BertWeights) {
    this.#shape = shape;
    this.#weights = weights;
  }

  row(name: string, index: number): number[] {
    const { shape, values } = this.#weights.get(name)!;
    return Array.from({ length: shape[1] }, (_, at) => Number(values[index * shape[1] + at]));
  }

  vector(name: string): number[] {
    return Array.from(this.#weights.get(name)!.values as Float32Array);
  }

  linear(x: Matrix, name: string): Matrix {
    const bias = this.vector(`${name}.bias`);
    const rows = bias.map((_, out) => this.row(`${name}.weight`, out));
    return x.map((values) => rows.map((row, out) => bias[out] + dot(row, values)));
  }

  norm(x: Matrix, name: string): Matrix {
    const [scale, shift] = [this.vector(`${name}.weight`), this.vector(`${name}.bias`)];
    return x.map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance =
        values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
      const deviation = Math.sqrt(variance + this.#shape.layer_norm_eps);
      return values.map((value, at) => ((value - mean) / deviation) * scale[at] + shift[at]);
    });
  }

  attention(x: Matrix, name: string): Matrix {
    const [q, k, v] = ['query', 'key', 'value'].map((part) => this.linear(x, `${name}.self.${part}`));
    const side = this.#shape.hidden_size / this.#shape.num_attention_heads;
    return x.map((_, at) => {
      const mixed: number[] = [];
      for (let from = 0; from < this.#shape.hidden_size; from += side) {
        const part = (values: number[]) => values.slice(from, from + side);
        const scores = k.map((key) => dot(part(q[at]), part(key)) / Math.sqrt(side));
        const top = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - top));
        const total = powers.reduce((sum, value) => sum + value, 0);
        for (let d = 0; d < side; d++) {
          mixed.push(v.reduce((sum, value, other) => sum + (powers[other] / total) * value[from + d], 0));
        }
      }
      return mixed;
    });
  }
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * b[at], 0);
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, r) => row.map((value, c) => value + b[r][c]));

/** Error function by its Taylor series, exact to 1e-12 for what a small model has (|x| < 5). */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The last hidden states of one text: [token][hidden]. */
export function naiveBert(shape: BertShape, weights: BertWeights, { ids, types }: NaiveInput): Matrix {
  const net = new Naive(shape, weights);
  const table = (name: string, index: number) => net.row(`embeddings.${name}_embeddings.weight`, index);
  const sums = ids.map((id, at) => {
    const [word, type, place] = [table('word', id), table('token_type', types[at]), table('position', at)];
    return word.map((value, d) => value + type[d] + place[d]);
  });
  let state = net.norm(sums, 'embeddings.LayerNorm');
  for (let at = 0; at < shape.num_hidden_layers; at++) {
    const name = `encoder.layer.${at}`;
    const mixed = net.linear(net.attention(state, `${name}.attention`), `${name}.attention.output.dense`);
    const attended = net.norm(plus(mixed, state), `${name}.attention.output.LayerNorm`);
    const wide = net.linear(attended, `${name}.intermediate.dense`);
    const gelu = wide.map((row) => row.map((value) => 0.5 * value * (1 + erf(value / Math.SQRT2))));
    state = net.norm(plus(net.linear(gelu, `${name}.output.dense`), attended), `${name}.output.LayerNorm`);
  }
  return state;
}

/** A classifier's logits on the first token. */
export function naiveLogits(shape: BertShape, weights: BertWeights, input: NaiveInput): number[] {
  const [first] = naiveBert(shape, weights, input);
  return new Naive(shape, weights).linear([first], 'classifier')[0];
}
