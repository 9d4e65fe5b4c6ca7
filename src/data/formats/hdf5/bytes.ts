// The bytes of an HDF5 file, little endian, of which every part is asked for by its address. Reading beyond the end is
// an error that says where.

import { DataError } from '../../errors.ts';

export class Bytes {
  readonly length: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @throws DataError where it is not in the file */
  part(address: number, length: number): Bytes {
    if (address + length > this.length) {
      throw new DataError(
        `HDF5: ${length} bytes at ${address} lie beyond the end, ${this.length}; the file is cut short`,
      );
    }
    return new Bytes(new Uint8Array(this.view.buffer, this.view.byteOffset + address, length));
  }

  /** The part begins with a name of four letters. @throws DataError where it does not */
  named(name: string, address: number, length: number): Bytes {
    const part = this.part(address, length);
    const found = String.fromCharCode(...part.raw().subarray(0, name.length));
    if (found === name) return part;
    throw new DataError(`HDF5: byte ${address} begins with ${JSON.stringify(found)}; wanted ${name}`);
  }

  raw(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset, this.length);
  }

  u8(at: number): number {
    return this.part(at, 1).view.getUint8(0);
  }

  u16(at: number): number {
    return this.part(at, 2).view.getUint16(0, true);
  }

  u32(at: number): number {
    return this.part(at, 4).view.getUint32(0, true);
  }

  /** An address or a length: exact as far as files reach; all ones are 2^64. */
  u64(at: number): number {
    return this.u32(at + 4) * 2 ** 32 + this.u32(at);
  }
}
