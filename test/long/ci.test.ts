import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { marked } from 'marked';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { evaluated, readAction } from '../ci/action.js';
import { type CommentServer, commentServer } from '../ci/comment-server.js';
import { ROOT } from '../docs/markdown.js';
import { makeTask, writePredictions } from '../pipeline/task.js';

const TOKEN = 'secret-token';
const task = makeTask({ queries: 30 });
const at = (name: string) => join(task.folder, name);
let server: CommentServer;
beforeAll(async () => {
  server = await commentServer(TOKEN);
  const gates = ['macroF1 drop > 0.02', 'accuracy significantly worse', 'macroF1 < 0.2', 'kept lacks first'];
  writeFileSync(at('gates.json'), JSON.stringify({ gates }));
  const small = { common: { threads: 1 }, train: { folds: 3, rounds: 10 }, rank: { replicates: 100 } };
  writeFileSync(at('esci-select.config.json'), JSON.stringify(small));
});
afterAll(async () => {
  await server.close();
  rmSync(task.folder, { recursive: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script as the services do, in the sample repository; not `spawnSync`, because the server answers in this process. */
function shell(script: string, env: Record<string, string>, ...flags: string[]): Promise<Ended> {
  const child = spawn('bash', [...flags, '-c', script], {
    cwd: task.folder,
    env: { PATH: process.env.PATH, HOME: task.folder, NO_COLOR: '1', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  return new Promise((resolve) =>
    child.on('close', (status) => resolve({ status: status!, stdout, stderr })),
  );
}

const action = readAction();

interface JobResult {
  readonly failedAt: string | null;
  readonly outputs: Record<string, string>;
  readonly summary: string;
  readonly log: string;
}

/** Runs the `run:` steps of the action one by one, as GitHub does: conditions, environment, outputs, summary. */
async function runAction(given: Record<string, string>): Promise<JobResult> {
  for (const name of ['outputs', 'summary']) writeFileSync(at(name), '');
  const context: Record<string, string> = {
    'github.token': TOKEN,
    'github.event_name': 'pull_request',
    'github.repository': 'team/search',
    'github.event.pull_request.number': '3',
    'github.event.pull_request.head.repo.full_name': 'team/search',
  };
  for (const [name, { default: value }] of Object.entries(action.inputs)) {
    context[`inputs.${name}`] = given[name] ?? evaluated(value, context);
  }
  let log = '';
  for (const step of action.runs.steps.filter(({ run }) => run !== undefined)) {
    if (step.if !== undefined && evaluated(step.if, context) !== 'true') continue;
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluated(value, context)]);
    const env = {
      ...Object.fromEntries(own),
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: 'team/search',
      GITHUB_OUTPUT: at('outputs'),
      GITHUB_STEP_SUMMARY: at('summary'),
    };
    const ended = await shell(step.run!, env, '--noprofile', '--norc', '-e', '-o', 'pipefail');
    log += ended.stdout + ended.stderr;
    for (const [name, value] of Object.entries(readOutputs()))
      context[`steps.report.outputs.${name}`] = value;
    if (ended.status !== 0) return { failedAt: step.name, ...left(context), log };
  }
  return { failedAt: null, ...left(context), log };
}

function readOutputs(): Record<string, string> {
  const text = readFileSync(at('outputs'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  );
}

function left(context: Record<string, string>) {
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    evaluated(value, context),
  ]);
  return { outputs: Object.fromEntries(outputs), summary: readFileSync(at('summary'), 'utf8') };
}

function testCases(path: string) {
  const onError = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  const document = new DOMParser({ onError }).parseFromString(readFileSync(at(path), 'utf8'), 'text/xml');
  return [...document.getElementsByTagName('testcase')];
}

const has = (name: string) =>
  testCases('esci-report/junit.xml').filter((one) => one.getElementsByTagName(name).length > 0);

const INPUTS = {
  train: [
    '--data',
    'judgements.csv',
    '--models',
    'none',
    '--predictions',
    'predictions',
    '--no-measure',
    '',
  ].join('\n'),
  budget: '2\nlatency_ms=25\n',
  gates: 'gates.json',
  baseline: 'reports/main',
};

describe.skipIf(process.platform === 'win32')('action.yml, step by step (needs bash)', () => {
  it('makes a first report, for which gates that need a baseline are skipped, and comments', async () => {
    const { failedAt, outputs, summary, log } = await runAction(INPUTS);
    expect(failedAt, log).toBeNull();
    expect(outputs).toMatchObject({ passed: 'true', 'report-path': 'esci-report' });
    expect(JSON.parse(outputs.kept)).toHaveLength(2);
    expect(Number(outputs['macro-f1'])).toBeGreaterThan(0.3);
    expect(has('skipped')).toHaveLength(2);
    expect(has('failure')).toHaveLength(0);
    expect(server.comments).toHaveLength(1);
    expect(summary).toContain('skipped');
    expect(existsSync(at('esci-report/paired.json'))).toBe(true);
    cpSync(at('esci-report'), at('reports/main'), { recursive: true });
  });

  it('passes a change that changes nothing, and changes the comment', async () => {
    const before = server.comments[0].body;
    const { failedAt, outputs, log } = await runAction(INPUTS);
    expect(failedAt, log).toBeNull();
    expect(outputs.passed).toBe('true');
    expect(has('skipped')).toHaveLength(0);
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0].body).not.toBe(before);
    expect(server.comments[0].body).toContain('### ✅ esci-select: all 4 gates hold');
    expect(server.comments[0].body).toContain('No score changed.');
  });

  it('fails a gate after the comment, with annotations, the interval in the test case and the outputs', async () => {
    server.comments.push({ id: 77, body: 'a person says something' });
    const table = task.probabilities.get('first')!;
    const shifted = table.map((_, row) => table[(row + 7) % table.length]);
    writePredictions(at('predictions/first.csv'), shifted);
    const { failedAt, outputs, summary, log } = await runAction(INPUTS);
    expect(failedAt).toBe('Fail where a gate failed');
    expect(outputs.passed).toBe('false');
    expect(log.match(/^::error title=gate failed%3A [^\n]+$/gm)!.length).toBeGreaterThanOrEqual(2);
    const failures = has('failure').map((one) => one.textContent);
    expect(failures[0]).toMatch(/→ .* \(−0\.\d+ \[−0\.\d+, [−+]0\.\d+\], worse\)/);
    expect(server.comments).toHaveLength(2);
    const { body } = server.comments[0];
    expect(body).toMatch(/^<!-- esci-select: report -->\n### ❌ esci-select: [234] of 4 gates failed\n/);
    expect(body.slice(0, body.indexOf('<details>')).trimEnd().split('\n').length).toBeLessThanOrEqual(25);
    expect(body).not.toContain('results per query, so intervals are not paired');
    expect(marked.lexer(summary).some(({ type }) => type === 'table')).toBe(true);
    writePredictions(at('predictions/first.csv'), table);
  });

  it('does not comment from a fork or outside a pull request, nor without being asked', async () => {
    const requests = server.requests.length;
    const { failedAt, log } = await runAction({ run: 'esci-run', gates: '', comment: 'false' });
    expect(failedAt, log).toBeNull();
    expect(server.requests).toHaveLength(requests);
  });

  it('fails at once where there is no run, or a gate cannot be read', async () => {
    expect((await runAction({ run: 'nowhere' })).failedAt).toBe('Report');
    writeFileSync(at('bad.json'), '{"gates": ["f1 drop > 1"]}');
    const { failedAt, log } = await runAction({ gates: 'bad.json' });
    expect(failedAt).toBe('Report');
    expect(log).toContain("did you mean 'macroF1'?");
  });
});

describe.skipIf(process.platform === 'win32')('docs/ci/gitlab.yml, step by step (needs bash)', () => {
  const job = parse(readFileSync(join(ROOT, 'docs/ci/gitlab.yml'), 'utf8'))['esci-select'];
  const runJob = (more: Record<string, string>) => {
    const script = [...job.before_script, ...job.script].join('\n');
    const env = {
      ...job.variables,
      CI_API_V4_URL: server.url,
      CI_PROJECT_ID: '42',
      CI_MERGE_REQUEST_IID: '5',
      GITLAB_TOKEN: TOKEN,
      ESCI_SELECT: `node ${join(ROOT, 'bin/esci-select.js')}`,
      ESCI_BUDGET: '2',
      ...more,
    };
    return shell(script, env, '-e', '-o', 'pipefail');
  };

  it('makes a first report, passes an equal one, and fails a worse one after it has commented', async () => {
    server.comments.length = 0;
    const first = await runJob({ ESCI_BASELINE: 'nowhere' });
    expect(first.status, first.stderr).toBe(0);
    expect(has('skipped')).toHaveLength(2);
    expect(server.comments).toHaveLength(1);
    const equal = await runJob({});
    expect(equal.status, equal.stderr).toBe(0);
    expect(has('skipped')).toHaveLength(0);
    writeFileSync(at('gates.json'), JSON.stringify({ gates: ['macroF1 < 0.99'] }));
    const worse = await runJob({});
    expect(worse.status).toBe(1);
    expect(has('failure')).toHaveLength(1);
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0].body).toContain('1 of 1 gates failed');
    expect(server.requests.filter((line) => line.startsWith('PUT '))).toHaveLength(2);
  });

  it('does not comment without a token', async () => {
    const requests = server.requests.length;
    await runJob({ GITLAB_TOKEN: '' });
    expect(server.requests).toHaveLength(requests);
  });
});
