/** What the page does. Texts go in as text, never as markup. */
export const PAGE_SCRIPT = `'use strict';
const $ = (id) => document.getElementById(id);
const make = (tag, text, parent, name) => {
  const node = document.createElement(tag);
  if (text !== null) node.textContent = text;
  if (name) node.className = name;
  parent.append(node);
  return node;
};
const FROM = { cache: 'cache', model: 'model', request: 'answer of the sample', silent: 'silent' };
const number = (value) => value.toFixed(3);
const signed = (value) => (value <= -0.005 ? '\\u2212' : value < 0.005 ? '' : '+') + Math.abs(value).toFixed(2);
let bundle = null;

const sampleNow = () => bundle.sample[Number($('sample').value)];

function showProducts() {
  const { query, products } = sampleNow();
  $('query').value = query;
  $('products').replaceChildren();
  products.forEach((product, at) => {
    const label = make('label', null, $('products'));
    const box = make('input', null, label);
    box.type = 'checkbox';
    box.value = String(at);
    box.checked = at < 8;
    make('span', (product.text && product.text.title) || product.id, label);
  });
}

function showAnswer(result, product, classes) {
  const article = make('article', null, $('results'));
  make('h3', (product.text && product.text.title) || product.id, article);
  const line = make('div', null, article);
  make('span', result.label, line, 'label');
  make('span', ' (' + number(result.probabilities[result.label]) + ')' + (result.cached ? ', from the cache' : ''), line);
  const scroll = make('div', null, article, 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'contributions of the models, product ' + $('results').children.length);
  const table = make('table', null, scroll);
  const head = make('tr', null, make('thead', null, table));
  for (const name of ['model', 'where from', ...classes]) make('th', name, head).scope = 'col';
  const body = make('tbody', null, table);
  for (const [model, said] of Object.entries(result.models)) {
    const row = make('tr', null, body);
    make('th', model, row).scope = 'row';
    make('td', FROM[said.from] + (said.reason ? ': ' + said.reason : ''), row);
    for (const name of classes) {
      const value = said.contribution[name];
      make('td', signed(value), row, value <= -0.005 ? 'minus' : value < 0.005 ? '' : 'plus');
    }
  }
  const last = make('tr', null, body);
  make('th', 'probability', last).scope = 'row';
  make('td', 'ensemble', last);
  for (const name of classes) make('td', number(result.probabilities[name]), last);
}

async function ask(event) {
  event.preventDefault();
  const { locale, queryId, query, products } = sampleNow();
  const asked = $('query').value;
  const chosen = [...$('products').querySelectorAll('input:checked')].map((box) => products[Number(box.value)]);
  $('results').replaceChildren();
  if (chosen.length === 0) {
    $('status').textContent = 'Choose at least one product.';
    return;
  }
  $('status').textContent = 'Asking \\u2026';
  const body = {
    query: asked,
    query_id: asked === query ? queryId : null,
    locale,
    explain: true,
    products: chosen.map(({ id, text, given }) => ({ id, ...text, models: asked === query ? given : {} })),
  };
  try {
    const response = await fetch('/v1/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message + (answer.error.hint ? '; ' + answer.error.hint : ''));
    answer.results.forEach((result, at) => showAnswer(result, chosen[at], answer.classes));
    const cached = answer.results.filter((result) => result.cached).length;
    $('status').textContent = answer.results.length + ' products labelled, ' + cached + ' without asking a model. Contributions are in log-odds.';
  } catch (error) {
    $('status').textContent = 'That did not work: ' + error.message;
  }
}

async function start() {
  bundle = await (await fetch('/v1/bundle')).json();
  const models = bundle.models.map(({ name, kind }) => name + ' (' + kind + ')').join(', ');
  $('bundle').textContent = 'Bundle ' + bundle.id.slice(0, 12) + ': ' + models + '.';
  bundle.sample.forEach(({ query, locale }, at) => {
    const option = make('option', query + (locale ? ' (' + locale + ')' : ''), $('sample'));
    option.value = String(at);
  });
  showProducts();
  $('sample').addEventListener('change', showProducts);
  $('form').addEventListener('submit', ask);
  document.body.dataset.ready = 'yes';
}
start();
`;
