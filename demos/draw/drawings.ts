// What the user drew and named, as far as it is kept.

export interface Example {
  /** (28, 28), 0 to 255. */
  readonly picture: Uint8Array;
  readonly label: string;
}

/** What a user taught. */
export interface Drawing extends Example {
  /** When, in ms: later for each. */
  readonly taughtAt: number;
}

/** Drawings kept of a class. */
const ROOM = 8;

/** The drawings with one more: of a class the latest are kept, and of a picture what it was called last. */
export function keepDrawing(drawings: readonly Drawing[], { picture, label }: Example): Drawing[] {
  const latest = Math.max(0, ...drawings.map(({ taughtAt }) => taughtAt));
  const others = drawings.filter((drawing) => !isSame(drawing.picture, picture));
  const all = [...others, { picture, label, taughtAt: Math.max(Date.now(), latest + 1) }];
  const ofClass = all.filter((drawing) => drawing.label === label);
  return ofClass.length > ROOM ? all.filter((drawing) => drawing !== ofClass[0]) : all;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.every((ink, pixel) => ink === other[pixel]);
