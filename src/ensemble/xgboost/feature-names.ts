/** XGBoost takes no DMatrix whose feature names hold one of `[`, `]` and `<`; a percent sign marks what stands for them. */
const REFUSED = /[[\]<]|%(?=25|5B|5D|3C)/g;
const ESCAPED = /%(25|5B|5D|3C)/g;

/** A feature's name as XGBoost accepts it: `bert[large]:exact` is written `bert%5Blarge%5D:exact`. */
export function escapedName(name: string): string {
  return name.replace(REFUSED, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The name that `escapedName` wrote. */
export function unescapedName(name: string): string {
  return name.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
