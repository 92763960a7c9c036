// The runner that vitest is given: it runs each test as usual and sees which mutants it comes by, then again with each of them
// switched on, until one notices it. Everything it finds is a line of the journal, from which a run that was ended goes on.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { VitestTestRunner } from 'vitest/runners';

const { MUTATION_JOURNAL, MUTATION_LONGEST_MS, MUTATION_SHARE } = process.env;
const LONGEST_MS = Number(MUTATION_LONGEST_MS);
const [SHARE, SHARES] = (MUTATION_SHARE ?? '0/1').split('/').map(Number);
/** Time of tests that one mutant is given, in ms of this process: what is not noticed by then has survived. */
const MOST_MS = 12_000;
/** A mutant that takes this many times the loops, or the time, of the test as it is goes round forever. */
const FOREVER = 20;

/** Whether each mutant was come by, of what runs now. */
let seen = nothingSeen();
let active = -1;
let ticks = 0;
let mostTicks = Number.POSITIVE_INFINITY;

globalThis.$m = (id) => {
  if (id === active) return true;
  seen[id] = 1;
  return false;
};
globalThis.$t = () => {
  if (++ticks > mostTicks) throw new Error('endless');
};

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What earlier lines of the journal say: mutants that are dead, the time that each was given, pairs that were tried. */
function remember() {
  const known = { dead: new Set(), spent: new Map(), tried: new Set() };
  if (!existsSync(MUTATION_JOURNAL)) return known;
  for (const line of readFileSync(MUTATION_JOURNAL, 'utf8').split('\n')) {
    if (line === '') continue;
    const { mutant, test, verdict, ms } = JSON.parse(line);
    if (verdict === 'killed' || verdict === 'timeout') known.dead.add(mutant);
    if (verdict === 'survived') known.spent.set(mutant, (known.spent.get(mutant) ?? 0) + ms);
    if (mutant !== undefined) known.tried.add(`${mutant} ${test}`);
  }
  return known;
}

export default class MutationRunner extends VitestTestRunner {
  #known = remember();
  #ofFile = nothingSeen();

  onCollectStart(file) {
    super.onCollectStart(file);
    this.#ofFile = seen = nothingSeen();
  }

  /** What files do beside their tests (what they share, hooks) is seen once a file; the second round runs them whole. */
  async onAfterRunSuite(suite) {
    await super.onAfterRunSuite(suite);
    if (suite.filepath === undefined) return;
    const own = idsOf(this.#ofFile);
    if (own.length > 0) tell({ file: nameOf(suite), beside: own });
  }

  async runTask(test) {
    const run = VitestTestRunner.getTestFn(test);
    const name = `${nameOf(test.file)} > ${test.name}`;
    const { error, ms, loops, met } = await this.#timed(run);
    if (error !== null) throw error;
    const mutants = idsOf(met).filter((id) => !this.#known.dead.has(id));
    if (mutants.length === 0 || ms > LONGEST_MS) return;
    if ((await this.#timed(run)).error !== null) return this.#whole(met);
    for (const mutant of mutants) {
      const spent = this.#known.spent.get(mutant) ?? 0;
      if (spent + ms > MOST_MS || this.#known.tried.has(`${mutant} ${name}`)) continue;
      tell({ mutant, test: name, verdict: 'begun' });
      const noticed = await this.#noticed(run, mutant, loops);
      // a test that failed must pass again as it was, or it failed for what the mutant left behind
      if (noticed && (await this.#timed(run)).error !== null) return this.#whole(met);
      if (noticed) this.#known.dead.add(mutant);
      else this.#known.spent.set(mutant, spent + ms);
      tell({ mutant, test: name, verdict: noticed ? 'killed' : 'survived', ms });
    }
  }

  /** The mutants of a test that cannot run twice are met by its file as a whole. */
  #whole(met) {
    met.forEach((one, id) => {
      if (one) this.#ofFile[id] = 1;
    });
  }

  async #timed(run) {
    const met = nothingSeen();
    seen = met;
    ticks = 0;
    const begun = cpuMs();
    const error = await run().then(
      () => null,
      (thrown) => thrown ?? new Error('nothing was thrown'),
    );
    const found = { error, ms: cpuMs() - begun, loops: ticks, met };
    seen = this.#ofFile;
    return found;
  }

  async #noticed(run, mutant, loops) {
    seen = nothingSeen();
    active = mutant;
    ticks = 0;
    mostTicks = FOREVER * loops + 1e6;
    try {
      await run();
      return false;
    } catch {
      return true;
    } finally {
      active = -1;
      mostTicks = Number.POSITIVE_INFINITY;
      seen = this.#ofFile;
    }
  }
}

function nothingSeen() {
  return new Uint8Array(Number(process.env.MUTATION_COUNT));
}

/** The mutants of this process's share that were come by. */
function idsOf(met) {
  return Array.from(met.keys()).filter((id) => met[id] === 1 && id % SHARES === SHARE);
}

const nameOf = (file) => file.filepath.slice(process.cwd().length + 1);
const tell = (line) => appendFileSync(MUTATION_JOURNAL, `${JSON.stringify(line)}\n`);
