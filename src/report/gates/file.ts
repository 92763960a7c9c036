import { z } from 'zod';
import { EsciSelectError, quote } from '../../errors.js';
import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { checked, type JsonSource, parseJsonFile } from '../../io/text/checked-json.js';
import { PRUNED } from '../../selection/decision.js';
import { CLASS_SCORES, GATE_KINDS, type Gate } from './gate.js';
import { parseGate } from './parse.js';

const FILE = z.strictObject({ $schema: z.string().optional(), gates: z.array(z.unknown()).min(1) });

const GATE = z.strictObject({
  score: z.enum([...SCORE_NAMES, ...CLASS_SCORES]).optional(),
  class: z.string().min(1).optional(),
  locale: z.string().min(1).optional(),
  cost: z.string().min(1).optional(),
  of: z.string().min(1).optional(),
  kind: z.enum(GATE_KINDS),
  limit: z.number().nonnegative().optional(),
});
type WrittenGate = z.infer<typeof GATE>;

/**
 * Reads a gates file: `{"gates": [...]}`, each gate a text such as "macroF1 drop > 0.005" or an object with `score` (and `class`
 * or `locale`) or `cost`, `kind`, `limit` and, for another predictor than the pruned ensemble, `of`.
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
  const written = checked(gate, GATE, source);
  const { kind, limit, of } = written;
  const subject = subjectOf(written, source);
  const needed = kind !== 'significantly worse';
  if (needed !== (limit !== undefined)) {
    const what = needed ? `of kind '${kind}' needs a limit` : `of kind '${kind}' takes no limit`;
    throw refused(what, source, {
      hint: `such as {${subject.keys}, "kind": "${kind}"${needed ? ', "limit": 0.01' : ''}}`,
    });
  }
  const condition = kind === 'below' ? `< ${limit}` : kind === 'above' ? `> ${limit}` : `${kind} > ${limit}`;
  return {
    ...subject.gate,
    text: `${subject.name}${of === undefined ? '' : ` of ${of}`} ${needed ? condition : kind}`,
    predictor: of ?? PRUNED,
    kind,
    limit: limit ?? 0,
  } as Gate;
}

interface Subject {
  readonly gate: object;
  /** as a gate in text has it, and as an object has it */
  readonly name: string;
  readonly keys: string;
}

/** What an object is about: a score, a score of a class, a score of a locale, or a cost. */
function subjectOf({ score, class: ofClass, locale, cost }: WrittenGate, source: JsonSource): Subject {
  const ofOne = CLASS_SCORES.find((known) => known === score);
  if ((score === undefined) === (cost === undefined)) {
    throw refused("needs 'score' or 'cost', and not both", source, {
      hint: 'such as {"score": "macroF1", "kind": "drop", "limit": 0.01}',
    });
  }
  if (cost !== undefined) {
    return { gate: { about: 'cost', cost }, name: `cost.${cost}`, keys: `"cost": ${JSON.stringify(cost)}` };
  }
  if ((ofOne === undefined) !== (ofClass === undefined) || (ofClass !== undefined && locale !== undefined)) {
    throw refused(
      `on ${quote(score)} ${ofOne === undefined ? "takes no 'class'" : "needs a 'class'"}`,
      source,
      {
        hint: 'f1, precision and recall are of one class: {"score": "f1", "class": "exact", "kind": "below", "limit": 0.5}',
      },
    );
  }
  if (ofOne !== undefined) {
    const gate = { about: 'class', score: ofOne, class: ofClass };
    return {
      gate,
      name: `${ofOne}.${ofClass}`,
      keys: `"score": "${ofOne}", "class": ${JSON.stringify(ofClass)}`,
    };
  }
  const place = locale === undefined ? '' : `${locale}:`;
  return {
    gate: { about: 'score', score, locale: locale ?? null },
    name: `${place}${score}`,
    keys: `"score": "${score}"`,
  };
}

function refused(what: string, { path, above }: JsonSource, { hint }: { hint: string }): EsciSelectError {
  return new EsciSelectError('usage', `gates file: gate ${above![1]} ${what}`, { path, hint });
}

function textGate(text: string, path: string): Gate {
  try {
    return parseGate(text);
  } catch (cause) {
    if (!(cause instanceof EsciSelectError)) throw cause;
    throw new EsciSelectError(cause.code, cause.message, { path, hint: cause.hint, cause });
  }
}
