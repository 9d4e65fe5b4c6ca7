// Typed values of the emitter: what an expression in a kernel is made of. A value is a recipe that pushes itself onto
// the WebAssembly stack; instructions appear in the order in which values are used (V8's speed depends on that order).
//
// Every value has a width: 1 (a scalar) or 4 (a vector). In a scalar module a vector is lowered to its four lanes, each
// computed by the scalar instruction of the same meaning, so both forms give the same bits. A narrow operand next to a
// wide one is broadcast.

import type { Bytes } from './bytes.ts';
import { F32_OPS, I32_OPS, I32_SHIFTS } from './opcodes.ts';
import * as scalar from './scalar.ts';
import * as v128 from './v128.ts';

export type Width = 1 | 4;

/** Where instructions go, and which forms may be used. */
export interface Target {
  readonly code: Bytes;
  readonly simd: boolean;
  readonly relaxed: boolean;
  /** The value, computed once, here. */
  let<V extends F32 | I32>(value: V): V;
}

/** Pushes lane `lane` (scalar form) or the whole value (SIMD form, `lane` ignored). */
export type Push = (lane: number) => void;

export function simdOp(code: Bytes, opcode: number): void {
  code.byte(0xfd);
  code.unsigned(opcode);
}

export abstract class Value {
  readonly target: Target;
  readonly width: Width;
  readonly push: Push;

  constructor(target: Target, width: Width, push: Push) {
    this.target = target;
    this.width = width;
    this.push = push;
  }

  protected abstract readonly splatOpcode: number;

  /** Pushes this value at a width: a scalar beside a vector is broadcast. */
  pushAs(width: Width, lane: number): void {
    this.push(lane);
    if (width === 4 && this.width === 1 && this.target.simd) simdOp(this.target.code, this.splatOpcode);
  }
}

type Kind<V> = new (target: Target, width: Width, push: Push) => V;

/** An instruction over one or two operands of a common width. */
function instruction<V>(Made: Kind<V>, [single, four]: readonly [number, number], a: Value, b: Value | null): V {
  const { target } = a;
  const width: Width = a.width === 4 || b?.width === 4 ? 4 : 1;
  return new Made(target, width, (lane) => {
    a.pushAs(width, lane);
    b?.pushAs(width, lane);
    if (width === 4 && target.simd) simdOp(target.code, four);
    else target.code.byte(single);
  });
}

/** The outcome of a comparison: all ones or zero per lane. At width 1 it is a condition for `k.if`. */
export class Mask extends Value {
  protected get splatOpcode(): number {
    throw new TypeError('a scalar condition cannot select between vectors');
  }

  /** `yes` where the mask holds, else `no`; a scalar mask chooses between whole vectors. */
  select(yes: F32 | number, no: F32 | number): F32 {
    return selecting(F32, this, F32.of(this.target, yes), F32.of(this.target, no));
  }

  selectInt(yes: I32 | number, no: I32 | number): I32 {
    return selecting(I32, this, I32.of(this.target, yes), I32.of(this.target, no));
  }

  and(other: Mask): Mask {
    return instruction(Mask, [scalar.i32And, v128.and], this, other);
  }

  or(other: Mask): Mask {
    return instruction(Mask, [scalar.i32Or, v128.or], this, other);
  }

  not(): Mask {
    return instruction(Mask, [scalar.eqz, v128.not], this, null);
  }

  /** Whether it holds in any lane: a condition for `k.if`. */
  any(): Mask {
    const { target, width } = this;
    return new Mask(target, 1, () => {
      const wide = width === 4 && target.simd;
      for (let lane = 0; lane < (wide ? 1 : width); lane++) {
        this.push(lane);
        if (lane > 0) target.code.byte(scalar.i32Or);
      }
      if (wide) simdOp(target.code, v128.anyTrue);
    });
  }
}

function selecting<V extends Value>(Made: Kind<V>, mask: Mask, yes: V, no: V): V {
  const { target } = mask;
  const width: Width = mask.width === 4 || yes.width === 4 || no.width === 4 ? 4 : 1;
  return new Made(target, width, (lane) => {
    yes.pushAs(width, lane);
    no.pushAs(width, lane);
    mask.push(lane);
    if (mask.width === 4 && target.simd) simdOp(target.code, v128.bitselect);
    else target.code.byte(scalar.select);
  });
}

/** IEEE 754 binary32, one or four. */
export class F32 extends Value {
  protected get splatOpcode(): number {
    return v128.splatF32;
  }

  static of(target: Target, value: F32 | number): F32 {
    if (typeof value !== 'number') return value;
    return new F32(target, 1, () => {
      target.code.byte(scalar.f32Const);
      target.code.float(value);
    });
  }

  private op(name: keyof typeof F32_OPS, other?: F32 | number): F32 {
    const given = other === undefined ? null : F32.of(this.target, other);
    return instruction(F32, F32_OPS[name], this, given);
  }

  private compare(name: 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge', other: F32 | number): Mask {
    return instruction(Mask, F32_OPS[name], this, F32.of(this.target, other));
  }

