// Writes a small simulated shop into a folder: judged pairs, predictions of five models, their costs. Seeded: the same bytes
// everywhere. Usage: node shop.mjs FOLDER [newer]   (newer: predictions of a newer version of one model)
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];
const COLOURS = ['red', 'blue', 'green', 'black', 'white'];
const THINGS = ['shoe', 'lamp', 'kettle', 'jacket', 'racket', 'tent', 'drill', 'mug'];
const EXTRAS = ['case', 'bulb', 'filter', 'hanger', 'grip', 'peg', 'bit', 'coaster'];

/** Probability that a model sees the truth, by class; milliseconds for a pair. */
const MODELS = {
  llm: { sees: [0.95, 0.9, 0.9, 0.95], latency: 180 },
  'bert-v2': { sees: [0.8, 0.65, 0.3, 0.6], latency: 12 },
  gnn: { sees: [0.3, 0.35, 0.75, 0.5], latency: 3 },
  rules: { sees: [0.5, 0.1, 0.1, 0.6], latency: 1.1 },
  noise: { sees: [0, 0, 0, 0], latency: 2 },
};

/** Numbers in [0, 1) from a seed: a 32-bit linear congruential generator (Numerical Recipes, ranqd1). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function product(colour, thing, label, next) {
  const other = COLOURS[(COLOURS.indexOf(colour) + 1 + Math.floor(next() * 4)) % 5];
  const at = THINGS.indexOf(thing);
  const unlike = THINGS[(at + 1 + Math.floor(next() * 7)) % 8];
  return [`${colour} ${thing}`, `${other} ${thing}`, `${EXTRAS[at]} for ${thing}`, `${other} ${unlike}`][
    label
  ];
}

function predictions(name, labels, seed) {
  const next = generator(seed);
  const rows = labels.map((label, row) => {
    const odds = CLASSES.map(() => 0.2 + next());
    if (next() < MODELS[name].sees[label]) odds[label] += 2;
    const sum = odds.reduce((a, b) => a + b);
    return [`e${row}`, ...odds.map((value) => (value / sum).toFixed(6))].join(',');
  });
  return `${['example_id', ...CLASSES].join(',')}\n${rows.join('\n')}\n`;
}

const [folder, newer] = process.argv.slice(2);
const next = generator(2024);
const labels = [];
const judged = [];
for (let query = 0; query < 120; query++) {
  const [colour, thing] = [COLOURS[query % 5], THINGS[Math.floor(query / 5) % 8]];
  for (let place = 0; place < 6; place++) {
    const label = [0, 0, 1, 1, 2, 3][Math.floor(next() * 6)];
    const title = product(colour, thing, label, next);
    const id = `P${query}-${place}`;
    judged.push(
      [`e${labels.length}`, `${colour} ${thing} ${query}`, query, id, 'us', title, CLASSES[label]].join(','),
    );
    labels.push(label);
  }
}
mkdirSync(join(folder, 'predictions'), { recursive: true });
const head = 'example_id,query,query_id,product_id,product_locale,product_title,esci_label';
writeFileSync(join(folder, 'judgements.csv'), `${[head, ...judged].join('\n')}\n`);
Object.keys(MODELS).forEach((name, at) => {
  // a newer rules is a fresh draw of it: as good, and other mistakes
  const seed = newer === 'newer' && name === 'rules' ? 99 : at + 1;
  writeFileSync(join(folder, 'predictions', `${name}.csv`), predictions(name, labels, seed));
});
const costs = Object.entries(MODELS).map(([name, { latency }]) => `${name},${latency}`);
writeFileSync(join(folder, 'predictions', 'costs.csv'), `${['model,latency_ms', ...costs].join('\n')}\n`);
