import { z } from 'zod';
import { EsciSelectError } from '../errors.js';
import { SCORE_NAMES } from '../evaluation/metrics.js';
import { checked, type JsonSource, parseJsonFile } from '../io/text/checked-json.js';
import { PRUNED } from '../selection/decision.js';
import { GATE_KINDS, type Gate, parseGate } from './gates.js';

const FILE = z.strictObject({ $schema: z.string().optional(), gates: z.array(z.unknown()).min(1) });

const GATE = z.strictObject({
  score: z.enum(SCORE_NAMES),
  of: z.string().min(1).optional(),
  kind: z.enum(GATE_KINDS),
  limit: z.number().nonnegative().optional(),
});

/**
 * Reads a gates file: `{"gates": [...]}`, each gate a text such as "macroF1 drop > 0.005" or an object with `score`,
 * `kind`, `limit` and, for another predictor than the pruned ensemble, `of`.
 *
 * @throws EsciSelectError('usage') that names the key, and the nearest legal one
 */
export function parseGatesFile(text: string, path: string): Gate[] {
  const source: JsonSource = { path, what: 'gates file' };
  const { gates } = checked(parseJsonFile(text, source), FILE, source);
  return gates.map((gate, at) => gateOf(gate, { ...source, above: ['gates', String(at)] }));
}

function gateOf(gate: unknown, source: JsonSource): Gate {
  if (typeof gate === 'string') return textGate(gate, source.path);
  const { score, of, kind, limit } = checked(gate, GATE, source);
  const needed = kind !== 'significantly worse';
  if (needed !== (limit !== undefined)) {
    const what = needed ? `of kind '${kind}' needs a limit` : `of kind '${kind}' takes no limit`;
    throw new EsciSelectError('usage', `gates file: gate ${source.above![1]} ${what}`, {
      path: source.path,
      hint: `such as {"score": "${score}", "kind": "${kind}"${needed ? ', "limit": 0.01' : ''}}`,
    });
  }
  const about = of === undefined ? '' : ` of ${of}`;
  const condition = kind === 'below' ? `< ${limit}` : kind === 'above' ? `> ${limit}` : `${kind} > ${limit}`;
  return {
    text: `${score}${about} ${needed ? condition : kind}`,
    score,
    predictor: of ?? PRUNED,
    kind,
    limit: limit ?? 0,
  };
}

function textGate(text: string, path: string): Gate {
  try {
    return parseGate(text);
  } catch (cause) {
    if (!(cause instanceof EsciSelectError)) throw cause;
    throw new EsciSelectError(cause.code, cause.message, { path, hint: cause.hint, cause });
  }
}
