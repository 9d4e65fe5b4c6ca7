// A checkpoint: everything a learner has learned, as bytes that say what they are.
//
//   'ONWD' | version u32 | header length u32 | header JSON | float32 values, one buffer behind the other | CRC-32 of all before
//
// All little-endian. Values are logical and row-major, by name: no packed form and no address, so a checkpoint outlives the
// layout, the batch size and the instruction set it was written with.

import { crc32 } from './checksum.ts';
import type { BufferInfo, CompiledLearner } from './compiled.ts';
import type { Engine } from './engine.ts';
import { CheckpointError } from './errors.ts';

const MAGIC = 'ONWD';
const VERSION = 1;
const START = 12;
const CHECKSUM = 4;

/** What a checkpoint is of; two learners may exchange checkpoints when these agree. */
interface Identity {
  readonly network: string;
  readonly rule: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly random: string;
}

interface Header extends Identity {
  readonly seed: number;
  readonly classNames: readonly string[];
  readonly epochs: number;
  readonly buffers: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** What besides the buffers goes into a checkpoint. */
export interface Progress {
  readonly classNames: readonly string[];
  readonly epochs: number;
}

function identityOf({ network, rule }: CompiledLearner): Identity {
  const layers = network.layers.map(({ type, config, name }) => `${name}:${type}${JSON.stringify(config)}`);
  return {
    network: `[${network.inputShape.join(', ')}] ${layers.join(' ')}`,
    rule: rule.name, loss: rule.loss, optimizer: rule.optimizer, random: 'philox4x32-10 v1',
  };
}

/** Buffers a checkpoint holds: all that lasts, at the number of classes there are. Counts are told apart by their names. */
const kept = ({ buffers }: CompiledLearner): BufferInfo[] =>
  buffers.filter(({ life, name }) => life === 'persistent' && !name.startsWith('count/'));

const shapeNow = ({ shape, classAxis }: BufferInfo, classes: number): number[] =>
  shape.map((axis, index) => (index === classAxis ? classes : axis));

const elementsOf = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);

export function writeCheckpoint(engine: Engine, { classNames, epochs }: Progress, seed: number): Uint8Array<ArrayBuffer> {
  const { compiled } = engine;
  const buffers = kept(compiled);
  const classes = classNames.length;
  const header: Header = {
    ...identityOf(compiled), seed, classNames, epochs,
    buffers: buffers.map((buffer) => ({ name: buffer.name, shape: shapeNow(buffer, classes) })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const values = buffers.map((buffer) => crop(engine.decode(buffer), buffer.shape, shapeNow(buffer, classes)));
  const length = START + text.length + values.reduce((total, { byteLength }) => total + byteLength, 0);
  const bytes = new Uint8Array(length + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, text.length, true);
  bytes.set(text, START);
  let offset = START + text.length;
  for (const part of values) {
    for (const value of part) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  view.setUint32(length, crc32(bytes.subarray(0, length)), true);
  return bytes;
}

/**
 * Puts a checkpoint into the engine. Nothing is changed unless all of it fits.
 * @throws CheckpointError saying what is wrong, or what differs.
 */
export function readCheckpoint(engine: Engine, bytes: Uint8Array): Progress & { readonly seed: number } {
  const { header, values } = parse(bytes);
  const { compiled } = engine;
  const [mine, theirs] = [identityOf(compiled), header];
  for (const key of Object.keys(mine) as (keyof Identity)[]) {
    if (mine[key] !== theirs[key]) throw new CheckpointError(`the checkpoint's ${key} is '${theirs[key]}', this learner's is '${mine[key]}'`);
  }
  const { classNames, epochs, seed } = header;
  if (classNames.length > compiled.classes.capacity) {
    throw new CheckpointError(`the checkpoint has ${classNames.length} classes, this learner has room for ${compiled.classes.capacity}`);
  }
  const buffers = kept(compiled);
  const parts = buffers.map((buffer) => {
    const part = values.get(buffer.name);
    const wanted = shapeNow(buffer, classNames.length);
    if (part === undefined || part.shape.join() !== wanted.join()) {
      throw new CheckpointError(`the checkpoint's '${buffer.name}' is ${part ? `[${part.shape.join(', ')}]` : 'missing'}, wanted [${wanted.join(', ')}]`);
    }
    return part;
  });
  engine.classes = classNames.length;
  engine.seed = seed;
  buffers.forEach((buffer, index) => overlay(engine, buffer, parts[index].values, parts[index].shape));
  return { classNames, epochs, seed };
}

interface Part {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function parse(bytes: Uint8Array): { header: Header; values: Map<string, Part> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < START + CHECKSUM) throw new CheckpointError(`the checkpoint has ${bytes.length} bytes, too few for any`);
  const magic = new TextDecoder().decode(bytes.subarray(0, 4));
  if (magic !== MAGIC) throw new CheckpointError(`this is no checkpoint: it begins with '${magic}', wanted '${MAGIC}'`);
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new CheckpointError(`the checkpoint has format version ${version}; this program reads version ${VERSION}`);
  const end = bytes.length - CHECKSUM;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) {
    throw new CheckpointError(`the checkpoint is damaged or cut short: its checksum does not fit its ${bytes.length} bytes`);
  }
  const headerEnd = START + view.getUint32(8, true);
  if (headerEnd > end) throw new CheckpointError(`the checkpoint's header of ${headerEnd - START} bytes does not fit into its ${bytes.length}`);
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(START, headerEnd)));
  const values = new Map<string, Part>();
  let offset = headerEnd;
  for (const { name, shape } of header.buffers) {
    const length = elementsOf(shape);
    if (!Number.isInteger(length) || length < 0 || offset + length * 4 > end) {
      throw new CheckpointError(`the checkpoint ends before the values of '${name}'`);
    }
    const from = offset;
    values.set(name, { shape, values: Float32Array.from({ length }, (_, index) => view.getFloat32(from + index * 4, true)) });
    offset += length * 4;
  }
  return { header, values };
}

function parseHeader(text: string): Header {
  try {
    const header = JSON.parse(text) as Header;
    if (Array.isArray(header.buffers) && Array.isArray(header.classNames)) return header;
  } catch {
    // reported below, like a header without its parts
  }
  throw new CheckpointError('the checkpoint has a header that cannot be read');
}

/** The first part of `values` along every axis. */
function crop(values: Float32Array, shape: readonly number[], wanted: readonly number[]): Float32Array {
  const out = new Float32Array(elementsOf(wanted));
  forBox(shape, wanted, (from, to) => {
    out[to] = values[from];
  });
  return out;
}

/** Writes values of a smaller shape into the first part of a buffer along every axis; the rest stays. */
export function overlay(engine: Engine, buffer: BufferInfo, values: Float32Array, shape: readonly number[]): void {
  const whole = engine.decode(buffer);
  forBox(buffer.shape, shape, (to, from) => {
    whole[to] = values[from];
  });
  engine.encode(buffer, whole);
}

/** Pairs of row-major positions: in a box of `shape`, and in its corner of shape `part`. */
function forBox(shape: readonly number[], part: readonly number[], visit: (whole: number, part: number) => void): void {
  const count = elementsOf(part);
  for (let index = 0; index < count; index++) {
    let [rest, whole, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      whole += (rest % part[axis]) * stride;
      rest = Math.floor(rest / part[axis]);
      stride *= shape[axis];
    }
    visit(whole, index);
  }
}
