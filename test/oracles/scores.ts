/**
 * scikit-learn's scores written out row by row from their definitions, with `judged` as f1_score's labels (the classes of
 * the truth unless given): slow, obvious, independent of src.
 */
export function naiveScores(
  truth: readonly number[],
  answers: readonly number[],
  judged: readonly number[] = [...new Set(truth)],
) {
  const present = [...judged].sort((a, b) => a - b);
  const hits = truth.filter((label, row) => label === answers[row]).length;
  const perClass = present.map((k) => {
    const truePositives = truth.filter((label, row) => label === k && answers[row] === k).length;
    const answered = answers.filter((answer) => answer === k).length;
    const support = truth.filter((label) => label === k).length;
    const precision = answered === 0 ? 0 : truePositives / answered;
    const recall = support === 0 ? 0 : truePositives / support;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { f1, support };
  });
  const total = truth.length;
  return {
    accuracy: hits / total,
    macroF1: perClass.reduce((sum, { f1 }) => sum + f1, 0) / perClass.length,
    weightedF1: perClass.reduce((sum, { f1, support }) => sum + f1 * support, 0) / total,
  };
}

/** Mean cross-entropy by its definition; every probability given must be well inside (0, 1). */
export function naiveLogLoss(
  truth: readonly number[],
  probabilities: readonly (readonly number[])[],
): number {
  return -truth.reduce((sum, label, row) => sum + Math.log(probabilities[row][label]), 0) / truth.length;
}
