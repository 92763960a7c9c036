import { EsciSelectError, quote } from '../../errors.js';

const SAVE_AS_JSON =
  'save it as JSON, in Python: model.get_booster().save_model("model.json") of a scikit-learn model, ' +
  'or booster.save_model("model.json")';

/** How files of other formats begin, read as Latin-1. */
const BEGINNINGS: readonly (readonly [what: string, ...prefixes: string[]])[] = [
  ['a Python pickle, which can run code', '\x80', 'ccopy_reg', 'c__builtin__', '(dp', '(lp', '(i'],
  ['compressed, as joblib writes models', 'x\x01', 'x\x5e', 'x\x9c', 'x\xda', '\x1f\x8b', 'BZh', '\xfd7zXZ'],
  ['an XGBoost UBJ model', '{i', '{U', '{I', '{l', '{L'],
  ['an XGBoost model in the old binary format', 'binf', 'bs64'],
  ['a LightGBM text model', 'tree\n', 'tree\r\n', 'version=v'],
  ['a CatBoost model', 'CBM1'],
  ['a zip archive', 'PK\x03\x04'],
];

/**
 * The parsed JSON of a model file. Bare NaN and Infinity, which some writers emit, are read (NaN as null). Throws
 * 'model' on files of other formats, with the way to export them, and on broken JSON.
 */
export function parseModelText(content: string | Uint8Array, path?: string): unknown {
  refuseOtherFormats(content, path);
  const text = typeof content === 'string' ? content : decode(content, path);
  try {
    return JSON.parse(text);
  } catch (error) {
    return parseTolerant(text, error, path);
  }
}

function refuseOtherFormats(content: string | Uint8Array, path: string | undefined): void {
  const head =
    typeof content === 'string'
      ? content.slice(0, 16)
      : Buffer.from(content.subarray(0, 16)).toString('latin1');
  // a pickle's first byte, read as UTF-8, is the replacement character
  const start = head.replace(/^\ufffd/, '\x80');
  for (const [what, ...prefixes] of BEGINNINGS) {
    if (!prefixes.some((prefix) => start.startsWith(prefix))) continue;
    throw new EsciSelectError('model', `model file is ${what}`, { path, hint: SAVE_AS_JSON });
  }
}

function decode(bytes: Uint8Array, path: string | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new EsciSelectError('model', 'model file is not UTF-8 text', {
      path,
      hint: SAVE_AS_JSON,
      cause: error,
    });
  }
}

function parseTolerant(text: string, error: unknown, path: string | undefined): unknown {
  const literal = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;
  const replaced = text.replace(literal, (match) => {
    if (match.startsWith('"')) return match;
    if (match.endsWith('NaN')) return 'null';
    return match.startsWith('-') ? '-1e999' : '1e999';
  });
  try {
    return JSON.parse(replaced);
  } catch {
    const reason = error instanceof Error ? error.message : error;
    throw new EsciSelectError('model', `model file is not valid JSON: ${quote(reason)}`, {
      path,
      hint: `if the file was cut off, export it again; else ${SAVE_AS_JSON}`,
      cause: error,
    });
  }
}
