// A checkpoint: everything a learner has learned, as bytes that say what they are (src/data/sealed.ts).
//
// Values are logical and row-major, by name, bit for bit: no panels and no address, so a checkpoint outlives the
// layout, the batch size, the class capacity and the instruction set it was written with. Of int4 two stand in a byte.
// What the seed alone determines (fixed projections) is left out and drawn again.

import { elementsOf } from '../../runtime/program/layout.ts';
import { packedNibbles, unpackedNibbles } from '../../runtime/wasm/nibbles.ts';
import { bytesPerElement, elementsAt, type ElementType } from '../../runtime/wasm/pointer.ts';
import type { BufferInfo, CompiledLearner, Identity, WeightInfo } from '../compile/compiled.ts';
import { seal, unseal, type Format } from '../data/sealed.ts';
import { CheckpointError } from '../errors.ts';
import { expectScales, featuresOf, type Standardization } from '../tasks/host/scale.ts';
import { expectNames } from '../tasks/parts/names.ts';
import { decoded } from '../quantization/encoding.ts';
import { wordsOf, type Engine, type Words } from './engine.ts';
import type { Metadata } from './metadata.ts';
import type { Trainer } from './trainer.ts';
import { writeWeight, type WeightValues } from './weights.ts';

const FORMAT: Format = { magic: 'ONWD', version: 2 };

/** A buffer whose words stand in the content, in this order. */
interface Stored {
  readonly name: string;
  readonly element: ElementType;
  readonly shape: readonly number[];
}

interface Header {
  readonly identity: Identity;
  /** Of the classes or outputs: those declared, and those there are now. */
  readonly declared: readonly string[];
  readonly names: readonly string[];
  /** Epochs begun. */
  readonly epochs: number;
  /** Set in place of schedules, or null. */
  readonly rate: number | null;
  readonly seed: number;
  /** Null, or absent in older files, where it is not decided. */
  readonly standardization?: Standardization | null;
  readonly buffers: readonly Stored[];
  /** How the values of weights are read; absent in older files. */
  readonly weights?: readonly WeightInfo[];
  /** What the caller gave, if anything. */
  readonly metadata?: Metadata;
}

export function writeCheckpoint(trainer: Trainer, metadata?: Metadata): Uint8Array<ArrayBuffer> {
  const { engine, compiled, names, epochs, standardization } = trainer;
  const { saved, seed } = engine;
  const header: Header = {
    identity: compiled.identity,
    declared: compiled.task.names,
    names,
    epochs,
    rate: engine.fixedRate,
    seed,
    standardization,
    buffers: saved.map(({ name, element, shape }) => ({ name, element, shape })),
    weights: compiled.weights,
    metadata,
  };
  const bytes = saved.map((buffer) => {
    const words = engine.read(buffer);
    return buffer.element === 'i4' ? packedNibbles(words) : new Uint8Array(words.buffer);
  });
  return seal(FORMAT, header, bytes);
}

export interface RestoreOptions {
  /**
   * Whether weights that another storage kept are taken as what they mean, and kept as this learner does; else such a
   * checkpoint is refused. Activations of int8 are to be calibrated then. Default false.
   */
  readonly requantize?: boolean;
}

/**
 * Puts a checkpoint into the trainer. Nothing is changed unless all of it fits.
 * @throws CheckpointError saying what is wrong, or what differs.
 */
export function readCheckpoint(
  trainer: Trainer,
  bytes: Uint8Array | ArrayBuffer,
  { requantize = false }: RestoreOptions = {},
): void {
  const { compiled, engine } = trainer;
  const { header, parts, weights } = parse(bytes, engine, requantize);
  const { names, epochs, rate, seed, standardization = null } = header;
  engine.reset(seed);
  engine.fixedRate = rate;
  for (const [buffer, { words, shape }] of parts) engine.write(buffer, words, shape);
  for (const [weight, { values, shape }] of weights) writeWeight(engine, weight, values, shape);
  const { count } = compiled.task;
  if (count !== null) engine.setCount(count, names.length);
  trainer.names = names;
  trainer.epochs = epochs;
  trainer.standardization = standardization ?? compiled.standardize.given;
}

