import { type Decision, PRUNED } from '../selection/decision.js';
import { chanceSentences } from './chance.js';
import { commandLines } from './commands.js';
import { escapeMarkdown, markdownTextTable as table } from './markdown-table.js';
import { isSimulated, type Report, SIMULATED, TITLE } from './report.js';
import { answerSection, bestSingleSection } from './sections/answer-sections.js';
import { auditSection } from './sections/audit.js';
import { baselineSection } from './sections/baseline.js';
import { evidenceList } from './sections/evidence-list.js';
import { frontierSection } from './sections/frontier.js';
import { localeBudgetSection } from './sections/locale-budgets.js';
import { measureSection } from './sections/measures.js';
import { rankingTable, whyNote } from './sections/ranking-table.js';
import { redundancySection } from './sections/redundancy.js';
import { sliceSection } from './sections/slices.js';
import {
  contributionSentences,
  dataSentence,
  decisionSentence,
  noiseSentence,
  protocolSentence,
  reproductionSentence,
} from './sentences.js';
import {
  classContributionTable,
  classTable,
  comparisonTable,
  confusionTable,
  inputTable,
  localeTable,
} from './tables.js';
import { visible } from './visible.js';

/** A pull-request comment may have this many characters. */
export const MARKDOWN_LIMIT = 65_536;

/** A part of the text; where all is too long, parts that can be spared go first, those of the highest number before. */
interface Section {
  readonly text: string;
  readonly spare?: number;
}

/** Renders a report as Markdown, in the order a reader needs it; shortened with a notice if it would not stay below the limit. */
export function renderMarkdown(report: Report, limit = MARKDOWN_LIMIT): string {
  const { decision } = report;
  const evidence = evidenceList(decision).map((sentence) => `- ${escapeMarkdown(sentence)}`);
  const sections: Section[] = [
    { text: `# ${escapeMarkdown(report.title ?? TITLE)}` },
    { text: escapeMarkdown(decisionSentence(decision)) },
    ...(isSimulated(report) ? [{ text: `_${escapeMarkdown(SIMULATED)}_` }] : []),
    { text: evidence.join('\n') },
    { text: escapeMarkdown(`${protocolSentence(decision)} ${noiseSentence(decision)}`) },
    ...baselineSection(report).map((text) => ({ text })),
    ...localeBudgetSection(decision).map((text) => ({ text })),
    { text: `## Comparison\n\n${table(comparisonTable(decision))}` },
    ...bestSingleSection(decision).map((text) => ({ text, spare: 2 })),
    { text: rankingSection(decision) },
    ...answerSection(decision).map((text) => ({ text, spare: 2 })),
    ...measureSection(decision).map((text) => ({ text, spare: 2 })),
    ...sliceSection(decision).map((text) => ({ text, spare: 3 })),
    ...frontierSection(decision).map((text) => ({ text, spare: 2 })),
    ...auditSection(decision).map((text) => ({ text })),
    { text: `## Redundancy\n\n${redundancySection(decision)}`, spare: 1 },
    {
      text: `## What each model contributes to each class\n\n${table(classContributionTable(decision))}`,
      spare: 4,
    },
    { text: `## By class\n\n${table(classTable(decision))}`, spare: 3 },
    { text: `## By locale\n\n${table(localeTable(decision))}`, spare: 3 },
    {
      text: `## Confusion of the pruned ensemble\n\n${table(confusionTable(decision, PRUNED, decision.metrics.pruned))}`,
      spare: 5,
    },
    { text: `## Data\n\n${dataSection(report)}` },
    { text: `## Reproduce\n\n${reproductionSection(report)}` },
  ];
  return limited(sections, limit);
}

function rankingSection(decision: Decision): string {
  const sentences = [whyNote(decision), ...chanceSentences(decision), ...contributionSentences(decision)];
  return `## Ranking\n\n${table(rankingTable(decision))}\n\n${escapeMarkdown(sentences.join(' '))}`;
}

const NOTICE = '_This report was shortened to fit a pull request; report.json has everything._\n';

/** Leaves out what can be spared until the text fits, then sections from the end, and says so. */
function limited(all: readonly Section[], limit: number): string {
  const sections = [...all];
  const length = () => sections.reduce((sum, { text }) => sum + text.length + 2, 0) + NOTICE.length;
  while (length() >= limit && sections.length > 0) {
    const spare = Math.max(...sections.map((section) => section.spare ?? 0));
    sections.splice(
      sections.findLastIndex((section) => (section.spare ?? 0) === spare),
      1,
    );
  }
  const text = `${sections.map((section) => section.text).join('\n\n')}\n`;
  return sections.length === all.length ? text : `${text}\n${NOTICE}`;
}

function dataSection({ data, findings }: Report): string {
  const found = findings.map(({ severity, message }) => `- ${severity}: ${escapeMarkdown(message)}`);
  return [escapeMarkdown(dataSentence(data)), found.join('\n')].filter((part) => part !== '').join('\n\n');
}

function reproductionSection(report: Report): string {
  const commands = commandLines(report).map((line) => `    ${visible(line)}`);
  const { reproduction } = report;
  return [
    escapeMarkdown(reproductionSentence(reproduction)),
    commands.join('\n'),
    table(inputTable(report)),
  ].join('\n\n');
}
