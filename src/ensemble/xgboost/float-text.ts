/**
 * The shortest decimal text that reads back as the same float32, in XGBoost's own form (`-1.5E-1`). Nine significant
 * digits always suffice (Steele and White 1990); the sign of zero is kept.
 */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0E0';
  for (let digits = 0; digits < 8; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return inForm(text);
  }
  return inForm(value.toExponential(8));
}

function inForm(text: string): string {
  return text.replace('e+', 'E').replace('e', 'E');
}
