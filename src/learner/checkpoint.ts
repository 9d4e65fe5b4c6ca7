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
import { wordsOf, type Engine, type Words } from './engine.ts';
import { CheckpointError } from '../errors.ts';

const MAGIC = 'ONWD';
const VERSION = 1;
const START = 12;
const CHECKSUM = 4;

/** What a checkpoint is of; learners may exchange checkpoints when these agree. */
interface Identity {
  readonly network: string;
  readonly rule: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly storage: string;
  readonly random: string;
}

interface Stored {
  readonly name: string;
  readonly element: ElementType;
  readonly shape: readonly number[];
}

/** What besides the buffers goes into a checkpoint. */
export interface Progress {
  readonly classNames: readonly string[];
  /** Epochs begun. */
  readonly epochs: number;
}

interface Header extends Identity, Progress {
  readonly seed: number;
  readonly buffers: readonly Stored[];
}

/** The learning rate is no part of it: a learner goes on with its own. */
function identityOf({ network, rule, storage, weights }: CompiledLearner): Identity {
  const layers = network.layers.map(({ type, config, name }) => `${name}:${type}${JSON.stringify(config)}`);
  const optimizers = Object.entries(rule.optimizers).map(([name, { update, hyper, clipNorm }]) => {
    const { learningRate: _, ...numbers } = hyper;
    const clipped = clipNorm === null ? '' : `, clipped to ${clipNorm}`;
    return `${name}: ${update}${JSON.stringify(numbers)}${clipped}`;
  });
  return {
    network: `[${network.inputShape.join(', ')}] ${layers.join(' ')}`,
    rule: `${rule.name} v${rule.version} ${JSON.stringify(rule.config)}`,
    loss: rule.loss,
    optimizer: optimizers.join(', '),
    storage: `${storage}: ${[...new Set(weights.map((weight) => weight.storage))].join(', ')}`,
    random: 'philox4x32-10 v1',
  };
}

export function writeCheckpoint(engine: Engine, { classNames, epochs }: Progress): Uint8Array<ArrayBuffer> {
  const header: Header = {
    ...identityOf(engine.compiled),
    classNames,
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
 * Puts a checkpoint into the engine. Nothing is changed unless all of it fits.
 * @throws CheckpointError saying what is wrong, or what differs.
 */
export function readCheckpoint(engine: Engine, bytes: Uint8Array): Progress {
  const { header, values } = parse(bytes);
  const { compiled, learned } = engine;
  for (const [key, mine] of Object.entries(identityOf(compiled)) as [keyof Identity, string][]) {
    if (header[key] !== mine) refuse(`is of ${key} '${header[key]}', this learner's is '${mine}'`);
  }
  const { classNames, epochs, seed } = header;
  const { capacity, names } = compiled.classes;
  if (classNames.length < names.length || classNames.length > capacity) {
    const room = names.length === capacity ? capacity : `${names.length} to ${capacity}`;
    refuse(`has ${classNames.length} classes, this learner takes ${room}`);
  }
  for (const name of values.keys()) {
    if (!learned.some((buffer) => buffer.name === name)) refuse(`holds '${name}', which this learner does not have`);
  }
  const parts = learned.map((buffer) => {
    const describe = ({ element, shape }: Omit<Stored, 'name'>): string =>
      `${element}[${shape.map((axis, index) => (index === buffer.classAxis ? 'classes' : axis)).join(', ')}]`;
    const part = values.get(buffer.name);
    if (part !== undefined && describe(part) === describe(buffer)) return part;
    const what = part === undefined ? 'nothing' : describe(part);
    return refuse(`holds ${what} as '${buffer.name}', wanted ${describe(buffer)}`);
  });
  engine.reset(seed);
  learned.forEach((buffer, index) => engine.write(buffer, parts[index].words, parts[index].shape));
  engine.classes = classNames.length;
  return { classNames, epochs };
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

function parseHeader(bytes: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Header;
    const { classNames, buffers, epochs, seed } = header;
    const isNames = isList(classNames, (name) => typeof name === 'string') && isUnique(classNames);
    const isBuffers = isList(buffers, isStored) && isUnique(buffers.map(({ name }) => name));
    if (isNames && isBuffers && isCount(epochs) && (seed | 0) === seed) return header;
  } catch {
    // reported below, like a header without its parts
  }
  return refuse('has a header that cannot be read');
}