/** What a checkpoint says of itself. */
export interface CheckpointInfo {
  /** Its network layer by layer, rule and options, task, storage, optimisers: what must agree with a learner's. */
  readonly identity: Identity;
  /** Of the classes or outputs: those declared, and those there were; none where they have no names. */
  readonly declared: readonly string[];
  readonly names: readonly string[];
  /** Epochs begun. */
  readonly epochs: number;
  readonly seed: number;
  /** What was given to `save`. */
  readonly metadata: Metadata;
}

/**
 * Reads what a checkpoint says of itself, without a learner.
 * @throws CheckpointError when it is damaged, or none.
 */
export function inspectCheckpoint(bytes: Uint8Array | ArrayBuffer): CheckpointInfo {
  const { identity, declared, names, epochs, seed, metadata = {} } = open(bytes).header;
  return { identity, declared, names, epochs, seed, metadata };
}

interface Part {
  readonly words: Words;
  readonly shape: readonly number[];
}

interface Parsed {
  readonly header: Header;
  readonly parts: ReadonlyMap<BufferInfo, Part>;
  /** What weights mean that another storage kept. */
  readonly weights: ReadonlyMap<WeightInfo, WeightValues>;
}

function parse(bytes: Uint8Array | ArrayBuffer, { compiled, saved }: Engine, requantize: boolean): Parsed {
  const { header, content } = open(bytes);
  const { weights } = header;
  const isOther =
    requantize && weights !== undefined && HOW_KEPT.some((key) => header.identity[key] !== compiled.identity[key]);
  expectSame(header, compiled, isOther ? HOW_KEPT : []);
  const { standardization } = header;
  const features = featuresOf(compiled.network.inputShape, compiled.task);
  if (standardization) expectScales(standardization, features, (what) => refuse(`has no ${what}`));
  if (!isOther) return { header, parts: named(() => partsOf(header, content, saved)), weights: new Map() };
  return named(() => {
    const buffers = buffersOf(header, content);
    const others = compiled.weights.filter(({ name, storage }) =>
      weights.every((from) => from.name !== name || from.storage !== storage),
    );
    const isOwn = (name: string): boolean =>
      others.every(({ parts }) => parts.every((part) => part.name !== name || part.is === 'optimizer'));
    const lasting = saved.flatMap((buffer) => {
      const part = isOwn(buffer.name) ? buffers.get(buffer.name) : undefined;
      return part !== undefined && fault(header, part, buffer) === null ? [[buffer, part] as const] : [];
    });
    return { header, parts: new Map(lasting), weights: meant(others, header, weights, buffers, saved) };
  });
}

/** The header, as far as it stands without a learner, and what follows it. */
const open = (bytes: Uint8Array | ArrayBuffer): { header: Header; content: Uint8Array } =>
  named(() => {
    const { header: given, content } = unseal(FORMAT, bytes, refuse);
    const header = given as Header;
    const { identity, declared, names, epochs, rate, seed, metadata = {} } = header;
    for (const list of [declared, names]) expectNames('class', list);
    const isRate = rate === null || (rate >= 0 && rate < Infinity);
    const isText = Object.values(identity).every((part) => typeof part === 'string');
    if (!isText || !isCount(epochs) || !isRate || (seed | 0) !== seed || Object(metadata) !== metadata) {
      throw new RangeError();
    }
    return { header, content };
  });

/** A header that is none, or lacks a part, is named by the checkpoint. */
function named<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    return refuse('has a header that cannot be read');
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 31;

interface Read extends Stored, Part {}

/** All that a checkpoint holds, by name. */
function buffersOf({ buffers }: Header, content: Uint8Array): Map<string, Read> {
  let offset = 0;
  const read = buffers.map(({ name, element, shape }) => {
    const count = elementsOf(shape);
    const end = offset + Math.ceil(count * bytesPerElement(element));
    if (!isCount(count) || end > content.length) refuse(`ends before the values of '${name}'`);
    const bytes = content.slice(offset, end);
    offset = end;
    const words =
      element === 'i4' ? unpackedNibbles(bytes, count) : elementsAt(wordsOf(element), bytes.buffer, 0, count);
    return [name, { name, element, shape, words }] as const;
  });
  if (offset !== content.length) refuse(`has ${content.length - offset} bytes behind its last values`);
  return new Map(read);
}