  add(other: F32 | number): F32 { return this.op('add', other); }
  sub(other: F32 | number): F32 { return this.op('sub', other); }
  mul(other: F32 | number): F32 { return this.op('mul', other); }
  div(other: F32 | number): F32 { return this.op('div', other); }
  /** WebAssembly's minimum: NaN if either is NaN, -0 below +0; the same as `Math.min`. */
  min(other: F32 | number): F32 { return this.op('min', other); }
  max(other: F32 | number): F32 { return this.op('max', other); }
  neg(): F32 { return this.op('neg'); }
  abs(): F32 { return this.op('abs'); }
  sqrt(): F32 { return this.op('sqrt'); }
  floor(): F32 { return this.op('floor'); }
  /** Rounds to the nearest integer, ties to even. */
  nearest(): F32 { return this.op('nearest'); }

  eq(other: F32 | number): Mask { return this.compare('eq', other); }
  ne(other: F32 | number): Mask { return this.compare('ne', other); }
  lt(other: F32 | number): Mask { return this.compare('lt', other); }
  gt(other: F32 | number): Mask { return this.compare('gt', other); }
  le(other: F32 | number): Mask { return this.compare('le', other); }
  ge(other: F32 | number): Mask { return this.compare('ge', other); }

  /**
   * The other where it is larger, else this one: a NaN here stays, a NaN there is passed over. One instruction, where
   * `max` takes nine on x86. Both must be cheap to repeat: the scalar form does.
   */
  pmax(other: F32 | number): F32 { return this.choose(v128.pmax, other, (mine, given) => mine.lt(given)); }
  /** The other where it is smaller, else this one, on the terms of `pmax`. */
  pmin(other: F32 | number): F32 { return this.choose(v128.pmin, other, (mine, given) => mine.gt(given)); }

  private choose(opcode: number, other: F32 | number, replaced: (mine: F32, given: F32) => Mask): F32 {
    const { target } = this;
    const given = F32.of(target, other);
    if (!target.simd || (this.width === 1 && given.width === 1)) return replaced(this, given).select(given, this);
    return new F32(target, 4, (lane) => {
      this.pushAs(4, lane);
      given.pushAs(4, lane);
      simdOp(target.code, opcode);
    });
  }

  /** `this + a * b`: rounded twice, or once where relaxed SIMD was asked for and the machine fuses. */
  multiplyAdd(a: F32, b: F32): F32 {
    const { target } = this;
    if (!target.relaxed || Math.max(this.width, a.width, b.width) === 1) return this.add(a.mul(b));
    return new F32(target, 4, (lane) => {
      for (const operand of [a, b, this]) operand.pushAs(4, lane);
      simdOp(target.code, v128.relaxedMadd);
    });
  }

  /** The bits of the float as an integer. */
  bits(): I32 {
    return new I32(this.target, this.width, (lane) => {
      this.push(lane);
      if (this.width === 1 || !this.target.simd) this.target.code.byte(scalar.reinterpretToI32);
    });
  }

  /** One lane of a vector as a scalar. */
  lane(index: number): F32 {
    return new F32(this.target, 1, () => pushLane(this, index, v128.extractF32));
  }

  /** Lanes chosen from this (0..3) and another vector (4..7). */
  shuffle(other: F32, lanes: readonly [number, number, number, number]): F32 {
    const { target } = this;
    return new F32(target, 4, (lane) => {
      if (!target.simd) return (lanes[lane] < 4 ? this : other).pushAs(4, lanes[lane] & 3);
      this.pushAs(4, 0);
      other.pushAs(4, 0);
      shuffleOp(target.code, lanes);
    });
  }
}

/** Truncates toward zero, saturating; NaN gives 0. */
export function toInt(x: F32): I32 {
  const { target, width } = x;
  return new I32(target, width, (lane) => {
    if (width === 1 || !target.simd) return saturated(target.let(new F32(target, 1, () => x.push(lane)))).push(0);
    x.push(lane);
    simdOp(target.code, v128.truncToI32);
  });
}

/** `toInt` of a scalar: the instruction of WebAssembly 1.0 traps on NaN and beyond the integers. */
function saturated(x: F32): I32 {
  const { target } = x;
  const limit = 2 ** 31;
  const inside = x.lt(limit).select(x.max(-limit), 0);
  const truncated = new I32(target, 1, () => {
    inside.push(0);
    target.code.byte(scalar.truncToI32);
  });
  return x.ge(limit).selectInt(limit - 1, truncated);
}

function shuffleOp(code: Bytes, lanes: readonly [number, number, number, number]): void {
  simdOp(code, v128.shuffle);
  for (const index of lanes) for (let byte = 0; byte < 4; byte++) code.byte(index * 4 + byte);
}

function pushLane(value: Value, index: number, opcode: number): void {
  value.push(index);
  if (value.width === 4 && value.target.simd) {
    simdOp(value.target.code, opcode);
    value.target.code.byte(index);
  }
}

/** A 32-bit integer, one or four; comparisons are signed. */
export class I32 extends Value {
  protected get splatOpcode(): number {
    return v128.splatI32;
  }

