import type { Finding, Place } from '../../data/examples/examples.js';
import { commandLines } from '../commands.js';
import { count } from '../format.js';
import { isSimulated, type Report } from '../report.js';
import { dataSentence } from '../sentences.js';
import { inputTable, optionTable } from '../tables.js';
import { htmlDetails } from './details.js';
import { html, type Markup } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

const SEVERITY = { error: 0, warning: 1, note: 2 } as const;

/** What the data is and what was found in it and in the predictions, the gravest first. */
export function findingSection({ data, findings }: Report): Section {
  const sorted = [...findings].sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]);
  const notes = sorted.filter(({ severity }) => severity === 'note');
  return {
    id: 'data',
    title: 'Data and findings',
    body: html`<p>${dataSentence(data)}</p>
${findingList(sorted.filter(({ severity }) => severity !== 'note'))}${notes.length === 0 ? null : htmlDetails(`${count(notes.length)} ${notes.length === 1 ? 'note' : 'notes'}`, findingList(notes))}`,
  };
}

function findingList(findings: readonly Finding[]): Markup {
  return html`${findings.length === 0 ? null : html`<ul class="findings">\n${findings.map(finding)}</ul>\n`}`;
}

function finding({ severity, message, places, hint }: Finding): Markup {
  const where = (places ?? []).map(place).join(', ');
  return html`<li class="${severity}"><strong>${severity}:</strong> ${message}${
    where === '' ? null : html`<small>at ${where}</small>`
  }${hint === undefined ? null : html`<small>hint: ${hint}</small>`}</li>
`;
}

function place({ path, line, row }: Place): string {
  if (line !== undefined) return `${path}:${line}`;
  return row === undefined ? path : `${path} row ${row}`;
}

/** What to run, on which files, to get this page again. */
export function reproductionSection(report: Report): Section {
  const { reproduction } = report;
  return {
    id: 'reproduce',
    title: 'How to reproduce',
    body: html`<p>esci-select ${reproduction.version}, seed ${reproduction.seed}.</p>
${html`<p>${isSimulated(report) || reproduction.options.given === undefined ? 'Run' : 'In a folder that holds the input files below, run'}</p>`}
<pre tabindex="0" aria-label="commands">${commandLines(report).map((line) => html`${line}\n`)}</pre>
${htmlDetails('Options and input files', html`${htmlTable(optionTable(report))}\n${htmlTable(inputTable(report), { hashes: [2] })}`)}`,
  };
}
