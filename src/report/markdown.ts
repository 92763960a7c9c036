import { PRUNED } from '../selection/decision.js';
import { auditSection } from './audit.js';
import { frontierSection } from './frontier.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import { measureSection } from './measures.js';
import { redundancySection } from './redundancy.js';
import type { Report } from './report.js';
import {
  contributionSentences,
  dataSentence,
  decisionSentence,
  evidenceSentences,
  noiseSentence,
  protocolSentence,
  reproductionSentence,
} from './sentences.js';
import {
  type Cell,
  classContributionTable,
  classTable,
  comparisonTable,
  confusionTable,
  inputTable,
  localeTable,
  rankingTable,
  type TextTable,
} from './tables.js';

/** A pull-request comment may have this many characters. */
export const MARKDOWN_LIMIT = 65_536;

/** Renders a report as Markdown, in the order a reader needs it; cut with a notice if it would exceed the limit. */
export function renderMarkdown(report: Report): string {
  const { decision } = report;
  const sections = [
    `# Which models to run`,
    escapeMarkdown(decisionSentence(decision)),
    evidenceSentences(decision)
      .map((sentence) => `- ${escapeMarkdown(sentence)}`)
      .join('\n'),
    escapeMarkdown(`${protocolSentence(decision)} ${noiseSentence(decision)}`),
    `## Comparison\n\n${table(comparisonTable(decision))}`,
    `## Ranking\n\n${table(rankingTable(decision))}\n\n${escapeMarkdown(contributionSentences(decision).join(' '))}`,
    ...measureSection(decision),
    ...frontierSection(decision),
    ...auditSection(decision),
    `## Redundancy\n\n${redundancySection(decision)}`,
    `## What each model contributes to each class\n\n${table(classContributionTable(decision))}`,
    `## By class\n\n${table(classTable(decision))}`,
    `## By locale\n\n${table(localeTable(decision))}`,
    `## Confusion of the pruned ensemble\n\n${table(confusionTable(decision, PRUNED, decision.metrics.pruned))}`,
    `## Data\n\n${dataSection(report)}`,
    `## Reproduce\n\n${reproductionSection(report)}`,
  ];
  return limited(sections);
}

/** Drops sections from the end until the text fits, and says so. */
function limited(sections: readonly string[]): string {
  const whole = `${sections.join('\n\n')}\n`;
  if (whole.length < MARKDOWN_LIMIT) return whole;
  const notice = '_This report was shortened to fit a pull request; report.json has everything._\n';
  let text = '';
  for (const section of sections) {
    if (text.length + section.length + notice.length + 4 > MARKDOWN_LIMIT) break;
    text += `${section}\n\n`;
  }
  return text + notice;
}

/** A table with a detail after its value; the caption is the heading's work. */
function table({ head, rows }: TextTable): string {
  const text = (cell: Cell) => (typeof cell === 'string' ? cell : cell.join(' '));
  return markdownTable(
    head,
    rows.map((row) => row.map(text)),
  );
}

function dataSection({ data, findings }: Report): string {
  const found = findings.map(({ severity, message }) => `- ${severity}: ${escapeMarkdown(message)}`);
  return [escapeMarkdown(dataSentence(data)), found.join('\n')].filter((part) => part !== '').join('\n\n');
}

function reproductionSection(report: Report): string {
  return [escapeMarkdown(reproductionSentence(report.reproduction)), table(inputTable(report))].join('\n\n');
}
