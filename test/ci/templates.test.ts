import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../docs/markdown.js';
import { expressions, readAction } from './action.js';

const action = readAction();
const { steps } = action.runs;
const read = (path: string) => parse(readFileSync(join(ROOT, path), 'utf8'));

describe('action.yml', () => {
  it('has the inputs and outputs that workflows rely on, each described', () => {
    const inputs = ['run', 'budget', 'gates', 'baseline', 'comment'];
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(inputs));
    expect(Object.keys(action.outputs)).toEqual(['passed', 'kept', 'macro-f1', 'report-path']);
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description.length).toBeGreaterThan(10);
    }
  });

  it('puts no expression into a script, where its text would be run', () => {
    for (const { name, run, shell } of steps.filter((step) => step.run !== undefined)) {
      expect(expressions(run!), name).toEqual([]);
      expect(shell, name).toBe('bash');
    }
  });

  it('names only inputs that it has, steps that come before, and what GitHub gives', () => {
    const known = new Set(Object.keys(action.inputs).map((name) => `inputs.${name}`));
    const given =
      /^github\.(token|repository|event_name|event\.pull_request\.(number|head\.repo\.full_name))$/;
    for (const step of steps) {
      const texts = [step.if ?? '', ...Object.values(step.env ?? {})];
      const paths = texts
        .flatMap(expressions)
        .flatMap((text) => text.match(/(?<!')\b[a-z]+\.[\w.-]+/g) ?? []);
      expect(
        paths.filter((path) => !known.has(path) && !given.test(path)),
        step.name,
      ).toEqual([]);
      if (step.id !== undefined) known.add(`steps.${step.id}.outputs.passed`);
    }
    const outputs = Object.values(action.outputs).flatMap(({ value }) => expressions(value));
    expect(outputs.every((path) => path.startsWith('steps.report.outputs.'))).toBe(true);
  });

  it('is used by the workflow to copy, with inputs that it has', () => {
    const { jobs, permissions } = read('docs/ci/github-actions.yml');
    const use = jobs.report.steps.find(({ uses }: { uses?: string }) => uses?.includes('/esci-select@'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(use.with)));
    expect(permissions['pull-requests']).toBe('write');
  });
});

describe('the GitLab template', () => {
  it('keeps the report where its script writes it, and shows its gates as tests', () => {
    const job = read('docs/ci/gitlab.yml')['esci-select'];
    expect(job.artifacts).toMatchObject({
      when: 'always',
      paths: ['$ESCI_REPORT/'],
      reports: { junit: '$ESCI_REPORT/junit.xml' },
    });
    const variables = new Set(Object.keys(job.variables));
    const used = job.script.join('\n').match(/\$ESCI_\w+/g) as string[];
    expect(used.filter((name) => !variables.has(name.slice(1)))).toEqual([]);
    expect([...variables].filter((name) => !used.includes(`$${name}`))).toEqual([]);
  });
});
