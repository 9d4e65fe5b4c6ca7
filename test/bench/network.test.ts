import { describe, expect, it } from 'vitest';
import { buildNetwork, ends, NetworkSyntaxError } from '../../bench/speed/network.ts';

describe('buildNetwork', () => {
  it('gives the layers of a word, relu on all dense layers but the last', () => {
    const layers = buildNetwork('28x28x1-c32k5-p2-128-10', 1);
    expect(layers).toMatchObject([
      { kind: 'conv', height: 28, width: 28, channels: 1, filters: 32, size: 5 },
      { kind: 'pool', height: 24, width: 24, channels: 32, size: 2 },
      { kind: 'dense', inputs: 12 * 12 * 32, outputs: 128, relu: true },
      { kind: 'dense', inputs: 128, outputs: 10, relu: false },
    ]);
    expect(layers.map((layer) => (layer.kind === 'pool' ? 0 : layer.weight.length))).toEqual([
      5 * 5 * 32,
      0,
      4608 * 128,
      1280,
    ]);
    expect(ends(layers)).toEqual({ inputs: 784, classes: 10 });
  });

  it('draws the same weights from the same seed, within the limit of He et al.', () => {
    const [first] = buildNetwork('16-64-10', 7);
    const [again] = buildNetwork('16-64-10', 7);
    const [other] = buildNetwork('16-64-10', 8);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    const weights = first.kind === 'dense' ? first.weight : new Float32Array();
    const limit = Math.sqrt(6 / 16);
    expect(Math.max(...weights)).toBeLessThanOrEqual(limit);
    expect(Math.max(...weights)).toBeGreaterThan(0.99 * limit);
  });

  it('names the part of a word that it does not know', () => {
    expect(() => buildNetwork('784-q9-10', 1)).toThrow(NetworkSyntaxError);
    expect(() => buildNetwork('784-q9-10', 1)).toThrow("'q9' in '784-q9-10'");
  });
});
