import type { Random } from '../../math/random.js';
import { argmaxAt } from '../../math/softmax.js';

/** The evaluation rows on which exactly one of the two is right: how many, and some of them drawn at random. */
export interface Disagreements {
  readonly ensembleRight: number;
  readonly modelRight: number;
  /** evaluation positions in the order drawn */
  readonly ensembleRows: readonly number[];
  readonly modelRows: readonly number[];
}

export interface DisagreementInput {
  /** [evaluation position] */
  readonly labels: Int16Array;
  readonly classes: number;
  /** [evaluation position] answers of ensembles that did not see the row */
  readonly ensemble: Int16Array;
  /** [row][class] of the single model, NaN where it is silent */
  readonly model: Float32Array;
  /** row of each evaluation position */
  readonly rows: Int32Array;
  /** most rows to draw of each kind */
  readonly most: number;
  readonly random: Random;
}

/** Counts and draws the rows that only one of the ensemble and a model gets right. One pass, O(rows classes). */
export function findDisagreements(input: DisagreementInput): Disagreements {
  const { labels, classes, ensemble, model, rows, most, random } = input;
  const ensembleRight = reservoir(most, random.fork('ensemble'));
  const modelRight = reservoir(most, random.fork('model'));
  for (let at = 0; at < rows.length; at++) {
    const start = rows[at] * classes;
    if (Number.isNaN(model[start])) continue;
    const byEnsemble = ensemble[at] === labels[at];
    const byModel = argmaxAt(model, start, classes) === labels[at];
    if (byEnsemble && !byModel) ensembleRight.add(at);
    if (byModel && !byEnsemble) modelRight.add(at);
  }
  const [one, other] = [ensembleRight.drawn(), modelRight.drawn()];
  return { ensembleRight: one.seen, modelRight: other.seen, ensembleRows: one.kept, modelRows: other.kept };
}

/** So many of 0..bound-1, drawn without replacement in random order; all of them where they are fewer. */
export function drawSome(bound: number, most: number, random: Random): number[] {
  const drawn = reservoir(most, random);
  for (let at = 0; at < bound; at++) drawn.add(at);
  return drawn.drawn().kept;
}

/** Keeps a uniform sample of a stream (Vitter 1985, algorithm R), shuffled at the end. */
function reservoir(most: number, random: Random) {
  const kept: number[] = [];
  let seen = 0;
  return {
    add(value: number): void {
      seen++;
      if (kept.length < most) kept.push(value);
      else {
        const place = random.integer(seen);
        if (place < most) kept[place] = value;
      }
    },
    drawn: () => ({ seen, kept: random.shuffle([...kept]) }),
  };
}
