import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { EsciSelectError } from '../../errors.js';
import type { EnsemblePlayers } from './players-file.js';

/** The classes of the players file; of a binary model, whose margin is its second class's, that class. */
export function outputNames(
  { ensemble }: ForeignEnsemble,
  classes: readonly string[] | null,
  path: string | undefined,
): readonly string[] {
  const outputs = ensemble.classes;
  if (classes === null) return Array.from({ length: outputs }, (_, k) => `output ${k + 1}`);
  if (classes.length === outputs) return classes;
  if (outputs === 1 && classes.length === 2) return classes.slice(1);
  throw new EsciSelectError(
    'usage',
    `players file names ${classes.length} classes, the model has ${outputs} outputs`,
    {
      path,
      hint: "name the classes in the order of the model's outputs",
    },
  );
}

/** A model with what is known of its outputs. */
export interface JudgedModel {
  readonly players: Pick<EnsemblePlayers, 'classes'>;
  readonly foreign: Pick<ForeignEnsemble, 'link' | 'objective'>;
  readonly outputs: readonly string[];
}

/** Names of the classes that labels are of. */
export function judgedClasses({ players, foreign, outputs }: JudgedModel): readonly string[] {
  const { classes } = players;
  if (foreign.link === 'identity') {
    throw new EsciSelectError('usage', `model is no classifier: ${foreign.objective}`, {
      hint: 'leave --refit, or the label, out: players are ranked without being judged',
    });
  }
  if (classes !== null) return classes;
  return outputs.length > 1 ? outputs.map((_, k) => String(k)) : ['0', '1'];
}
