// g16_drift: time goes on for devices that do not hold their state. What is lost alone is rounded by chance, so that
// its mean is kept however little it is; a code and its loss together have too few digits:
//
//   loss = (code - towards) lost,   code <- code - sign(loss) (floor |loss| + (u < |loss| - floor |loss|))
//
// `lost` is of the host's clock: 1 - e^(-t / tau), or of a power law 1 - (1 + t / t0)^-nu. Stuck devices drift like
// others. u has 31 bits: of a panel that begins at element e, column c has word c >>> 2 of Philox block
// (e >>> 1) + (c & 3); of a pair that is the plus device, and the minus device has the word two behind it.

import { largestCode, smallestCode, type Device } from '../devices/device.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { f32, family, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { thrown, thrownSizes } from '../parts/dice.ts';
import { padded, PANEL, panelElements } from '../parts/panels.ts';
import { emitPhilox, philox4x32 } from '../parts/philox.ts';
import { lowerHalf, upperHalf } from '../parts/reading.ts';

type Arrangement = Device['arrangement'];

const parameters = (arrangement: Arrangement) => ({
  weight: pointers(arrangement === 'pair' ? 'i32' : 'i16').inOut('rows', padded('columns')),
  lost: f32.in(1),
  towards: f32,
  rows: size,
  columns: size,
  ...thrown,
});

export const g16_drift = family(
  'g16_drift',
  (arrangement: Arrangement) => arrangement,
  (arrangement: Arrangement, name) =>
    kernel(name, parameters(arrangement), (k, args) => {
      const { weight, rows, columns, towards, first, seed, stream, step, turn } = args;
      const lost = k.let(args.lost.at(0));
      const isPair = arrangement === 'pair';
      const later = (code: I32, word: I32): I32 => {
        const loss = k.let(code.toFloat().sub(towards).mul(lost));
        const whole = k.let(loss.abs().floor());
        const moved = k.let(whole.add(uniform(word).lt(loss.abs().sub(whole)).select(1, 0)));
        const after = code.toFloat().sub(loss.lt(0).select(moved.neg(), moved));
        return toInt(k.let(after).pmin(largestCode({ arrangement })).pmax(smallestCode({ arrangement })));
      };
      const elements = k.let(
        columns
          .add(PANEL - 1)
          .and(-PANEL)
          .mul(rows),
      );
      k.for(0, elements, PANEL, (panel) => {
        const block = k.let(k.iota().add(first.add(panel).shrUnsigned(1)));
        const words = emitPhilox(k, [block, step, turn, k.i32(0)], [seed, stream]);
        for (const half of [0, 1]) {
          const at = k.let(panel.add(half * 4));
          const stored = k.let(weight.vector(at) as I32);
          const after = isPair
            ? k.let(later(lowerHalf(stored), words[half])).or(later(upperHalf(stored), words[2 + half]).shl(16))
            : later(stored, words[half]);
          weight.vector(at).set(after);
        }
      });
    }),
);

const uniform = (word: I32): F32 =>
  word
    .shrUnsigned(1)
    .toFloat()
    .mul(2 ** -31);

export const variants = (): Arrangement[] => ['single', 'pair'];
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [3, 20],
  ].map(([rows, columns]) => ({ rows, columns, ...thrownSizes })),
});

export const reference =
  (arrangement: Arrangement) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { weight, lost, towards, rows, columns, first, seed, stream, step, turn } = args;
    const { fround } = Math;
    const [least, most] = [smallestCode({ arrangement }), largestCode({ arrangement })];
    for (let at = 0; at < panelElements(rows, columns); at++) {
      const element = first + at;
      const words = philox4x32([(element >>> 3) * 4 + (element & 3), step, turn, 0], [seed, stream]);
      const later = (code: number, side: number): number => {
        const loss = fround(fround(code - towards) * lost[0]);
        const whole = Math.floor(Math.abs(loss));
        const u = fround(words[side + ((element >>> 2) & 1)] >>> 1) * 2 ** -31;
        const moved = whole + (u < Math.abs(loss) - whole ? 1 : 0);
        return Math.max(least, Math.min(most, fround(code - (loss < 0 ? -moved : moved))));
      };
      const stored = weight[at];
      const isPair = arrangement === 'pair';
      weight[at] = isPair ? later(stored & 0xffff, 0) | (later(stored >>> 16, 2) << 16) : later(stored, 0);
    }
  };
