// What the page keeps, as bytes and back. Knows no store.
//
//   length of the header u32, little-endian | header, JSON in UTF-8 | bytes
//
// The store finds damage. Here a record of another version, or one that makes no sense to this page, is a RecordError.

import { PICTURE_SIDE } from '../../src/data/index.ts';
import type { Profile } from '../../src/index.ts';
import {
  BATCH,
  CAPACITY,
  digits,
  FIRST,
  isStored,
  networks,
  ruleNames,
  storageOf,
  type Choice,
  type NetworkName,
} from './choices.ts';
import type { Drawing } from './drawings.ts';

const VERSION = 1;
const PICTURE = PICTURE_SIDE * PICTURE_SIDE;

export class RecordError extends Error {
  override name = 'RecordError';
}

/** Where the page was left. */
export interface Place {
  readonly choice: Choice;
  /** A life ends when everything is forgotten; the records of each are apart. */
  readonly life: number;
  /** The life before, as long as forgetting can be undone. */
  readonly former: number | null;
}

/** What the user gave, for all choices. */
export interface Notebook {
  /** Classes besides the digits. */
  readonly names: readonly string[];
  readonly drawings: readonly Drawing[];
  /** Devices of the user's own. */
  readonly profiles: readonly Profile[];
}

/** What a choice of rule, network and storage has learned. */
export interface Progress {
  readonly checkpoint: Uint8Array;
  /** Classes it has learned something of. */
  readonly met: readonly string[];
  /** Of each batch of its warm-up, the digits guessed rightly. */
  readonly hits: readonly number[];
  /** When the latest drawing was taught that it learned; 0 for none. */
  readonly taughtAt: number;
}

/** How a choice has learned, for the page to show beside another's. */
export interface KeptCurve {
  /** Of its choice. */
  readonly key: string;
  readonly title: string;
  readonly network: NetworkName;
  readonly hits: readonly number[];
}

type Check<Value> = (value: Partial<Record<keyof Value, unknown>>) => boolean;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isListOf = (value: unknown, check: (item: never) => boolean): value is unknown[] =>
  Array.isArray(value) && (value as never[]).every(check);
const isNames = (value: unknown): value is string[] =>
  isListOf(value, (name) => typeof name === 'string' && name !== '') && new Set(value).size === value.length;

// ---- the place ------------------------------------------------------------------------------------------------------

const isRule = (name: unknown): boolean => (ruleNames as readonly unknown[]).includes(name);
const isNetwork = (name: unknown): boolean => typeof name === 'string' && Object.hasOwn(networks, name);

function isProfile(value: unknown): boolean {
  if (!isObject(value)) return false;
  try {
    storageOf(value as Profile);
    return true;
  } catch {
    return false;
  }
}

const isPlace: Check<Place> = ({ choice, life, former }) => {
  const { rule, network, storage = FIRST.storage } = isObject(choice) ? (choice as Partial<Choice>) : {};
  const isKnown = typeof storage === 'string' ? isStored(storage) : isProfile(storage);
  return isRule(rule) && isNetwork(network) && isKnown && isCount(life) && (former === null || isCount(former));
};

export const writePlace = (place: Place): Uint8Array => pack(place);

/** One of before there were storages is of floats. */
export function readPlace(packed: Uint8Array): Place {
  const place = unpack(packed, isPlace).header;
  return { ...place, choice: { ...place.choice, storage: place.choice.storage ?? FIRST.storage } };
}

// ---- the notebook ---------------------------------------------------------------------------------------------------

type Note = Pick<Drawing, 'label' | 'taughtAt'>;
interface NotebookHeader {
  readonly names: readonly string[];
  readonly notes: readonly Note[];
  readonly profiles?: readonly Profile[];
}

const isNotebook: Check<NotebookHeader> = ({ names, notes, profiles = [] }) => {
  if (!isNames(names) || !isListOf(profiles, isProfile)) return false;
  const all = [...digits, ...names];
  return (
    isNames(all) &&
    all.length <= CAPACITY &&
    isListOf(notes, (note: Partial<Note> | null) => all.includes(note?.label ?? '') && isCount(note?.taughtAt))
  );
};

export function writeNotebook({ names, drawings, profiles }: Notebook): Uint8Array {
  const pictures = new Uint8Array(drawings.length * PICTURE);
  drawings.forEach(({ picture }, index) => pictures.set(picture, index * PICTURE));
  return pack({ names, notes: drawings.map(({ label, taughtAt }) => ({ label, taughtAt })), profiles }, pictures);
}

export function readNotebook(packed: Uint8Array): Notebook {
  const {
    header: { names, notes, profiles = [] },
    bytes,
  } = unpack(packed, isNotebook);
  if (bytes.length !== notes.length * PICTURE) throw new RecordError('its pictures do not fit their number');
  const pictureAt = (index: number): Uint8Array => bytes.slice(index * PICTURE, (index + 1) * PICTURE);
  return { names, drawings: notes.map((note, index) => ({ ...note, picture: pictureAt(index) })), profiles };
}

// ---- progress -------------------------------------------------------------------------------------------------------

const areHits = (hits: unknown): boolean => isListOf(hits, (count: number) => isCount(count) && count <= BATCH);

const isProgress: Check<Omit<Progress, 'checkpoint'>> = ({ met, hits, taughtAt }) =>
  isNames(met) && areHits(hits) && isCount(taughtAt);

export const writeProgress = ({ checkpoint, ...header }: Progress): Uint8Array => pack(header, checkpoint);

export function readProgress(packed: Uint8Array): Progress {
  const { header, bytes } = unpack(packed, isProgress);
  return { ...header, checkpoint: bytes };
}

// ---- the curves -----------------------------------------------------------------------------------------------------

interface Curves {
  readonly curves: readonly KeptCurve[];
}

const isCurve = (curve: Partial<KeptCurve> | null): boolean =>
  typeof curve?.key === 'string' && typeof curve.title === 'string' && isNetwork(curve.network) && areHits(curve.hits);

const areCurves: Check<Curves> = ({ curves }) => isListOf(curves, isCurve);

export const writeCurves = (curves: readonly KeptCurve[]): Uint8Array => pack({ curves });
export const readCurves = (packed: Uint8Array): readonly KeptCurve[] => unpack(packed, areCurves).header.curves;

// ---- all of them ----------------------------------------------------------------------------------------------------

function pack(header: object, bytes: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ version: VERSION, ...header }));
  const packed = new Uint8Array(4 + text.length + bytes.length);
  new DataView(packed.buffer).setUint32(0, text.length, true);
  packed.set(text, 4);
  packed.set(bytes, 4 + text.length);
  return packed;
}

function unpack<Header>(packed: Uint8Array, check: Check<Header>): { header: Header; bytes: Uint8Array } {
  const { buffer, byteOffset, length } = packed;
  const end = length < 4 ? 0 : 4 + new DataView(buffer, byteOffset).getUint32(0, true);
  let header: unknown = null;
  try {
    header = JSON.parse(new TextDecoder().decode(packed.subarray(4, end)));
  } catch {
    // reported below, like a header without its parts
  }
  if (!isObject(header)) throw new RecordError('it has no header');
  const { version } = header as { version?: unknown };
  if (version !== VERSION) throw new RecordError(`it has version ${version}, this page reads version ${VERSION}`);
  if (!check(header as Parameters<typeof check>[0])) throw new RecordError('what it says makes no sense');
  return { header: header as Header, bytes: packed.slice(end) };
}
