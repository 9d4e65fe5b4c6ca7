// f32_matmul_bt: dx = dz W^T, the gradient of a dense layer's input; W in panels (panels.ts), as its reading has it.
//
// Eight inputs at a time: the eight rows of W that belong to them are transposed, panel by panel, into a scratch strip
// of (outputs, 8), which then serves all rows of dz in the register tile of the forward product.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { sampleReadings } from '../cases/readings.ts';
import { f32, family, kernel, size, type Emitted, type Referenced } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { meant, readingKey, weightParameters, type Reading } from '../parts/reading.ts';
import { accumulate, forTiles, openTile, storeRow } from '../parts/tile.ts';
import { meantReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  dx: f32.out('batch', 'inputs'),
  dz: f32.in('batch', 'outputs'),
  ...weightParameters(reading, 'outputs', 'inputs'),
  strip: f32.scratch(padded('outputs'), PANEL),
  batch: size,
  inputs: size,
  outputs: size,
});

type Args = Emitted<ReturnType<typeof parameters>>;

export const f32_matmul_bt = family('f32_matmul_bt', readingKey, (reading: Reading, name) =>
  kernel(name, parameters(reading), (k, args) => {
    const { dx, dz, strip, batch, inputs, outputs } = args;
    const dzBytes = k.let(outputs.shl(2));
    k.for(0, inputs, PANEL, (input) => {
      const width = k.let(inputs.sub(input));
      k.if(
        width.ge(PANEL),
        () => transposeRows(k, reading, args, input),
        () => copyLastRows(k, reading, args, input, width),
      );
      forTiles(k, batch, (row, rows) => {
        const sums = openTile(k, rows, () => k.f32x4(0));
        const first = k.let(dz.plus(row.mul(outputs)).address);
        const a = Array.from({ length: rows }, (_, r) => k.var(r === 0 ? first : dzBytes.mul(r).add(first)));
        accumulate(k, sums, { a, aStep: 4, b: k.var(strip.address) }, outputs);
        sums.forEach((sum, r) => storeRow(k, dx.plus(row.add(r).mul(inputs).add(input)), width, sum));
      });
    });
  }),
);

export const variants = (): readonly Reading[] => sampleReadings;

/** strip[o][r] = W[input + r][o] for eight whole rows: in every panel an 8 x 8 block, as four 4 x 4 blocks. */
function transposeRows(k: Emitter, reading: Reading, args: Args, input: I32): void {
  const { element, scaled } = reading;
  const { weight, scale, strip, inputs, outputs } = args;
  k.for(0, outputs, PANEL, (column) => {
    const from = k.let(weight.plus(column.mul(inputs).add(input.shl(3))).address);
    const to = k.let(strip.plus(column.shl(3)).address);
    for (const half of [0, 4]) {
      const factor = scaled ? k.let(scale.plus(column).vector(half)) : null;
      for (const rows of [0, 4]) {
        const block = k.pointer(element, from).plus(rows * PANEL + half);
        const read = (row: number): F32 => meant(block.vector(row * PANEL), reading, factor);
        transposeBlock(k, k.pointer('f32', to).plus(half * PANEL + rows), read);
      }
    }
  });
}

function transposeBlock(k: Emitter, to: Pointer<'f32'>, read: (row: number) => F32): void {
  const [a, b, c, d] = [0, 1, 2, 3].map((row) => k.let(read(row)));
  const [ab, cd] = [k.let(a.shuffle(b, [0, 4, 1, 5])), k.let(c.shuffle(d, [0, 4, 1, 5]))];
  const [abHigh, cdHigh] = [k.let(a.shuffle(b, [2, 6, 3, 7])), k.let(c.shuffle(d, [2, 6, 3, 7]))];
  to.vector(0).set(ab.shuffle(cd, [0, 1, 4, 5]));
  to.vector(PANEL).set(ab.shuffle(cd, [2, 3, 6, 7]));
  to.vector(2 * PANEL).set(abHigh.shuffle(cdHigh, [0, 1, 4, 5]));
  to.vector(3 * PANEL).set(abHigh.shuffle(cdHigh, [2, 3, 6, 7]));
}

/** The same for the last rows, fewer than eight; the missing ones become zeros. All of the strip is written. */
function copyLastRows(k: Emitter, reading: Reading, args: Args, input: I32, width: I32): void {
  const { weight, scale, strip, inputs, outputs } = args;
  k.for(0, k.let(outputs.add(PANEL - 1).and(-PANEL)), 1, (output) => {
    const panel = k.let(
      output
        .and(-PANEL)
        .mul(inputs)
        .add(output.and(PANEL - 1)),
    );
    const factor = reading.scaled ? k.let(scale.at(output)) : null;
    for (let row = 0; row < PANEL; row++) {
      const to = strip.plus(output.shl(3)).at(row);
      k.if(
        width.gt(row),
        () => to.set(meant(weight.at(panel.add(input.add(row).shl(3))), reading, factor)),
        () => to.set(0),
      );
    }
  });
}

export const reference =
  (reading: Reading) =>
  ({ dx, dz, weight, scale, batch, inputs, outputs }: Referenced<ReturnType<typeof parameters>>): void => {
    for (let b = 0; b < batch; b++) {
      for (let i = 0; i < inputs; i++) {
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const value = meantReference(reading, { weight, scale }, panelIndex(inputs, i, o), o);
          sum = Math.fround(sum + Math.fround(dz[b * outputs + o] * value));
        }
        dx[b * inputs + i] = sum;
      }
    }
  };
