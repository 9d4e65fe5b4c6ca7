// Which instruction set this engine runs, asked of the engine itself by validating a module of a few bytes.

/**
 * 'none' keeps to WebAssembly 1.0 and sign extension (Chrome 74, Firefox 62, Safari 14.1, Node 12), the others to that
 * and their vectors: bulk memory and saturating conversion are younger in Safari (15), and gained nothing measurable.
 */
export type Features = 'none' | 'simd128' | 'relaxed';

/** Thrown where an instruction set is asked for that this engine does not run, or this page may not. */
export class UnsupportedFeatureError extends Error {
  override name = 'UnsupportedFeatureError';
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10];

/** Instructions that leave one value. */
function probe(features: Features): readonly number[] {
  if (features === 'none') return [0x41, 0];
  const v128Zero = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
  if (features === 'simd128') return v128Zero;
  // f32x4.relaxed_madd. The relaxed integer dot product is not used: V8 11.3 (Node 20) computes it wrongly in its first
  // tier.
  return [...v128Zero, ...v128Zero, ...v128Zero, 0xfd, 0x85, 0x02];
}

/** Whether a module with one function of these instructions, their result dropped, is valid here. */
export function supports(features: Features): boolean {
  if (typeof WebAssembly === 'undefined') return false;
  const body = [0, ...probe(features), 0x1a, 0x0b];
  return WebAssembly.validate(new Uint8Array([...HEADER, body.length + 2, 1, body.length, ...body]));
}

const widest = (): Features => (supports('simd128') ? 'simd128' : 'none');

/** @throws UnsupportedFeatureError when this engine does not run them. */
export function requireFeatures(features: Features): void {
  if (supports(features)) return;
  if (typeof WebAssembly === 'undefined') throw new UnsupportedFeatureError('this engine has no WebAssembly');
  const wished = typeof features === 'string' ? `'${features}'` : `of type ${typeof features}`;
  throw new UnsupportedFeatureError(`this engine does not run WebAssembly ${wished}; it runs '${widest()}'`);
}

/**
 * The instruction set to compile for. Relaxed SIMD is faster but rounds differently between machines, so it is used
 * only when asked for; without a wish the widest deterministic form is taken.
 * @throws UnsupportedFeatureError when the wish is not met by this engine.
 */
export function chooseFeatures(wish = widest()): Features {
  requireFeatures(wish);
  return wish;
}
