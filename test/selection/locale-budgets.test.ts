import { describe, expect, it } from 'vitest';
import { type EsciSelectError, exitCode } from '../../src/errors.js';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { groupStatistics } from '../../src/evaluation/statistics.js';
import { parseCombine } from '../../src/selection/budget.js';
import {
  budgetLimits,
  checkLocales,
  localeRequests,
  parseBudgets,
  parseLocaleFloors,
} from '../../src/selection/locale-budgets.js';
import { judgedOn, onQueries, scoreOfStatistics } from '../../src/selection/some-queries.js';
import type { QueryScorer } from '../../src/selection/subset-scorer.js';
import { naiveScores } from '../oracles/scores.js';

function failure(work: () => unknown): EsciSelectError {
  try {
    work();
  } catch (error) {
    return error as EsciSelectError;
  }
  throw new Error('nothing was thrown');
}

describe('parseBudgets', () => {
  it('gives a locale its own limits, and of what it says nothing the limits for all rows', () => {
    const { all, locales } = parseBudgets([
      ...['3', 'jp:2', 'memory_mb=4000', 'us:latency_ms=25', ' jp :latency_ms_per_row=9', 'latency_ms=40'],
    ]);
    expect(budgetLimits(all)).toEqual(['3', 'memory_mb=4000', 'latency_ms=40']);
    expect(locales.map(({ locale, budget }) => [locale, budgetLimits(budget)])).toEqual([
      ['jp', ['2', 'latency_ms_per_row=9', 'memory_mb=4000']],
      ['us', ['3', 'latency_ms=25', 'memory_mb=4000']],
    ]);
  });

  it('limits nothing for all rows where every limit names a locale, and combines costs everywhere alike', () => {
    const { all, locales } = parseBudgets(['us:latency_ms=25'], parseCombine(['latency_ms=max']));
    expect(all).toMatchObject({ models: null, costs: [] });
    expect(locales[0].budget.costs).toEqual([{ name: 'latency_ms', limit: 25, combine: 'max' }]);
    expect(locales[0].budget.combine).toEqual({ latency_ms: 'max' });
  });

  it('takes __proto__ for a locale like any other', () => {
    expect(parseBudgets(['__proto__:1']).locales).toMatchObject([{ locale: '__proto__' }]);
  });

  it.each([['jp:'], ['jp:many'], ['jp:latency_ms='], ['jp:2', 'jp:3'], ['jp:a=1', 'jp:a=2'], [':2']])(
    'refuses %j, naming the locale',
    (...specifications) => {
      const error = failure(() => parseBudgets(specifications));
      expect(exitCode(error)).toBe(2);
      expect(error.message).toMatch(/^locale 'jp': budget|^budget ':2'/);
    },
  );

  it('refuses a locale that no row has, with those there are and the nearest', () => {
    const asked = parseBudgets(['us:2', 'uk:1']);
    const none = parseLocaleFloors([], ['yes', 'no']);
    const error = failure(() => checkLocales(asked, none, ['es', 'jp', 'us']));
    expect([exitCode(error), error.message]).toEqual([2, "--budget names locale 'uk', which no row has"]);
    expect(error.hint).toBe("did you mean 'us'? locales of the data: es, jp, us");
    expect(() => checkLocales(parseBudgets(['us:2']), none, ['es', 'jp', 'us'])).not.toThrow();
    expect(failure(() => checkLocales(asked, none, [])).hint).toBe('locales of the data: none');
    const floors = parseLocaleFloors(['uk:accuracy=0.5'], ['yes', 'no']);
    expect(failure(() => checkLocales(parseBudgets(['1']), floors, ['us'])).message).toBe(
      "--floor names locale 'uk', which no row has",
    );
  });
});

