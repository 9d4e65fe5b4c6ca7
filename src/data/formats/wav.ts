// Sound in WAV files: PCM of 16 bits. Other codings are refused by name.
//
//   "RIFF" length "WAVE", then chunks of name, length and content, padded to even lengths: "fmt " before "data"
//
// Source: IBM, Microsoft, "Multimedia programming interface and data specifications 1.0", 1991.

import { expectBytes } from '../expect.ts';
import { DataError } from '../errors.ts';

export interface Sound {
  /** In -1 .. 1: (samples, channels). */
  readonly samples: Float32Array;
  readonly channels: number;
  /** Samples a second. */
  readonly sampleRate: number;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const BITS = 16;

/** @throws DataError for what is no such file, or is cut short */
export function readWav(bytes: Uint8Array): Sound {
  expectBytes('readWav', bytes);
  const chunks = readChunks(bytes);
  const [format, data] = [chunks.get('fmt '), chunks.get('data')];
  if (!format || format.length < 16 || !data) {
    throw new DataError(`wav of ${bytes.length} bytes has ${[...chunks.keys()].join(', ')}; wanted "fmt " and "data"`);
  }
  const view = viewOf(format);
  const isExtended = view.getUint16(0, true) === EXTENSIBLE && format.length >= 26;
  const [coding, bits] = [view.getUint16(isExtended ? 24 : 0, true), view.getUint16(14, true)];
  if (coding !== PCM || bits !== BITS) {
    throw new DataError(`wav is of coding ${coding} with ${bits} bits; wanted PCM (1) with ${BITS}`);
  }
  return { samples: fromInt16(data), channels: view.getUint16(2, true), sampleRate: view.getUint32(4, true) };
}

/** Whole numbers of 16 bits, low byte first, as -1 .. 1. */
export function fromInt16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  return new Float32Array(bytes.length >>> 1).map((_, at) => view.getInt16(2 * at, true) / 2 ** 15);
}

function readChunks(bytes: Uint8Array): Map<string, Uint8Array> {
  const name = (offset: number): string => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (name(0) !== 'RIFF' || name(8) !== 'WAVE') {
    throw new DataError(`not a wav file: it begins with "${name(0)}" and "${name(8)}"; wanted RIFF and WAVE`);
  }
  const chunks = new Map<string, Uint8Array>();
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const size = viewOf(bytes).getUint32(offset + 4, true);
    const end = offset + 8 + size;
    if (end > bytes.length) {
      throw new DataError(`wav: "${name(offset)}" has ${size} bytes, but the file ends ${end - bytes.length} before`);
    }
    chunks.set(name(offset), bytes.subarray(offset + 8, end));
    offset = end + (size & 1);
  }
  return chunks;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