/** Why something does not fit into a buffer, or null. */
function fault({ names }: Header, { name, element, shape }: Stored, buffer: BufferInfo): string | null {
  const { classAxis } = buffer;
  const [came, wanted] = [describe(element, shape, classAxis), describe(buffer.element, buffer.shape, classAxis)];
  if (came !== wanted) return `holds ${came} as '${name}', wanted ${wanted}`;
  const held = classAxis < 0 ? names.length : shape[classAxis];
  if (isCount(held) && held >= names.length) return null;
  return `names ${names.length} classes, but holds ${held} in '${name}'`;
}

/** The words of each buffer that is to be there, in the shape in which they came. */
function partsOf(header: Header, content: Uint8Array, saved: readonly BufferInfo[]): Map<BufferInfo, Part> {
  const buffers = buffersOf(header, content);
  const parts = [...buffers.values()].map((part) => {
    const buffer = saved.find(({ name }) => name === part.name);
    if (buffer === undefined) return refuse(`holds '${part.name}', which this learner does not have`);
    const why = fault(header, part, buffer);
    return why === null ? ([buffer, part] as const) : refuse(why);
  });
  for (const { name } of saved) if (!buffers.has(name)) refuse(`holds nothing as '${name}'`);
  return new Map(parts);
}

/** Of each of these weights of a learner what the storage of a checkpoint means by its values. */
function meant(
  wanted: readonly WeightInfo[],
  header: Header,
  weights: readonly WeightInfo[],
  buffers: ReadonlyMap<string, Read>,
  saved: readonly BufferInfo[],
): Map<WeightInfo, WeightValues> {
  return new Map(
    wanted.map((weight) => {
      const from = weights.find(({ name }) => name === weight.name);
      const part = (is: string): Read | undefined =>
        buffers.get(from?.parts.find((each) => each.is === is)?.name ?? '');
      const [value, scale] = [part('value'), part('scale')];
      if (from === undefined || value === undefined) return refuse(`holds no weight '${weight.name}'`);
      const place = weight.parts.find(({ is }) => is === 'value')?.name;
      const buffer = saved.find(({ name }) => name === place);
      const why = buffer ? fault(header, { ...value, element: buffer.element }, buffer) : null;
      if (why !== null) refuse(why);
      const [stored, scales] = [value, scale].map(
        (read) => read && (read.element === 'f32' ? new Float32Array(read.words.buffer) : read.words),
      );
      return [weight, { shape: value.shape, values: decoded(stored ?? [], scales ?? null, from.reading) }] as const;
    }),
  );
}

const describe = (element: ElementType, shape: readonly number[], classAxis: number): string =>
  `${element}[${shape.map((axis, index) => (index === classAxis ? 'classes' : axis)).join(', ')}]`;

/** What an identity says of how weights and activations are kept. */
const HOW_KEPT: readonly string[] = ['storage', 'activations'];

function expectSame(
  { identity, declared, names }: Header,
  { identity: mine, task }: CompiledLearner,
  but: readonly string[],
): void {
  for (const key of Object.keys({ ...mine, ...identity })) {
    if (identity[key] === mine[key] || but.includes(key)) continue;
    const [theirs, own] = [identity[key], mine[key]].map((value) => value ?? 'none');
    refuse(`is of ${key} ${theirs}, this learner's is ${own}`);
  }
  const what = task.count === null ? 'outputs' : 'classes';
  if (task.named && declared.join('\n') !== task.names.join('\n')) {
    refuse(`is of the ${what} ${declared.join(', ')}, this learner was declared with ${task.names.join(', ')}`);
  }
  if (task.count === null || names.length <= task.capacity) return;
  refuse(`has ${names.length} classes, this learner takes ${task.capacity}`);
}

function refuse(what: string): never {
  throw new CheckpointError(`the checkpoint ${what}`);
}
