import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { applyConfig } from '../../src/cli/config.js';
import { buildProgram } from '../../src/cli/program.js';
import type { EsciSelectError } from '../../src/errors.js';
import { decisionOf, reportOf } from '../report/decisions.js';
import { esciSelectIn } from './in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'some.json');

/** The options a command line ends up with; the command itself does not run. */
async function optionsOf(config: unknown, ...words: string[]): Promise<Record<string, unknown>> {
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const argv = ['node', 'esci-select', ...words, '--config', file];
  const program = buildProgram(new AbortController().signal);
  let options: Record<string, unknown> = {};
  for (const { command } of commandPaths(program))
    command.action(() => {
      options = command.opts();
    });
  await applyConfig(program, argv);
  await program.parseAsync(argv);
  return options;
}

describe('the config file', () => {
  it('sets options of every kind under the name of their command, and common ones', async () => {
    const config = {
      $schema: 'anything',
      common: { run: 'here', threads: 2, quiet: true },
      train: {
        data: ['a.csv', 'b.csv'],
        locales: ['us', 'es'],
        column: { label: 'target', query: 'q' },
        measure: false,
        evaluation: 'holdout',
        'learning-rate': 0.2,
      },
      'data inspect': { delimiter: ';' },
    };
    const train = await optionsOf(config, 'train');
    expect(train).toMatchObject({ run: 'here', threads: 2, quiet: true, data: ['a.csv', 'b.csv'] });
    expect(train).toMatchObject({
      locales: ['us', 'es'],
      measure: false,
      evaluation: 'holdout',
      learningRate: 0.2,
    });
    expect(train.column).toEqual(
      new Map([
        ['label', 'target'],
        ['query', 'q'],
      ]),
    );
    expect(await optionsOf(config, 'data', 'inspect', 'x')).toMatchObject({ delimiter: ';', quiet: true });
  });

  it('gives a required option, and lets flags replace its values, repeatable ones too', async () => {
    const config = {
      common: { run: 'common', delimiter: ';' },
      rank: { budget: [2, 'latency_ms=3'], replicates: 200, require: 'a', run: 'rank' },
      train: { data: ['a.csv'], 'label-map': { E: 'exact' } },
    };
    expect(await optionsOf(config, 'rank')).toMatchObject({
      budget: ['2', 'latency_ms=3'],
      replicates: 200,
      run: 'rank',
    });
    const replaced = await optionsOf(config, 'rank', '--budget', '5', '--budget', 'x=1', '--run', 'flag');
    expect(replaced).toMatchObject({ budget: ['5', 'x=1'], require: ['a'], run: 'flag' });
    const train = await optionsOf(config, 'train', '--data', 'c.csv', 'd.csv', '--label-map', 'S=substitute');
    expect(train.data).toEqual(['c.csv', 'd.csv']);
    expect(train.labelMap).toEqual(new Map([['S', 'substitute']]));
    expect(await optionsOf({ rank: { budget: { latency_ms: 25 } } }, 'rank')).toMatchObject({
      budget: ['latency_ms=25'],
    });
  });

  it.each([
    [{ rank: { bugdet: 3 } }, "unknown key 'rank.bugdet'", "did you mean 'budget'?"],
    [{ rnk: {} }, "unknown key 'rnk'", "did you mean 'rank'?"],
    [{ common: { audit: true } }, "unknown key 'common.audit'", 'legal: json'],
    [{ 'data inspect': { querys: 3 } }, "unknown key 'data inspect.querys'", 'legal: json'],
    [{ train: { evaluation: 'holdut' } }, "'train.evaluation' is 'holdut'", "did you mean 'holdout'?"],
    [{ train: { force: 'yes' } }, "'train.force' is not as expected", 'docs/reference.md'],
    [{ train: { data: [] } }, "'train.data' is not as expected", 'docs/reference.md'],
    [{ rank: { replicates: 'many' } }, "'rank.replicates' cannot be 'many'", 'at least 100'],
    [{ train: { column: { labl: 'x' } } }, "'train.column' cannot be 'labl=x'", "did you mean 'label'?"],
    ['{"rank": }', 'config file is not JSON', 'commas'],
  ])('refuses %j', async (config, message, hint) => {
    const error = (await optionsOf(config, 'rank').catch((thrown) => thrown)) as EsciSelectError;
    expect(error).toMatchObject({ code: 'usage', path: file });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('is read from the working directory, replaced by flags, and left aside for help', async () => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(reportOf(decisionOf(['lexical']))));
    const config = (text: string) => writeFileSync(join(folder, 'esci-select.config.json'), text);
    config('{"compare": {"fail-on": ["accuracy < 0.99"], "json": true}}');
    const configured = await esciSelectIn(folder, 'compare', 'report.json', '.');
    expect(configured.status).toBe(1);
    expect(JSON.parse(configured.stdout).gates).toHaveLength(1);
    expect(JSON.parse(configured.stderr).error.code).toBe('gate');
    const flagged = await esciSelectIn(folder, 'compare', 'report.json', '.', '--fail-on', 'accuracy < 0.1');
    expect(flagged.status).toBe(0);
    expect(JSON.parse(flagged.stdout).gates[0].gate).toBe('accuracy < 0.1');
    config('{');
    expect(await esciSelectIn(folder, 'compare', 'report.json', '.')).toMatchObject({ status: 2 });
    expect(await esciSelectIn(folder, 'compare', '--help')).toMatchObject({ status: 0 });
    const missing = await esciSelectIn(folder, 'compare', 'report.json', '.', '--config', 'none.json');
    expect(missing.status).toBe(5);
    expect(missing.stderr).toContain('none.json: cannot read config file: no such file');
  });
});
