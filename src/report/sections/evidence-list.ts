import type { Decision } from '../../selection/decision.js';
import { evidenceSentences } from '../sentences.js';
import { ruleSentences } from './answers.js';
import { recipeSentences } from './recipe.js';
import { choiceSentences, settleSentences } from './recommendation.js';

/** What stands under a decision, a sentence each: why this set, by which rule, how sure it is, and what others would say. */
export function evidenceList(decision: Decision): string[] {
  return [
    ...choiceSentences(decision),
    ...ruleSentences(decision),
    ...evidenceSentences(decision),
    ...settleSentences(decision),
    ...recipeSentences(decision),
  ];
}
