// The bytes of an ONNX model of matrix products: just enough protobuf to write the messages of onnx.proto. No exporter.
// https://protobuf.dev/programming-guides/encoding, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

import type { MatmulCase } from '../contender.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPSET = 13;

function concatenate(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.of(...bytes, rest);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const integer = (field: number, value: number): Bytes => concatenate([varint(field << 3), varint(value)]);

const message = (field: number, ...parts: Uint8Array[]): Bytes => {
  const body = concatenate(parts);
  return concatenate([varint((field << 3) | 2), varint(body.length), body]);
};

const text = (field: number, value: string): Bytes => message(field, new TextEncoder().encode(value));

/** ValueInfoProto of a float tensor. */
const value = (field: number, name: string, shape: readonly number[]): Bytes => {
  const dims = shape.map((dim) => message(1, integer(1, dim)));
  return message(field, text(1, name), message(2, message(1, integer(1, FLOAT), message(2, ...dims))));
};

/** TensorProto as an initializer of the graph. */
const constant = (name: string, shape: readonly number[], type: number, data: Bytes): Bytes =>
  message(5, ...shape.map((dim) => integer(1, dim)), integer(2, type), text(8, name), message(9, data));

const node = (operator: string, inputs: readonly string[], output: string, ...attributes: Bytes[]): Bytes =>
  message(1, ...inputs.map((input) => text(1, input)), text(2, output), text(4, operator), ...attributes);

const integerAttribute = (name: string, flag: boolean): Bytes =>
  message(5, text(1, name), integer(3, Number(flag)), integer(20, 2));

/**
 * A model with inputs a0, a1, ... and `b` (or the constant `b`), and outputs c0, c1, ...: the first element of each
 * product ai b, so that little but products is timed. The ai are inputs apart, so that the runtime cannot merge them.
 * @param products how many
 * @param b makes `b` a constant with this value
 */
export function matmulModel({ kernel, m, k, n }: MatmulCase, products: number, b?: Float32Array<ArrayBuffer>): Bytes {
  const [transposeA, transposeB] = [kernel === 'f32_matmul_at', kernel === 'f32_matmul_bt'];
  const shapeB = transposeB ? [n, k] : [k, n];
  const graph = [
    text(2, 'products'),
    constant('start', [2], INT64, new Uint8Array(BigInt64Array.of(0n, 0n).buffer)),
    constant('end', [2], INT64, new Uint8Array(BigInt64Array.of(1n, 1n).buffer)),
    b === undefined ? value(11, 'b', shapeB) : constant('b', shapeB, FLOAT, new Uint8Array(b.buffer)),
  ];
  for (let i = 0; i < products; i++) {
    graph.push(
      node(
        'Gemm',
        [`a${i}`, 'b'],
        `p${i}`,
        integerAttribute('transA', transposeA),
        integerAttribute('transB', transposeB),
      ),
      node('Slice', [`p${i}`, 'start', 'end'], `c${i}`),
      value(11, `a${i}`, transposeA ? [k, m] : [m, k]),
      value(12, `c${i}`, [1, 1]),
    );
  }
  return concatenate([integer(1, IR_VERSION), message(8, integer(2, OPSET)), message(7, ...graph)]);
}
