// What every engine must agree on, checked in Node and in a browser by the same body.

import { expect, test } from 'vitest';
import {
  gunzip,
  levelCrossing,
  logMel,
  mfcc,
  readIdx,
  readNpz,
  renderStrokes,
  syntheticHandwriting,
} from '../../src/data/index.ts';
import { syntheticRegression } from '../../src/data/sets/synthetic-regression.ts';
import { crc32 } from '../../src/data/crc32.ts';
import { fromBase64 } from './base64.ts';

export function testEngine(): void {
  test('the built-in handwriting has the recorded bits', () => {
    const { train, test: held } = syntheticHandwriting();
    const bytes = [train.inputs, train.labels, held.inputs, held.labels] as Uint8Array[];
    expect(bytes.map(crc32)).toEqual([2413889035, 618542042, 215432873, 1011838863]);
  });

  test('the built-in regression has the recorded bits', async () => {
    const { train, test: held } = await syntheticRegression.read(() => Promise.reject());
    const bytes = [train.inputs, train.targets, held.inputs, held.targets].map(({ buffer }) => new Uint8Array(buffer));
    expect(bytes.map(crc32)).toEqual([2312071567, 1649418076, 1606539991, 2829422343]);
  });

  test('a drawing has the recorded bits', () => {
    const picture = renderStrokes([
      [
        [3, 1],
        [40, 9.5],
        [17, 60],
      ],
    ]);
    expect(crc32(picture)).toBe(1782867303);
  });

  test('features of a sound have the recorded bits', () => {
    const chirp = Float32Array.from({ length: 4000 }, (_, n) => ((n * n) % 977) / 977 - 0.5);
    const cepstrum = mfcc({ sampleRate: 8000, nFft: 256, melScale: 'slaney', norm: 'slaney' })(chirp);
    const { times, units } = levelCrossing(logMel({ sampleRate: 8000, hopLength: 80, nMels: 32 })(chirp), 1);
    const bytes = [cepstrum.data, times, units].map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer));
    expect(bytes.map(crc32)).toEqual([2416079367, 1544567186, 1113047089]);
  });

  test('gzip and deflate are unpacked', async () => {
    const idx = fromBase64('H4sIAAAAAAACA2Ng4GBkYGBgZufgBACtmAq6CwAAAA==');
    expect(await readIdx(idx)).toEqual({ data: Uint8Array.of(7, 8, 9), shape: [3] });
    const members = fromBase64('H4sIAAAAAAACAzPUMeICADNCIVUEAAAAH4sIAAAAAAACAzPWMeECAD4tcqkEAAAA');
    expect(new TextDecoder().decode(await gunzip(members))).toBe('1,2\n3,4\n');
    const npz = fromBase64(
      'UEsDBC0AAAAIAAAAIQDJiBcC//////////8FABQAeC5ucHkBABAA4wAAAAAAAABIAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l' +
        'oF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GpaWOpo6CrUK5AMuBtoDAFBLAQItAy0AAAAIAAAAIQDJiBcCSAAA' +
        'AOMAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLBQYAAAAAAQABADMAAAB/AAAAAAA=',
    );
    expect((await readNpz(npz)).get('x')).toEqual({ data: new Uint8Array(99), shape: [99] });
  });
}
