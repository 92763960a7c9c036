/** Ways to damage a file. Each takes bytes and random numbers, and gives other bytes. */

const EXTREMES = [
  0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0, 0x10000000,
];
const NUMBERS = [
  '1e309',
  '-1',
  '0',
  'NaN',
  '1e999',
  '0x10',
  '99999999999999999999',
  '1e-400',
  '',
  '2147483648',
  '9e15',
  '0.5.5',
];
const WORDS = [
  '__proto__',
  'constructor',
  'é\u0000',
  '"',
  ',',
  '\n',
  '\t',
  '{',
  ']',
  '../../x',
  '=1+1',
  '\ud83d',
  '\ufeff',
  ';',
  'null',
];
const VALUES = [
  null,
  true,
  '',
  'x',
  -1,
  0,
  1e9,
  1e308,
  9e15,
  0.5,
  [],
  {},
  [[]],
  '1000000000',
  '-5',
  '__proto__',
];

const BYTES = {
  byte: (bytes, random) =>
    edit(bytes, (copy) => copy.writeUInt8(random.below(256), random.below(copy.length))),
  bit(bytes, random) {
    return edit(bytes, (copy) => {
      copy[random.below(copy.length)] ^= 1 << random.below(8);
    });
  },
  'several bytes': (bytes, random) =>
    edit(bytes, (copy) => {
      for (let i = 2 + random.below(8); i > 0; i--) copy[random.below(copy.length)] = random.below(256);
    }),
  'cut at the end': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'cut out': (bytes, random) => {
    const start = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(64))]);
  },
  doubled: (bytes, random) => {
    const start = random.below(bytes.length);
    const end = start + 1 + random.below(200);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  inserted: (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at)]);
  },
  zeros: (bytes, random) =>
    edit(bytes, (copy) => {
      const at = random.below(copy.length);
      copy.fill(0, at, Math.min(copy.length, at + 1 + random.below(32)));
    }),
  'number blown up': (bytes, random) =>
    edit(bytes, (copy) => {
      if (copy.length >= 4) copy.writeUInt32LE(random.pick(EXTREMES), 4 * random.below(copy.length >> 2));
    }),
  'long number blown up': (bytes, random) =>
    edit(bytes, (copy) => {
      if (copy.length < 8) return;
      copy.writeBigUInt64LE(
        random.pick([2n ** 31n, 2n ** 40n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]),
        8 * random.below(copy.length >> 3),
      );
    }),
};

const TEXT = {
  'number in text': (text, random) => replaceOne(text, /-?\d+(?:\.\d+)?(?:e-?\d+)?/gi, random, NUMBERS),
  'word in text': (text, random) => replaceOne(text, /[\p{L}_]{2,}/gu, random, WORDS),
  'sign in text': (text, random) => replaceOne(text, /[",;:{}[\]\n\t]/g, random, WORDS),
  'lines swapped': (text, random) => {
    const lines = text.split('\n');
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b], lines[a]];
    return lines.join('\n');
  },
  'line repeated': (text, random) => {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    lines.splice(at, 0, lines[at]);
    return lines.join('\n');
  },
};

/** One damage to bytes: its name and the new bytes, which may by chance be the old ones. */
export function mutate(bytes, random) {
  if (bytes.length === 0) return { how: 'inserted', bytes: random.bytes(8) };
  const text = bytes.toString('utf8');
  const isText = !text.includes('\ufffd') && !bytes.includes(0);
  const json = isText ? parsed(text) : undefined;
  const families = [BYTES, ...(isText ? [TEXT] : []), ...(json === undefined ? [] : [null, null])];
  const family = random.pick(families);
  if (family === null)
    return { how: 'JSON value', bytes: Buffer.from(JSON.stringify(damaged(json, random))) };
  const how = random.pick(Object.keys(family));
  return { how, bytes: family === BYTES ? BYTES[how](bytes, random) : Buffer.from(TEXT[how](text, random)) };
}

function edit(bytes, change) {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

function replaceOne(text, pattern, random, values) {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return `${text}${random.pick(values)}`;
  const { index, 0: match } = random.pick(found);
  return `${text.slice(0, index)}${random.pick(values)}${text.slice(index + match.length)}`;
}

function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON Lines, and what is no JSON
  }
}

/** JSON with one value in it changed, dropped, repeated or buried. */
function damaged(root, random) {
  const places = [];
  const walk = (value, path) => {
    if (typeof value !== 'object' || value === null || places.length > 5000) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(value[key], path);
    }
  };
  walk(root, []);
  if (places.length === 0) return random.pick(VALUES);
  const [holder, key] = random.pick(places);
  const change = random.below(6);
  if (change === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (change === 1 && Array.isArray(holder)) {
    holder.push(...holder);
  } else if (change === 2) {
    holder[key] = Array.from({ length: 500 }).reduce((inner) => [inner], holder[key]);
  } else if (change === 3) {
    const [, other] = [0, random.pick(places)];
    holder[key] = structuredClone(other[0][other[1]]);
  } else holder[key] = random.pick(VALUES);
  return root;
}
