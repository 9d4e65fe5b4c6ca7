// Containers as others write them: tar archives and WAV files.

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
export const bytesOf = (values: Int16Array | Int32Array): Uint8Array => new Uint8Array(values.buffer);

/** A ustar archive of these files, a pax header before the first. */
export function writeTar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entry = (name: string, type: string, content: Uint8Array): Uint8Array => {
    const block = new Uint8Array(512 + 512 * Math.ceil(content.length / 512));
    const put = (text: string, at: number): void => block.set(ascii(text), at);
    const [prefix, rest] = name.length > 100 ? [name.slice(0, 50), name.slice(51)] : ['', name];
    put(rest, 0);
    put(content.length.toString(8).padStart(11, '0'), 124);
    put(' '.repeat(8), 148);
    put(type, 156);
    put('ustar\u000000', 257);
    put(prefix, 345);
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    put(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
    block.set(content, 512);
    return block;
  };
  const entries = [
    entry('pax_global_header', 'g', ascii('15 comment=abc\n')),
    ...Object.entries(files).map(([name, content]) => entry(name, '0', content)),
    new Uint8Array(1024),
  ];
  return Uint8Array.from(entries.flatMap((bytes) => [...bytes]));
}

/** PCM of 16 bits with a chunk of an odd length before the samples. */
export function writeWav(samples: Int16Array, { coding = 1, bits = 16, channels = 1, rate = 8000 } = {}): Uint8Array {
  const format = new DataView(new ArrayBuffer(16));
  format.setUint16(0, coding, true);
  format.setUint16(2, channels, true);
  format.setUint32(4, rate, true);
  format.setUint16(14, bits, true);
  const chunk = (name: string, content: Uint8Array): number[] => {
    const length = bytesOf(Int32Array.of(content.length));
    return [...ascii(name), ...length, ...content, ...(content.length % 2 ? [0] : [])];
  };
  const body = [
    ...ascii('WAVE'),
    ...chunk('fmt ', new Uint8Array(format.buffer)),
    ...chunk('LIST', ascii('odd')),
    ...chunk('data', bytesOf(samples)),
  ];
  return Uint8Array.from([...ascii('RIFF'), ...bytesOf(Int32Array.of(body.length)), ...body]);
}
