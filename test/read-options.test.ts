// Options by a table: what is given and what is usual, checked and of these types; and the kinds that a table is made of.

import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../src/errors.ts';
import {
  anything,
  boolean,
  expectIs,
  finite,
  integer,
  keyOf,
  made,
  oneOf,
  optional,
  positive,
  readOptions,
  text,
  type Kind,
} from '../src/options.ts';

/** As from JavaScript, where no type is checked. */
const loose = <Given>(value: unknown): Given => value as Given;

interface Told {
  readonly count: number;
  readonly share?: number;
  readonly mode?: 'sum' | 'mean';
  readonly most?: number;
}

const read = (given: Told) =>
  readOptions('it', given, RangeError, {
    count: [integer(1)],
    share: [finite(0, 1), 0.5],
    mode: [oneOf(['sum', 'mean']), 'sum'],
    most: [optional(integer(1, 8))],
  });

describe('options by a table', () => {
  test('are those that are given, and the usual ones', () => {
    const { count, share, mode, most } = read({ count: 2, mode: 'mean', share: undefined });
    // of these types, without undefined where there is something usual
    const typed: readonly [number, number, 'sum' | 'mean', number | undefined] = [count, share, mode, most];
    expect(typed).toEqual([2, 0.5, 'mean', undefined]);
    expect(read({ count: 1, most: 3, share: 0 })).toEqual({ count: 1, share: 0, mode: 'sum', most: 3 });
  });

  test.each([
    [null, 'the options of it are null, wanted an object'],
    [{ count: 1, counts: 1 }, "it has no option 'counts'; it has count, share, mode, most"],
    [{}, 'it: count is undefined, wanted a whole number of at least 1'],
    [{ count: 1, share: 1 }, 'it: share is 1, wanted a finite number from 0 to below 1'],
    [{ count: 1, mode: 'all' }, "it: mode is 'all', wanted one of sum, mean"],
    [{ count: 1, most: null }, 'it: most is null, wanted a whole number from 1 to 8'],
  ])('%o is refused', (given, message) => {
    expect(() => read(loose(given))).toThrow(RangeError);
    expect(() => read(loose(given))).toThrow(message);
  });

  test('a table that does not fit its interface is an error of types', () => {
    const usual = { count: [integer(1)], share: [finite(), 1], mode: [oneOf(['sum', 'mean']), 'sum'] } as const;
    const wrong = (given: Told): unknown[] => [
      // @ts-expect-error an option is missing
      readOptions('it', given, RangeError, usual),
      // @ts-expect-error there is no such option
      readOptions('it', given, RangeError, { ...usual, most: [anything], more: [anything] }),
      // @ts-expect-error it may be left out, and nothing is usual
      readOptions('it', given, RangeError, { ...usual, most: [integer(1)] }),
      // @ts-expect-error a number is no text
      readOptions('it', given, RangeError, { ...usual, most: [optional(text)] }),
      // @ts-expect-error the usual one is none of those
      readOptions('it', given, RangeError, { ...usual, most: [anything], mode: [oneOf(['sum', 'mean']), 'all'] }),
      // @ts-expect-error one that the interface allows is refused
      readOptions('it', given, RangeError, { ...usual, most: [anything], mode: [oneOf(['sum']), 'sum'] }),
    ];
    expect(wrong).toBeInstanceOf(Function);
  });
});

const kinds: readonly [kind: Kind<never>, holds: readonly unknown[], fails: readonly unknown[], wanted: string][] = [
  [boolean, [true, false], [undefined, 0, 'true'], 'true or false'],
  [text, ['', 'a'], [1, null], 'text'],
  [integer(0), [0, 2 ** 40], [-1, 0.5, Infinity, '1', 1n], 'a whole number of at least 0'],
  [integer(2, 3), [2, 3], [1, 4], 'a whole number from 2 to 3'],
  [finite(), [-1e9, 0.5], [Infinity, Number.NaN, '0', 0n], 'a finite number'],
  [finite(1), [1, 1.5], [0.9], 'a finite number of at least 1'],
  [finite(0, 1), [0, 0.9], [1, -0.1], 'a finite number from 0 to below 1'],
  [positive, [Number.MIN_VALUE, 3], [0, -1, Infinity, '1'], 'a finite number above 0'],
  [oneOf(['a', 'b']), ['a', 'b'], ['c', 0], 'one of a, b'],
  [keyOf({ a: 1 }), ['a'], ['toString'], 'one of a'],
  [made('make', 'what makes'), [{ make() {} }], [{}, null, undefined, { make: 1 }], 'what makes'],
  [optional(integer(1)), [undefined, 1], [null, 0], 'a whole number of at least 1'],
];

test.each(kinds.map(([kind, holds, fails, wanted]) => ({ kind, holds, fails, wanted })))('$wanted', (row) => {
  for (const value of row.holds) expect(() => expectIs('it', loose<never>(value), row.kind)).not.toThrow();
  for (const value of row.fails) {
    expect(() => expectIs('it', loose<never>(value), row.kind)).toThrow(ConfigurationError);
    expect(() => expectIs('it', loose<never>(value), row.kind)).toThrow(`, wanted ${row.wanted}`);
  }
});
