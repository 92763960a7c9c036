import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createAttributor } from '../../src/attribution/attributor.js';
import { groupPlayers } from '../../src/attribution/players.js';
import { FrameReader, FrameWriter } from '../../src/door/frames.js';
import { boostingOptions } from '../../src/ensemble/boosting-options.js';
import { parseEnsemble } from '../../src/ensemble/foreign/format.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { toXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { createRandom } from '../../src/math/random.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-door-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 300;
const COLUMNS = 4;
const random = createRandom(3);
const values = Float32Array.from({ length: ROWS * COLUMNS }, () => random.uniform());
const labels = Int16Array.from({ length: ROWS }, (_, row) => (values[row * COLUMNS] > 0.5 ? 1 : 0));
const model = Buffer.from(
  toXgboostJson(
    trainBoosting({
      features: { rows: ROWS, columns: COLUMNS, names: ['a', 'b', 'c', 'd'], values },
      labels,
      classes: 2,
      rows: Int32Array.from(labels.keys()),
      options: boostingOptions({ rounds: 5 }),
    }).ensemble,
  ),
);

type Answer = Record<string, unknown> & { id: number; blocks: Buffer[] };

/** The built program of the door, and a client of it. */
class Client {
  readonly child: ChildProcess;
  #bytes = Buffer.alloc(0);
  readonly answers: Answer[] = [];
  #heard: () => void = () => {};

