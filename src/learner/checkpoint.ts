// A checkpoint: everything a learner has learned, as bytes that say what they are.
//
//   'ONWD' | version u32 | header length u32 | header, JSON in UTF-8 | the buffers' words | CRC-32 of all before
//
// All little-endian. Values are logical and row-major, by name, bit for bit: no packed form and no address, so a
// checkpoint outlives the layout, the batch size, the class capacity and the instruction set it was written with. What
// the seed alone determines (fixed projections) is left out and drawn again.

import { elementsOf } from '../../runtime/program/layout.ts';
import { bytesPerElement, elementsAt, isElementType, type ElementType } from '../../runtime/wasm/pointer.ts';
import { crc32 } from '../data/crc32.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import { CheckpointError } from '../errors.ts';
import { wordsOf, type Words } from './engine.ts';
import type { Trainer } from './trainer.ts';

const MAGIC = 'ONWD';
const VERSION = 2;
const START = 12;
const CHECKSUM = 4;

/**
 * What a checkpoint is of, each part by its name: the network layer by layer, the rule with its options, the task, the
 * storage, the optimisers with their numbers. Learners may exchange checkpoints when these agree.
 */
type Identity = Readonly<Record<string, string>>;

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
  readonly seed: number;
  readonly buffers: readonly Stored[];
}

/** The learning rate is no part of it: a learner goes on with its own. */
function identityOf({ network, rule, storage, weights, task }: CompiledLearner): Identity {
  const parts: Record<string, string> = {
    input: `[${network.inputShape.join(', ')}]`,
    rule: `${rule.name} version ${rule.version}`,
    task: task.kind,
    loss: JSON.stringify(task.loss),
    storage: `${storage}: ${[...new Set(weights.map((weight) => weight.storage))].join(', ')}`,
    random: 'philox4x32-10 v1',
  };
  network.layers.forEach(({ type, config, name }) => {
    parts[`layer '${name}'`] = `${type}${JSON.stringify(config)}`;
  });
  for (const [option, value] of Object.entries(rule.config)) parts[`rule option '${option}'`] = JSON.stringify(value);
  for (const [name, { update, hyper, clipNorm }] of Object.entries(rule.optimizers)) {
    parts[`optimizer '${name}'`] = update;
    if (clipNorm !== null) parts[`optimizer '${name}' clipNorm`] = String(clipNorm);
    for (const [key, value] of Object.entries(hyper)) {
      if (key !== 'learningRate') parts[`optimizer '${name}' ${key}`] = String(value);
    }
  }
  return parts;
}

