import type { AttributedBatch, Attributor } from '../../attribution/attributor.js';
import type { NamedColumn } from '../../io/arrow/write.js';

/** An attributor and the names of its outputs. */
export interface NamedAttributor {
  readonly attributor: Pick<Attributor, 'players'>;
  readonly outputs: readonly string[];
}

/** A batch's rows as columns: `margin <output>`, `shap <player> <output>` and `group <player> <output>`. */
export function rowColumns({ attributor, outputs }: NamedAttributor, batch: AttributedBatch): NamedColumn[] {
  const { rows, margins, shap, groupShap } = batch;
  const column = (name: string, values: Float64Array, place: number, step: number): NamedColumn => ({
    name,
    column: {
      kind: 'number',
      values: Float64Array.from({ length: rows }, (_, row) => values[row * step + place]),
      missing: null,
    },
  });
  const width = attributor.players.length * outputs.length;
  const perPlayer = (quantity: string, values: Float64Array) =>
    attributor.players.flatMap((player, at) =>
      outputs.map((name, k) =>
        column(`${quantity} ${player} ${name}`, values, at * outputs.length + k, width),
      ),
    );
  return [
    ...outputs.map((name, k) => column(`margin ${name}`, margins, k, outputs.length)),
    ...perPlayer('shap', shap),
    ...perPlayer('group', groupShap),
  ];
}
