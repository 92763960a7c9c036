/** The index of a class from its name in a column header or a cell, or null if it is none. */
export type MatchClass = (text: string) => number | null;

/** What a column's name says: whose column it is (null: the file's), of which class, and whether it holds logits. */
export interface ParsedName {
  readonly model: string | null;
  readonly classIndex: number;
  /** the part of the name that is the class, as it is written */
  readonly className: string;
  readonly logits: boolean;
  /** the pattern that matched, e.g. `model:class`; columns of one model share it */
  readonly pattern: string;
}

const WORD =
  'p|pr|prob|probs|proba|probability|probabilities|score|scores|conf|confidence|softmax|logit|logits|log_?p|log_?probs?|log_?softmax';
const WORD_FIRST = new RegExp(`^(${WORD}|class|pred|y)[_.\\- ](.+)$`, 'i');
const WORD_LAST = new RegExp(`^(.+)[_.\\- ](${WORD})$`, 'i');
const WORD_AFTER_MODEL = new RegExp(`^(.+)[_.\\-](${WORD})$`, 'i');
const CLASS_IN_THE_MIDDLE = new RegExp(`^(${WORD})([.:_])(.+)$`, 'i');
/** Logits, or log-probabilities, which are logits of the same distribution. */
const LOGITS = /^(logits?|log_?p|log_?probs?|log_?softmax)$/i;

/** `p_exact`, `exact`, `prob.E`, `exact_logit`: a class column of a file that holds one model; null otherwise. */
export function parseOwnClass(name: string, match: MatchClass): ParsedName | null {
  const bare = match(name);
  if (bare !== null)
    return { model: null, classIndex: bare, className: name, logits: false, pattern: '{class}' };
  const first = WORD_FIRST.exec(name);
  const afterWord = first && match(first[2]);
  if (first && afterWord !== null) {
    return {
      model: null,
      classIndex: afterWord,
      className: first[2],
      logits: LOGITS.test(first[1]),
      pattern: `${first[1]}_{class}`,
    };
  }
  const last = WORD_LAST.exec(name);
  const beforeWord = last && match(last[1]);
  if (last && beforeWord !== null) {
    return {
      model: null,
      classIndex: beforeWord,
      className: last[1],
      logits: LOGITS.test(last[2]),
      pattern: `{class}_${last[2]}`,
    };
  }
  return null;
}

/** `bert:exact`, `bert__exact`, `confidence.exact.bert`, `bert.p.exact`, `bert_exact`: null if it is none of them. */
export function parseModelClass(name: string, match: MatchClass): ParsedName | null {
  return (
    splitAt(name, ':', match) ??
    splitAt(name, '__', match) ??
    classInTheMiddle(name, match) ??
    splitAt(name, '.', match) ??
    splitAt(name, '_', match) ??
    splitAt(name, '-', match)
  );
}

/** The leftmost split whose right part is a class, so that class names may hold the separator themselves. */
function splitAt(name: string, separator: string, match: MatchClass): ParsedName | null {
  for (let at = name.indexOf(separator, 1); at > 0; at = name.indexOf(separator, at + 1)) {
    const className = name.slice(at + separator.length);
    const classIndex = match(className);
    if (classIndex === null) continue;
    const model = name.slice(0, at);
    const word = separator === ':' ? null : WORD_AFTER_MODEL.exec(model);
    return {
      model: word ? word[1] : model,
      classIndex,
      className,
      logits: word !== null && LOGITS.test(word[2]),
      pattern: `{model}${separator}${word ? word[2] + separator : ''}{class}`,
    };
  }
  return null;
}

/** `confidence.{class}.{model}`; the shortest class first, as a model's name is the likelier to hold a dot. */
function classInTheMiddle(name: string, match: MatchClass): ParsedName | null {
  const parts = CLASS_IN_THE_MIDDLE.exec(name);
  if (!parts) return null;
  const [, word, separator, rest] = parts;
  for (let at = rest.indexOf(separator, 1); at > 0; at = rest.indexOf(separator, at + 1)) {
    const classIndex = match(rest.slice(0, at));
    const model = rest.slice(at + 1);
    if (classIndex === null || model === '') continue;
    const pattern = `${word}${separator}{class}${separator}{model}`;
    return { model, classIndex, className: rest.slice(0, at), logits: LOGITS.test(word), pattern };
  }
  return null;
}