export function writeCheckpoint({ engine, names, epochs }: Trainer): Uint8Array<ArrayBuffer> {
  const header: Header = {
    identity: identityOf(engine.compiled),
    declared: engine.compiled.task.names,
    names,
    epochs,
    seed: engine.seed,
    buffers: engine.learned.map(({ name, element, shape }) => ({ name, element, shape })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const parts = [text, ...engine.learned.map((buffer) => new Uint8Array(engine.read(buffer).buffer))];
  const length = START + parts.reduce((total, { byteLength }) => total + byteLength, 0);
  const bytes = new Uint8Array(length + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, text.length, true);
  let offset = START;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  view.setUint32(length, crc32(bytes.subarray(0, length)), true);
  return bytes;
}

/**
 * Puts a checkpoint into the trainer. Nothing is changed unless all of it fits.
 * @throws CheckpointError saying what is wrong, or what differs.
 */
export function readCheckpoint(trainer: Trainer, bytes: Uint8Array): void {
  const { header, values } = parse(bytes);
  const { compiled, engine } = trainer;
  const { learned } = engine;
  expectSame(header, compiled);
  const { names, epochs, seed } = header;
  for (const name of values.keys()) {
    if (!learned.some((buffer) => buffer.name === name)) refuse(`holds '${name}', which this learner does not have`);
  }
  const parts = learned.map((buffer) => {
    const part = values.get(buffer.name);
    const what = part === undefined ? 'nothing' : describe(part, buffer.classAxis);
    const wanted = describe(buffer, buffer.classAxis);
    if (part === undefined || what !== wanted) return refuse(`holds ${what} as '${buffer.name}', wanted ${wanted}`);
    const held = buffer.classAxis < 0 ? names.length : part.shape[buffer.classAxis];
    if (held < names.length) refuse(`names ${names.length} classes, but holds ${held} in '${buffer.name}'`);
    return part;
  });
  engine.reset(seed);
  learned.forEach((buffer, index) => engine.write(buffer, parts[index].words, parts[index].shape));
  const { count } = compiled.task;
  if (count !== null) engine.setCount(count, names.length);
  trainer.names = names;
  trainer.epochs = epochs;
}

/** What a checkpoint was declared for: the kind of its task, and the names of classes or outputs, if they have any. */
export function checkpointTask(bytes: Uint8Array): { readonly kind: string; readonly names: readonly string[] } {
  const { identity, names } = parse(bytes).header;
  return { kind: identity.task, names };
}

const describe = ({ element, shape }: Omit<Stored, 'name'>, classAxis: number): string =>
  `${element}[${shape.map((axis, index) => (index === classAxis ? 'classes' : axis)).join(', ')}]`;

function expectSame({ identity, declared, names }: Header, compiled: CompiledLearner): void {
  const mine = identityOf(compiled);
  for (const key of new Set([...Object.keys(mine), ...Object.keys(identity)])) {
    if (identity[key] === mine[key]) continue;
    const [theirs, own] = [identity[key], mine[key]].map((value) => value ?? 'none');
    refuse(`is of ${key} ${theirs}, this learner's is ${own}`);
  }
  const { task } = compiled;
  const what = task.count === null ? 'outputs' : 'classes';
  if (task.named && declared.join('\n') !== task.names.join('\n')) {
    refuse(`is of the ${what} ${declared.join(', ')}, this learner was declared with ${task.names.join(', ')}`);
  }
  if (task.count === null || names.length <= task.capacity) return;
  refuse(`has ${names.length} classes, this learner takes ${task.capacity}`);
}

interface Part extends Stored {
  readonly words: Words;
}

function refuse(what: string): never {
  throw new CheckpointError(`the checkpoint ${what}`);
}

function parse(bytes: Uint8Array): { header: Header; values: Map<string, Part> } {
  if (!(bytes instanceof Uint8Array)) refuse(`is of type ${typeof bytes}, wanted Uint8Array`);
  if (bytes.length < START + CHECKSUM) refuse(`has ${bytes.length} bytes, too few for any`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC) refuse(`is none: it begins with '${magic}', wanted '${MAGIC}'`);
  const version = view.getUint32(4, true);
  if (version !== VERSION) refuse(`has format version ${version}; this program reads version ${VERSION}`);
  const end = bytes.length - CHECKSUM;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) {
    refuse(`is damaged or cut short: its checksum does not fit its ${bytes.length} bytes`);
  }
  let offset = START + view.getUint32(8, true);
  const header = parseHeader(bytes.subarray(START, Math.min(offset, end)));
  const values = new Map<string, Part>();
  for (const stored of header.buffers) {
    const { name, element, shape } = stored;
    const count = elementsOf(shape);
    const size = count * bytesPerElement(element);
    if (offset + size > end) refuse(`ends before the values of '${name}'`);
    const part = bytes.slice(offset, offset + size);
    values.set(name, { ...stored, words: elementsAt(wordsOf(element), part.buffer, 0, count) });
    offset += size;
  }
  if (offset !== end) refuse(`has ${end - offset} bytes behind its last values`);
  return { header, values };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
const isList = <T>(value: unknown, check: (item: T) => boolean): boolean => Array.isArray(value) && value.every(check);
const isUnique = (names: readonly string[]): boolean => new Set(names).size === names.length;
const isStored = (buffer: Stored | null): boolean =>
  typeof buffer?.name === 'string' && isElementType(buffer.element) && isList(buffer.shape, isCount);

const isText = (value: unknown): boolean => typeof value === 'string';

function parseHeader(bytes: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Header;
    const { identity, declared, names, buffers, epochs, seed } = header;
    const isNames = [declared, names].every((list) => isList(list, isText) && isUnique(list));
    const isIdentity = isList(Object.values(identity), isText) && !Array.isArray(identity);
    const isBuffers = isList(buffers, isStored) && isUnique(buffers.map(({ name }) => name));
    if (isNames && isIdentity && isBuffers && isCount(epochs) && (seed | 0) === seed) return header;
  } catch {
    // reported below, like a header without its parts
  }
  return refuse('has a header that cannot be read');
}
