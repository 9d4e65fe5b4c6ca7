// A compiled learner as one file, made at build time and run where neither rule nor emitter is.
//
//   'ONWC' | version u32 | header length u32 | header, JSON in UTF-8 | the WebAssembly module | CRC-32 of all before
//
// All little-endian.

import { crc32 } from '../data/crc32.ts';
import { CompiledFileError } from '../errors.ts';
import { COMPILED_VERSION, type CompiledLearner } from './compiled.ts';

const MAGIC = 'ONWC';
const START = 12;
const CHECKSUM = 4;

/** A compiled learner as bytes. */
export function writeCompiled({ module, budget, ...rest }: CompiledLearner): Uint8Array<ArrayBuffer> {
  const header = { ...rest, budget: budget === Infinity ? null : budget };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const end = START + text.length + module.length;
  const bytes = new Uint8Array(end + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, COMPILED_VERSION, true);
  view.setUint32(8, text.length, true);
  bytes.set(text, START);
  bytes.set(module, START + text.length);
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** @throws CompiledFileError for bytes that are damaged, of another version, or no compiled learner. */
export function readCompiled(given: Uint8Array | ArrayBuffer): CompiledLearner {
  const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
  if (!(bytes instanceof Uint8Array)) refuse(`is of type ${typeof bytes}, wanted its bytes`);
  if (bytes.length < START + CHECKSUM) refuse(`has ${bytes.length} bytes, too few for any`);
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) refuse(`is none: it begins with '${magic}', wanted '${MAGIC}'`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(4, true);
  if (version !== COMPILED_VERSION) {
    refuse(`is of version ${version}, this program runs version ${COMPILED_VERSION}: compile it again`);
  }
  const end = bytes.length - CHECKSUM;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) {
    refuse(`is damaged or cut short: its checksum does not fit its ${bytes.length} bytes`);
  }
  const code = START + view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(START, code))) as CompiledLearner;
  return { ...header, budget: header.budget ?? Infinity, module: bytes.slice(code, end) };
}

function refuse(what: string): never {
  throw new CompiledFileError(`the compiled learner ${what}`);
}
