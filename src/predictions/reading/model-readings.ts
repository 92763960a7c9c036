import type { ModelReading } from '../file-reading.js';
import type { ColumnSource, Layout } from '../layout/column-layout.js';
import { kindOf } from '../layout/column-layout.js';
import type { DeclaredKind } from '../matrix.js';

/** The models of a layout, with the class of every column. */
export function modelReadings(
  layout: Layout,
  fileModel: string,
  classes: readonly string[],
  declared?: DeclaredKind,
): ModelReading[] {
  return layout.models.map((columns) => ({
    model: columns.model ?? (layout.modelColumn === null ? fileModel : null),
    kind: kindOf(columns, declared),
    columns: held(columns.source, classes),
  }));
}

function held(source: ColumnSource, classes: readonly string[]): ModelReading['columns'] {
  switch (source.shape) {
    case 'classes':
      return source.columns.map((column, k) => ({ column, holds: classes[k] }));
    case 'positive':
      return [{ column: source.column, holds: classes[source.classIndex] }];
    case 'list':
      return [{ column: source.column, holds: source.order.map((k) => classes[k]).join(', ') }];
    case 'label':
      return [{ column: source.column, holds: 'the answer' }];
    case 'answer':
      return [
        { column: source.label, holds: 'the answer' },
        { column: source.column, holds: 'the probability of the answer' },
      ];
  }
}
