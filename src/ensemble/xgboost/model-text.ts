import { EsciSelectError, quote } from '../../errors.js';

const SAVE_AS_JSON =
  'save it as JSON, in Python: model.get_booster().save_model("model.json") of a scikit-learn model, ' +
  'or booster.save_model("model.json")';

/** A format that is not JSON: how its files begin, read as Latin-1, and what to do about it. */
interface OtherFormat {
  readonly what: string;
  readonly prefixes: readonly string[];
  readonly hint?: string;
}

const READ_ENSEMBLE = 'readEnsemble and --ensemble read it';
const OTHER_FORMATS: readonly OtherFormat[] = [
  {
    what: 'a Python pickle, which can run code',
    prefixes: ['\x80', 'ccopy_reg', 'c__builtin__', '(dp', '(lp', '(i'],
  },
  {
    what: 'compressed, as joblib writes models',
    prefixes: ['x\x01', 'x\x5e', 'x\x9c', 'x\xda', '\x1f\x8b', 'BZh', '\xfd7zXZ'],
  },
  {
    what: 'an XGBoost UBJ model',
    prefixes: ['{i', '{U', '{I', '{l', '{L'],
    hint: `${READ_ENSEMBLE}; else ${SAVE_AS_JSON}`,
  },
  { what: 'an XGBoost model in the old binary format', prefixes: ['binf', 'bs64'] },
  { what: 'a LightGBM text model', prefixes: ['tree\n', 'tree\r\n', 'version=v'], hint: READ_ENSEMBLE },
  {
    what: 'a CatBoost model in its binary format',
    prefixes: ['CBM1'],
    hint: 'save it as JSON, in Python: model.save_model("model.json", format="json")',
  },
  {
    what: 'an ONNX model, whose trees carry no covers, so that they cannot be attributed',
    prefixes: [
      '\x08\x03',
      '\x08\x04',
      '\x08\x05',
      '\x08\x06',
      '\x08\x07',
      '\x08\x08',
      '\x08\x09',
      '\x08\x0a',
      '\x08\x0b',
    ],
    hint: 'give the file that the engine itself saves: JSON of XGBoost or CatBoost, text of LightGBM',
  },
  { what: 'a zip archive', prefixes: ['PK\x03\x04'] },
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
  for (const { what, prefixes, hint = SAVE_AS_JSON } of OTHER_FORMATS) {
    if (!prefixes.some((prefix) => start.startsWith(prefix))) continue;
    throw new EsciSelectError('model', `model file is ${what}`, { path, hint });
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
  // text that does not end is taken to the file's end: a search that starts anew at every quote would take for ever
  const literal = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g;
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
