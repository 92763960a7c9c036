import { readFileSync } from 'node:fs';
import type { Found } from '../pipeline/commands/init.js';
import { templateFile } from '../pipeline/for-terminal.js';
import type { DataFlags } from './data-flags.js';

/** Templates of jobs that are copied, with where they go. */
const TEMPLATES = {
  github: { template: 'github-actions.yml', to: '.github/workflows/esci-select.yml' },
  gitlab: { template: 'gitlab.yml', to: '.gitlab-ci.esci-select.yml' },
} as const;
export const CI_NAMES = ['github', 'gitlab'] as const;
export type CiName = (typeof CI_NAMES)[number];

/** What the configuration says beside what was found. */
export interface InitChoices extends Pick<DataFlags, 'labelMap' | 'column' | 'classes'> {
  readonly budget: string;
  readonly ci?: CiName;
}

const SCHEMA = './node_modules/esci-select/docs/config.schema.json';

/** The configuration, a gates file and, on request, a job for CI; by name. */
export function initFiles({ data, predictions }: Found, choices: InitChoices): Map<string, string> {
  const { labelMap, column, classes, budget, ci } = choices;
  const own = predictions.length > 0;
  const config = {
    $schema: SCHEMA,
    train: {
      data,
      ...(own ? { models: 'none', predictions } : {}),
      ...(classes === undefined ? {} : { classes }),
      ...(labelMap === undefined ? {} : { 'label-map': Object.fromEntries(labelMap) }),
      ...(column === undefined ? {} : { column: Object.fromEntries(column) }),
    },
    rank: { budget },
  };
  const gates = { gates: ['macroF1 drop > 0.02', 'macroF1 significantly worse'] };
  const files = new Map([
    [
      'esci-select.config.json',
      `// Options of esci-select by command; flags on the command line win. Every key is explained in docs/reference.md.\n${json(config)}`,
    ],
    ['gates.json', json(gates)],
  ]);
  if (ci !== undefined) {
    const { template, to } = TEMPLATES[ci];
    files.set(to, readFileSync(templateFile(`ci/${template}`), 'utf8'));
  }
  return files;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
