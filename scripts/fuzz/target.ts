// What is fuzzed: a reader of what users give. One file in targets/ and one line in index.ts for one more.

/** Words without end, the same ones for one input of one seed. */
export type Words = () => number;

/** Makes one input of the words, and gives the try of it. */
export type Trial = (next: Words) => () => unknown;

export interface Target {
  /** A tenth of the inputs: each unfolds something, or compiles. */
  readonly isSlow?: boolean;
  begin(): Trial | Promise<Trial>;
}

export const oneOf = <Item>(next: Words, items: readonly Item[]): Item => items[next() % items.length];
export const below = (next: Words, bound: number): number => (bound < 1 ? 0 : next() % bound);
