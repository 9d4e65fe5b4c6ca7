import { describe, expect, it } from 'vitest';
import { matmulModel } from '../../bench/speed/contenders/onnx-model.ts';

type Field = { number: number; value: number | Uint8Array };

/** The fields of one protobuf message with varints and length-delimited values. */
function fields(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      value += (bytes[at] & 0x7f) * shift;
      if (bytes[at++] < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const value = varint();
    if ((key & 7) === 0) found.push({ number: key >> 3, value });
    else {
      found.push({ number: key >> 3, value: bytes.subarray(at, at + value) });
      at += value;
    }
  }
  expect(at).toBe(bytes.length);
  return found;
}

const inside = (parent: Field[], number: number): Field[][] =>
  parent.filter((field) => field.number === number).map(({ value }) => fields(value as Uint8Array));

const text = (message: Field[], number: number): string[] =>
  message.filter((field) => field.number === number).map(({ value }) => new TextDecoder().decode(value as Uint8Array));

describe('matmulModel', () => {
  const matmulCase = { kernel: 'f32_matmul_bt', m: 64, k: 300, n: 2 } as const;

  it('is a graph of products that share b', () => {
    const [graph] = inside(fields(matmulModel(matmulCase, 2)), 7);
    const nodes = inside(graph, 1).map((node) => [text(node, 4), text(node, 1), text(node, 2)]);
    expect(nodes).toEqual([
      [['Gemm'], ['a0', 'b'], ['p0']],
      [['Slice'], ['p0', 'start', 'end'], ['c0']],
      [['Gemm'], ['a1', 'b'], ['p1']],
      [['Slice'], ['p1', 'start', 'end'], ['c1']],
    ]);
    expect(inside(graph, 11).map((input) => text(input, 1)[0])).toEqual(['b', 'a0', 'a1']);
    expect(inside(graph, 12).map((output) => text(output, 1)[0])).toEqual(['c0', 'c1']);
  });

  it('holds a constant b as raw floats with its stored shape (n, k)', () => {
    const b = Float32Array.from({ length: 600 }, (_, i) => i / 7);
    const [graph] = inside(fields(matmulModel(matmulCase, 1, b)), 7);
    const [, , tensor] = inside(graph, 5);
    expect(text(tensor, 8)).toEqual(['b']);
    expect(tensor.filter(({ number }) => number === 1).map(({ value }) => value)).toEqual([2, 300]);
    const [{ value: raw }] = tensor.filter(({ number }) => number === 9);
    expect(new Float32Array((raw as Uint8Array).slice().buffer)).toEqual(b);
    expect(inside(graph, 11).map((input) => text(input, 1)[0])).toEqual(['a0']);
  });
});
