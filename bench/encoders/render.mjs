// The figures of bench/encoders as Markdown.
const three = (value) => value.toFixed(3);
const whole = (value) => value.toLocaleString('en');

function scoreLine({ name, scores, intervals }) {
  const cells = scores.map((score, at) => `${three(score)} [${intervals[at].map(three).join(', ')}]`);
  return `| ${name} | ${cells.join(' | ')} |`;
}

function runtimeLine({ name, version, cold, warm, worst, apart, timed }) {
  return `| ${name} ${version} | ${worst.toExponential(1)} | ${apart} of ${timed} | ${cold.toFixed(0)} ms | ${warm.toFixed(1)} ms |`;
}

export function render(figures) {
  const { rows, queries, texts, otherIds, compared, runtimes, runs, cards, scores, node, load } = figures;
  const card = cards.find(({ pretrained }) => pretrained !== undefined);
  const { sha256, licence, revision, runtime } = card.pretrained;
  return `# A real sentence encoder

Made by \`node bench/encoders/run.mjs\` with Node.js ${node}, on ${whole(rows)} real rows of ${whole(queries)} queries
(\`../shared/esci/judgements-folds-1-3.csv\`). The model is all-MiniLM-L6-v2 of the Python package ${revision}, which ships
safetensors and no ONNX file: \`bench/encoders/export.mjs\` writes one from them. Licence of the weights: ${licence}; sha256
of the ONNX file: ${sha256}; ${whole(card.costs.parameters.value)} parameters, ${whole(card.costs.bytes.value)} bytes with tokenizer and head;
run by ${runtime}.

## The same as Python

${whole(otherIds)} of ${whole(texts)} texts have other token ids than the Rust tokenizers give. Mean vectors of length 1 of ${whole(compared)} texts, against numpy in
float64; and whether a title read alone has other bits than read in a batch. Times are of one core, with a load of the machine of
${load}:

| runtime | largest difference | titles that depend on their batch | until the first answer | a title, alone |
| --- | --- | --- | --- | --- |
${runtimes.map(runtimeLine).join('\n')}

## Scores

Grouped 5-fold cross-validation; each fold's rule is chosen on the other folds. With 95% intervals of queries drawn.

| model, rule | accuracy | macro F1 | weighted F1 | log-loss |
| --- | --- | --- | --- | --- |
${scores.map(scoreLine).join('\n')}

## Reading once

| train | told | all of it took |
| --- | --- | --- |
| first | ${runs.first.told} | ${runs.first.seconds.toFixed(0)} s |
| another seed | ${runs.second.told} | ${runs.second.seconds.toFixed(0)} s |
| the first seed again | ${runs.again.told} | ${runs.again.seconds.toFixed(0)} s |
`;
}