  static of(target: Target, value: I32 | number): I32 {
    if (typeof value !== 'number') return value;
    return new I32(target, 1, () => {
      target.code.byte(scalar.i32Const);
      target.code.signed(value);
    });
  }

  /** Four of them that are known. */
  static lanes(target: Target, values: readonly number[]): I32 {
    return new I32(target, 4, (lane) => {
      if (!target.simd) return I32.of(target, values[lane]).push(0);
      simdOp(target.code, v128.constant);
      for (let byte = 0; byte < 16; byte++) target.code.byte((values[byte >> 2] >>> (8 * (byte & 3))) & 0xff);
    });
  }

  private op(name: 'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor', other: I32 | number): I32 {
    return instruction(I32, I32_OPS[name], this, I32.of(this.target, other));
  }

  private compare(name: 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge', other: I32 | number): Mask {
    return instruction(Mask, I32_OPS[name], this, I32.of(this.target, other));
  }

  private shift(name: keyof typeof I32_SHIFTS, count: I32 | number): I32 {
    const { target, width } = this;
    const [single, four] = I32_SHIFTS[name];
    return new I32(target, width, (lane) => {
      this.push(lane);
      I32.of(target, count).push(lane);
      if (width === 4 && target.simd) simdOp(target.code, four);
      else target.code.byte(single);
    });
  }

  /** An instruction that exists for scalars only. */
  private scalarOp(opcode: number, other: I32 | number): I32 {
    return new I32(this.target, 1, (lane) => {
      this.push(lane);
      I32.of(this.target, other).push(lane);
      this.target.code.byte(opcode);
    });
  }

  add(other: I32 | number): I32 { return other === 0 ? this : this.op('add', other); }
  sub(other: I32 | number): I32 { return this.op('sub', other); }
  mul(other: I32 | number): I32 { return this.op('mul', other); }
  and(other: I32 | number): I32 { return this.op('and', other); }
  or(other: I32 | number): I32 { return this.op('or', other); }
  xor(other: I32 | number): I32 { return this.op('xor', other); }
  /** By a scalar. */
  shl(count: I32 | number): I32 { return this.shift('shl', count); }
  shrSigned(count: number): I32 { return this.shift('shrSigned', count); }
  shrUnsigned(count: number): I32 { return this.shift('shrUnsigned', count); }
  /** Unsigned quotient; scalars only. */
  div(other: I32 | number): I32 { return this.scalarOp(scalar.divUnsigned, other); }
  /** Unsigned remainder; scalars only. */
  rem(other: I32 | number): I32 { return this.scalarOp(scalar.remUnsigned, other); }

  eq(other: I32 | number): Mask { return this.compare('eq', other); }
  ne(other: I32 | number): Mask { return this.compare('ne', other); }
  lt(other: I32 | number): Mask { return this.compare('lt', other); }
  gt(other: I32 | number): Mask { return this.compare('gt', other); }
  le(other: I32 | number): Mask { return this.compare('le', other); }
  ge(other: I32 | number): Mask { return this.compare('ge', other); }

  /** The upper half of the unsigned 64-bit product. As vectors both factors are pushed twice. */
  mulHigh(other: I32 | number): I32 {
    const { target } = this;
    const factors = [this, I32.of(target, other)];
    const width: Width = factors.some((factor) => factor.width === 4) ? 4 : 1;
    return new I32(target, width, (lane) => {
      if (width === 4 && target.simd) {
        for (const half of [v128.extmulLowUnsigned, v128.extmulHighUnsigned]) {
          for (const factor of factors) factor.pushAs(4, 0);
          simdOp(target.code, half);
        }
        return shuffleOp(target.code, [1, 3, 5, 7]);
      }
      for (const factor of factors) {
        factor.push(lane);
        target.code.byte(scalar.extendUnsigned);
      }
      target.code.byte(scalar.i64Mul);
      target.code.byte(scalar.i64Const);
      target.code.signed(32);
      target.code.byte(scalar.i64ShrUnsigned);
      target.code.byte(scalar.wrap);
    });
  }

  /** How many bits are set. */
  popcount(): I32 {
    const { target, width } = this;
    return new I32(target, width, (lane) => {
      this.push(lane);
      if (width === 1 || !target.simd) return target.code.byte(scalar.popcount);
      for (const opcode of [v128.popcountI8, v128.addPairsU8, v128.addPairsU16]) simdOp(target.code, opcode);
    });
  }

  /** The nearest float of the signed integer. */
  toFloat(): F32 {
    const { target, width } = this;
    return new F32(target, width, (lane) => {
      this.push(lane);
      if (width === 4 && target.simd) simdOp(target.code, v128.i32ToF32);
      else target.code.byte(scalar.i32ToF32);
    });
  }

  /** These bits read as a float. */
  asFloat(): F32 {
    return new F32(this.target, this.width, (lane) => {
      this.push(lane);
      if (this.width === 1 || !this.target.simd) this.target.code.byte(scalar.reinterpretToF32);
    });
  }

  /** One lane of a vector as a scalar. */
  lane(index: number): I32 {
    return new I32(this.target, 1, () => pushLane(this, index, v128.extractI32));
  }
}