const POSITIVE = /^(.+)[_.:\- ](prob|proba|probability|logit|logits)$/i;
const OWN_POSITIVE =
  /^(p|prob|proba|probability|score|prediction_score|pred_score|confidence|logit|logits)$/i;
const PREDICTION = /^(.+)[_.:\- ](prediction|predicted|pred|answer)$/i;
const OWN_PREDICTION =
  /^(prediction|predicted|pred|predicted_label|predicted_class|prediction_label|prediction_class|pred_label|pred_class|answer|y_pred)$/i;
const OWN_LIST =
  /^(logits?|log_?probs?|log_?softmax|prob|probs|proba|probability|probabilities|scores?|softmax|confidences?|predictions?|preds?)$/i;
const TRUTH =
  /^(label|labels|esci_label|target|ground_truth|truth|gold|gold_label|true_label|y|y_true|class)$/i;
const BOOKKEEPING =
  /^(fold|folds|cv_?fold|split|index|index.*|row|.*[_ ]id|id|group|query_locale|product_locale|locale|small_version|large_version|source|weight)$/i;

/** Of two classes, one column: the probability (or log-odds) of the second. Model null: the file's own. */
export function parsePositive(name: string): { model: string | null; logits: boolean } | null {
  if (OWN_POSITIVE.test(name)) return { model: null, logits: LOGITS.test(name) };
  const found = POSITIVE.exec(name);
  return found && { model: found[1], logits: LOGITS.test(found[2]) };
}

const NO_MODEL = new RegExp(
  `^\\.?(${WORD}|pred|preds|prediction|predictions|class|label|output|y|value)$`,
  'i',
);

/** Whether a pattern of column names says outright that this part is the model's name, even of a single model. */
export function isExplicit({ pattern, model }: ParsedName): boolean {
  const separated = /^\{model\}(:|__)|\{class\}[.:_]\{model\}$/.test(pattern);
  return separated && model !== null && !NO_MODEL.test(model);
}

/** `bert_prediction` or `prediction`: a column that says by its name that it holds a model's hard labels. */
export function parsePrediction(name: string): { model: string | null } | null {
  if (OWN_PREDICTION.test(name)) return { model: null };
  const found = PREDICTION.exec(name);
  return found && { model: found[1] };
}

/** `logits`, `probs`, ...: the list column of a file that holds one model. */
export function isOwnList(name: string): boolean {
  return OWN_LIST.test(name);
}

export function isLogitsName(name: string): boolean {
  return LOGITS.test(name);
}

/** A name that says: the true label. Never a model. */
export function isTruth(name: string): boolean {
  return TRUTH.test(name);
}

/** A name that says: fold, split, index, some id. Never a model. */
export function isBookkeeping(name: string): boolean {
  return name === '' || BOOKKEEPING.test(name);
}

/** Text of queries and products, which prediction files never need: not read at all. */
export function isProductText(name: string): boolean {
  return /^(query|title|description|bullets|brand|color|product_(title|description|bullet_point|brand|color|color_name))$/i.test(
    name,
  );
}

/**
 * Parse a column by the user's template. `{class}` and `{model}` may each occur once; without `{class}` the template
 * names the one column of a model. Returns null where the name does not fit.
 */
export function parseTemplate(
  template: string,
  name: string,
  match: MatchClass,
): { model: string | null; classIndex: number | null } | null {
  const slots = [...template.matchAll(/\{(class|model)\}/g)].map((slot) => slot[1]);
  for (const classSlot of ['(.+?)', '(.+)']) {
    const found = templatePattern(template, slots, classSlot).exec(name);
    if (!found) return null;
    const value = (slot: string) => (slots.includes(slot) ? found[slots.indexOf(slot) + 1] : null);
    const className = value('class');
    const classIndex = className === null ? null : match(className);
    if (className === null || classIndex !== null) return { model: value('model'), classIndex };
  }
  return null;
}

function templatePattern(template: string, slots: readonly string[], classSlot: string): RegExp {
  const literal = template
    .split(/\{(?:class|model)\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const slot = (at: number) => (at >= slots.length ? '' : slots[at] === 'class' ? classSlot : '(.+)');
  return new RegExp(`^${literal.map((part, at) => part + slot(at)).join('')}$`, 's');
}

/** A column whose name says whose it is and of which class. */
export type Member = readonly [name: string, parsed: ParsedName];