  constructor() {
    const main = fileURLToPath(new URL('../../dist/door/main.js', import.meta.url));
    this.child = spawn(process.execPath, [main, '2'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout!.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      for (let answer = this.#take(); answer !== null; answer = this.#take()) this.answers.push(answer);
      this.#heard();
    });
  }

  #take(): Answer | null {
    if (this.#bytes.length < 4) return null;
    let at = 4 + this.#bytes.readUInt32LE(0);
    if (this.#bytes.length < at) return null;
    const header = JSON.parse(this.#bytes.subarray(4, at).toString());
    const sizes: number[] = header.blocks;
    if (this.#bytes.length < at + sizes.reduce((sum, size) => sum + size, 0)) return null;
    const blocks = sizes.map((size) => {
      at += size;
      return Buffer.from(this.#bytes.subarray(at - size, at));
    });
    this.#bytes = this.#bytes.subarray(at);
    return { ...header, blocks };
  }

  send(header: object, ...blocks: Uint8Array[]): void {
    const text = Buffer.from(JSON.stringify({ ...header, blocks: blocks.map(({ length }) => length) }));
    const start = Buffer.alloc(4);
    start.writeUInt32LE(text.length);
    for (const part of [start, text, ...blocks]) this.child.stdin!.write(part);
  }

  /** The first answer to a request, or the last where it takes long. */
  async answer(id: number, isIt: (one: Answer) => boolean = () => true): Promise<Answer> {
    for (;;) {
      const found = this.answers.find((one) => one.id === id && isIt(one));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  ended(): Promise<number | string | null> {
    return new Promise((resolve) => this.child.on('exit', (code, signal) => resolve(code ?? signal)));
  }
}

let client: Client;
afterEach(() => client?.child.kill('SIGKILL'));

const bytesOf = (array: Float32Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('the door', () => {
  it('explains rows as the attributor does, however they are divided, and tells errors without ending', async () => {
    client = new Client();
    client.send({ op: 'open', id: 1, key: 'model' }, model);
    const opened = await client.answer(1);
    expect(opened.columns).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => ({ name, categorical: false, levels: null })),
    );
    const players = { names: ['x', 'y'], ofColumn: [0, 1, 1, 0] };
    client.send({ op: 'plan', id: 2, key: 'plan', model: 'model', players });
    expect((await client.answer(2)).error).toBeUndefined();
    client.send({ op: 'plan', id: 3, key: 'plan', model: 'another', players });
    expect((await client.answer(3)).error).toMatchObject({ code: 'internal' });
    const found = new Float32Array(ROWS * 2 * 2);
    const size = 30;
    for (let block = 0; block < ROWS / size; block++) {
      const rows = values.slice(block * size * COLUMNS, (block + 1) * size * COLUMNS);
      const header = { op: 'explain', key: 'plan', rows: size, type: 'float32', check: true, double: false };
      client.send({ ...header, id: 10 + block }, bytesOf(rows));
    }
    for (let block = 0; block < ROWS / size; block++) {
      const { blocks, ofRounding } = await client.answer(10 + block);
      expect(ofRounding).toBeLessThanOrEqual(1);
      found.set(new Float32Array(new Uint8Array(blocks[0]).buffer), block * size * 4);
    }
    const attributor = createAttributor(parseEnsemble(model), groupPlayers(players.names, players.ofColumn));
    const sources = [0, 1, 2, 3].map((column) =>
      Float64Array.from({ length: ROWS }, (_, row) => values[row * COLUMNS + column]),
    );
    expect(found).toEqual(Float32Array.from(attributor.attribute(sources).groupShap));
  });

  it('forgets what is dropped, and ends when its input does', async () => {
    client = new Client();
    client.send({ op: 'open', id: 1, key: 'model' }, model);
    client.send({ op: 'plan', id: 2, key: 'plan', model: 'model', players: null });
    client.send({ op: 'drop', id: 3, key: 'plan' });
    const header = { op: 'explain', key: 'plan', rows: 1, type: 'float32', check: false, double: false };
    client.send({ ...header, id: 4 }, bytesOf(values.slice(0, COLUMNS)));
    expect((await client.answer(4)).error).toMatchObject({ message: 'no plan is kept as plan' });
    client.send({ op: 'dance', id: 5 });
    expect((await client.answer(5)).error).toMatchObject({ code: 'usage' });
    client.child.stdin!.end();
    expect(await client.ended()).toBe('SIGKILL'); // its own, after cleaning up
  });
});

/** What `fit` is told of models that know the class, each as well as it knows. */
function fitRequest() {
  const [rows, models] = [120, ['first', 'second']];
  const truth = Int32Array.from({ length: rows }, () => random.integer(2));
  const answers = Float32Array.from({ length: rows * models.length * 2 }, (_, at) => {
    const skill = Math.floor(at / 2) % 2 === 0 ? 0.3 : 0.2;
    const isTrue = truth[Math.floor(at / 4)] === at % 2;
    return 0.5 + (isTrue ? skill : -skill);
  });
  const header = {
    ...{ op: 'fit', rows, classes: ['no', 'yes'], models, columns: [], costs: {} },
    groups: Array.from({ length: rows }, (_, row) => `q${Math.floor(row / 3)}`),
    ...{ folds: 3, seed: 7, decide: 'balanced', threads: 1 },
    rank: { budgets: ['1'], require: [], forbid: [], floors: [], replicates: 20 },
  };
  return { header, blocks: [new Uint8Array(truth.buffer), bytesOf(answers)] };
}

describe('a fit through the door', () => {
  it('has the same bytes each time, two at once too, and none of them names its temporary folder', async () => {
    client = new Client();
    const { header, blocks } = fitRequest();
    for (const id of [1, 2]) client.send({ ...header, id }, ...blocks);
    const isLast = (one: Answer) => one.done === true || one.error !== undefined;
    const [one, two] = [await client.answer(1, isLast), await client.answer(2, isLast)];
    expect([one.error, two.error]).toEqual([undefined, undefined]);
    const names = one.names as string[];
    expect(names).toContain('decision/decision.json');
    expect(two.names).toEqual(names);
    names.forEach((name, at) => {
      expect(one.blocks[at].equals(two.blocks[at]), name).toBe(true);
      expect(one.blocks[at].includes('esci-select-door'), name).toBe(false);
    });
  });
});

describe('frames', () => {
  const file = (bytes: Uint8Array) => {
    const path = join(folder, 'frames');
    writeFileSync(path, bytes);
    return openSync(path, 'r');
  };

  it('come back as they were written', async () => {
    const path = join(folder, 'written');
    const output = openSync(path, 'w');
    const writer = new FrameWriter(output);
    await Promise.all([writer.write({ a: 1 }, [Uint8Array.of(1, 2)]), writer.write({ b: 'é' })]);
    closeSync(output);
    const input = openSync(path, 'r');
    const reader = new FrameReader(input);
    const first = await reader.next();
    expect(first).toMatchObject({ header: { a: 1 } });
    expect([...first!.blocks[0]]).toEqual([1, 2]);
    expect((await reader.next())?.header).toMatchObject({ b: 'é' });
    expect(await reader.next()).toBeNull();
    closeSync(input);
  });

  it.each([
    ['a length and no header', Uint8Array.of(9, 0, 0, 0)],
    ['a header that is too long', Uint8Array.of(255, 255, 255, 255)],
    ['blocks of no length', Buffer.concat([Uint8Array.of(15, 0, 0, 0), Buffer.from('{"blocks":[-1]}')])],
    ['a number', Buffer.concat([Uint8Array.of(1, 0, 0, 0), Buffer.from('7')])],
  ])('are refused: %s', async (_, bytes) => {
    const input = file(bytes);
    await expect(new FrameReader(input).next()).rejects.toMatchObject({ code: 'data' });
    closeSync(input);
  });
});
