import type { GateResult } from '../comparison.js';
import { gateWord } from '../sections/baseline.js';
import { visible } from '../visible.js';

/**
 * Gates as a JUnit report, one test case each, which GitLab, GitHub, Jenkins and Azure show: a gate that failed has its
 * numbers, with the interval, in its failure. No times, so that the same gates give the same bytes.
 *
 * Source: the JUnit XML schema of Apache Ant and Maven Surefire, as GitLab's "Unit test reports" reads it.
 */
export function renderJunit(gates: readonly GateResult[], suite: string): string {
  const failures = gates.filter(({ failed }) => failed).length;
  const skipped = gates.filter((gate) => gate.skipped === true).length;
  const counts = `tests="${gates.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="esci-select" ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...gates.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(result: GateResult): string {
  const { gate, message, failed, skipped } = result;
  const open = `    <testcase classname="esci-select.gates" name="${escapeXml(gate)}">`;
  const text = escapeXml(message);
  const inside = failed
    ? `<failure type="gate" message="${text}">${gateWord(result)}: fails where ${escapeXml(gate)}. ${text}</failure>`
    : skipped === true
      ? `<skipped message="${text}"/>`
      : `<system-out>${text}</system-out>`;
  return [open, `      ${inside}`, '    </testcase>'].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for XML 1.0, in an attribute or between tags: without the characters that no XML file may hold. */
function escapeXml(text: string): string {
  const legal = visible(text).replace(/[\p{Cs}\ufffe\uffff]/gu, '?');
  return legal.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
