/** What the page remembers of what was learned, so that a lesson can repeat it: a few pictures per class. */

export interface Example {
  /** (28, 28), 0 to 255. */
  readonly picture: Uint8Array;
  readonly label: string;
}

/** Most pictures kept of a class, and how many of those the warm-up may give. */
const ROOM = 8;
const SYNTHETIC_ROOM = 4;

export class Replay {
  readonly #classes = new Map<string, Example[]>();
  #turn = 0;
  #hasDrawings = false;

  /** Whether a drawing was taught, not only synthetic handwriting. */
  get hasDrawings(): boolean {
    return this.#hasDrawings;
  }

  /** Keeps a drawing; the oldest picture of a full class goes. */
  remember(example: Example): void {
    const kept = this.#of(example.label);
    kept.push(example);
    if (kept.length > ROOM) kept.shift();
    this.#hasDrawings = true;
  }

  /** Keeps a synthetic picture if there is room. */
  fill(example: Example): void {
    const kept = this.#of(example.label);
    if (kept.length < SYNTHETIC_ROOM) kept.push(example);
  }

  /** Up to `count` examples, from all classes alike, others each time. */
  recall(count: number): Example[] {
    this.#turn++;
    const found: Example[] = [];
    for (let round = 0; round < ROOM; round++) {
      for (const kept of this.#classes.values()) {
        if (round < kept.length) found.push(kept[(this.#turn + round) % kept.length]);
      }
    }
    return found.slice(0, count);
  }

  #of(label: string): Example[] {
    const kept = this.#classes.get(label) ?? [];
    this.#classes.set(label, kept);
    return kept;
  }
}