describe('floors of locales', () => {
  const classes = ['yes', 'a:b'];
  const namesOf = (floors: readonly { name: string; least: number }[]) =>
    floors.map(({ name, least }) => `${name}=${least}`);

  it('replace those of their name for all rows, and a locale that has no budget has that for all rows', () => {
    const floors = parseLocaleFloors(
      ['accuracy=0.5', 'jp:accuracy=0.4', 'jp:f1.a:b=0.1', 'f1.yes=0.3', 'us:macroF1=0.2'],
      classes,
    );
    expect(namesOf(floors.all)).toEqual(['accuracy=0.5', 'f1.yes=0.3']);
    const requests = localeRequests(parseBudgets(['3', 'es:1', 'jp:2']), floors);
    expect(requests.map((line) => [line.locale, line.budget.models, namesOf(line.floors)])).toEqual([
      ['es', 1, ['accuracy=0.5', 'f1.yes=0.3']],
      ['jp', 2, ['accuracy=0.4', 'f1.a:b=0.1', 'f1.yes=0.3']],
      ['us', 3, ['macroF1=0.2', 'accuracy=0.5', 'f1.yes=0.3']],
    ]);
  });

  it('are not meant by a class whose name has a colon', () => {
    const floors = parseLocaleFloors(['f1.a:b=0.1'], classes);
    expect(floors.all).toEqual([{ name: 'f1.a:b', least: 0.1, class: 1 }]);
    expect(floors.locales.size).toBe(0);
  });

  it('are refused with their locale in front', () => {
    const error = failure(() => parseLocaleFloors(['jp:f1.maybe=0.3'], classes));
    expect([exitCode(error), error.message.slice(0, 18)]).toEqual([2, "locale 'jp': floor"]);
  });
});

describe('judging on some queries', () => {
  const LABELS = [0, 1, 1, 0, 2, 1, 0, 2];
  const ANSWERS = [0, 1, 0, 0, 1, 1, 2, 2];
  const labels = Int16Array.from(LABELS);
  const queries = Int32Array.from([7, 7, 4, 9, 9, 4, 2, 2]);
  const set = evaluationSet(3, labels, queries, Int32Array.from(LABELS.keys()));
  const probabilities = Float32Array.from(
    ANSWERS.flatMap((answer) => [0, 1, 2].map((k) => (k === answer ? 0.8 : 0.1))),
  );
  const statistics = groupStatistics(set, { name: 'a', probabilities, covered: null });
  const wanted = [4, 2];
  const rows = LABELS.flatMap((_, row) => (wanted.includes(queries[row]) ? [row] : []));
  const expected = naiveScores(
    rows.map((row) => LABELS[row]),
    rows.map((row) => ANSWERS[row]),
  );

  it('scores as if there were no other rows', () => {
    const found = scoreOfStatistics(onQueries(statistics, [1, 3]));
    expect(found.accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(found.logLoss).toBeCloseTo(-(2 * Math.log(0.8) + 2 * Math.log(0.1)) / 4, 6);
  });

  it('asks the scorer for every set once, whatever the order of its models', () => {
    const asked: string[] = [];
    const scorer: QueryScorer = {
      score: () => scoreOfStatistics(statistics),
      single: () => scoreOfStatistics(statistics),
      screen: { score: () => scoreOfStatistics(statistics), rows: 1, allRows: 8 },
      scored: () => asked.length,
      sets: () => [],
      queries: () => Int32Array.from([7, 4, 9, 2]),
      statistics: (models) => {
        asked.push(models.join(' '));
        return statistics;
      },
      singleStatistics: () => statistics,
    };
    const judged = judgedOn(scorer, new Set(wanted));
    expect([judged.score([0, 1]), judged.score([1, 0])].map(({ accuracy }) => accuracy)).toEqual([0.5, 0.5]);
    expect(asked).toEqual(['0 1']);
    expect(judged.single(0).accuracy).toBe(expected.accuracy);
    expect([...judged.queries()]).toEqual([4, 2]);
    expect(judged.statistics([2]).rows).toBe(4);
    expect(judged.screen).toBeUndefined();
  });
});
