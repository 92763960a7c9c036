// What can be told of a pair before any model is asked: the parts of the data on which families are compared.
import { corpusOf } from '../../dist/models/text/corpus.js';
import { fitLexicon } from '../../dist/models/text/lexicon.js';
import { quantitiesOf } from '../../dist/models/text/quantities.js';

const LONGEST_NAME = 4;

function names(words, known) {
  for (let at = 0; at < words.length; at++) {
    for (let length = 1; length <= LONGEST_NAME; length++) {
      if (known.has(words.slice(at, at + length).join(' '))) return true;
    }
  }
  return false;
}

/** How much is known of products and queries in the store, and how often each query was shown. */
function store({ behaviours, products, groupKeys }) {
  const seen = new Uint8Array(products);
  const shown = new Float64Array(groupKeys.length);
  for (let entry = 0; entry < behaviours.entries; entry++) {
    seen[behaviours.product[entry]] = 1;
    shown[behaviours.group[entry]] += behaviours.impressions[entry];
  }
  return { seen, shown };
}

/** Slices by name: whether a row belongs to it. `rows` are those evaluated, `train` those learnt from. */
export function slices(examples, { rows, train }) {
  const { queries } = corpusOf(examples);
  const lexicon = fitLexicon(examples, train);
  const judged = new Set(Array.from(train, (row) => examples.product[row]));
  const { seen, shown } = store(examples);
  const group = (row) => examples.group[row];
  const sorted = [...new Set(Array.from(rows, group))].map((query) => shown[query]).sort((a, b) => a - b);
  const [low, high] = [1 / 3, 2 / 3].map((share) => sorted[Math.floor(share * sorted.length)]);
  const words = (row) => queries.at(group(row)).words;
  const found = new Map([['all', () => true]]);
  for (const locale of [...new Set(examples.locale)].sort()) {
    found.set(`locale ${locale}`, (row) => examples.locale[row] === locale);
  }
  for (const source of [...new Set(examples.source)].sort()) {
    found.set(`source ${source}`, (row) => examples.source[row] === source);
  }
  found.set('query rarely shown', (row) => shown[group(row)] <= low);
  found.set('query shown at times', (row) => shown[group(row)] > low && shown[group(row)] <= high);
  found.set('query often shown', (row) => shown[group(row)] > high);
  found.set('query names a brand', (row) => names(words(row), lexicon.brands));
  found.set('query names a colour', (row) => names(words(row), lexicon.colors));
  found.set('query has a number', (row) => quantitiesOf(queries.at(group(row))).length > 0);
  found.set('product judged in training', (row) => judged.has(examples.product[row]));
  found.set('product not judged in training', (row) => !judged.has(examples.product[row]));
  found.set('product without behaviours', (row) => seen[examples.product[row]] === 0);
  for (const [at, name] of examples.labelSpace.classes.entries()) {
    found.set(`class ${name}`, (row) => examples.label[row] === at);
  }
  return found;
}
