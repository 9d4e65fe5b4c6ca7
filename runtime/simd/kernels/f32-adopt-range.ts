// f32_adopt_range: scale and zero point of int8 move toward a range that was observed (parts/requantize.ts).
//
//   low <- low + momentum (-range[0] - low),  high <- high + momentum (range[1] - high),
//   scale = (high - low) / 255,  zero = nearest(-128 - low / scale)
//
// where low and high are what scale and zero reach now; a first range is taken as it is, and one in which nothing was
// observed moves nothing. `keeps` 0: the range begins anew; 1: it takes in more.

import { toInt, type F32 } from '../../wasm/values.ts';
import { f32, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { LEAST, MOST } from '../parts/requantize.ts';
import { nearestEven } from '../twins/math.ts';

const parameters = {
  scale: f32.inOut(1),
  zero: i32.inOut(1),
  range: f32.inOut(2),
  momentum: f32,
  keeps: size,
};

export const f32_adopt_range = kernel('f32_adopt_range', parameters, (k, { scale, zero, range, momentum, keeps }) => {
  const [low, high] = [k.let(range.at(0).neg().min(0)), k.let(range.at(1).max(0))];
  k.if(low.lt(high), () => {
    const [step, place] = [k.let<F32>(scale.at(0)), k.let(zero.at(0).toFloat())];
    const pull = k.let(step.eq(0).select(1, momentum));
    const toward = (end: number, seen: F32): F32 => {
      const now = k.let(k.f32(end).sub(place).mul(step));
      return k.let(now.add(pull.mul(seen.sub(now))));
    };
    const [newLow, newHigh] = [toward(LEAST, low), toward(MOST, high)];
    const next = k.let(newHigh.sub(newLow).div(MOST - LEAST));
    scale.at(0).set(next);
    const wanted = k.let(k.f32(LEAST).sub(newLow.div(next)).nearest());
    zero.at(0).set(toInt(k.let(k.f32(LEAST).pmax(wanted)).pmin(MOST)));
  });
  k.if(keeps.eq(0), () => {
    range.at(0).set(0);
    range.at(1).set(0);
  });
});

export const trials = (): Trials => ({ indices: { zero: 1 }, cases: [{ keeps: 0 }, { keeps: 1 }] });

const { fround } = Math;

export function reference({ scale, zero, range, momentum, keeps }: Referenced<typeof parameters>): void {
  const [low, high] = [Math.min(-range[0], 0), Math.max(range[1], 0)];
  if (low < high) {
    const pull = scale[0] === 0 ? 1 : momentum;
    const toward = (end: number, seen: number): number => {
      const now = fround((end - zero[0]) * scale[0]);
      return fround(now + fround(pull * fround(seen - now)));
    };
    const [newLow, newHigh] = [toward(LEAST, low), toward(MOST, high)];
    scale[0] = fround(newHigh - newLow) / (MOST - LEAST);
    const wanted = nearestEven(fround(LEAST - fround(newLow / scale[0])));
    zero[0] = wanted > LEAST ? Math.min(wanted, MOST) : LEAST;
  }
  if (keeps === 0) range.fill(0);
}
