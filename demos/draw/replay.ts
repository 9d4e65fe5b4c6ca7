// What a lesson repeats, so that nothing is forgotten over it: what the user drew, and synthetic handwriting.

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

/** Drawings kept of a class; pictures of synthetic handwriting beside them. */
const ROOM = 8;
const SYNTHETIC_ROOM = 4;

/** The drawings with one more: of a class the latest are kept. */
export function keepDrawing(drawings: readonly Drawing[], { picture, label }: Example): Drawing[] {
  const latest = Math.max(0, ...drawings.map(({ taughtAt }) => taughtAt));
  const all = [...drawings, { picture, label, taughtAt: Math.max(Date.now(), latest + 1) }];
  const ofClass = all.filter((drawing) => drawing.label === label);
  return ofClass.length > ROOM ? all.filter((drawing) => drawing !== ofClass[0]) : all;
}

export class Replay {
  readonly #drawings: () => readonly Drawing[];
  readonly #synthetic: Example[] = [];
  #turn = 0;

  constructor(drawings: () => readonly Drawing[]) {
    this.#drawings = drawings;
  }

  /** Whether a drawing was taught, not only synthetic handwriting. */
  get hasDrawings(): boolean {
    return this.#drawings().length > 0;
  }

  /** Keeps a synthetic picture if there is room. */
  fill(example: Example): void {
    const ofClass = this.#synthetic.filter(({ label }) => label === example.label);
    if (ofClass.length < SYNTHETIC_ROOM) this.#synthetic.push(example);
  }

  /** Up to `count` examples, from all classes alike, others each time. */
  recall(count: number): Example[] {
    this.#turn++;
    const classes = new Map<string, Example[]>();
    for (const example of [...this.#synthetic, ...this.#drawings()]) {
      classes.set(example.label, [...(classes.get(example.label) ?? []), example]);
    }
    const found: Example[] = [];
    for (let round = 0; round < ROOM + SYNTHETIC_ROOM; round++) {
      for (const kept of classes.values()) {
        if (round < kept.length) found.push(kept[(this.#turn + round) % kept.length]);
      }
    }
    return found.slice(0, count);
  }
}
