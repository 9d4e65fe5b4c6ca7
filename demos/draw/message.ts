// The line in which the page speaks: of what was asked for, with what there is to say besides, and with a button that
// stops what takes long.

/** What is not done at once tells how far it is, so often in ms. */
const TELL_EVERY = 1000;

export class MessageLine {
  readonly #line: HTMLElement;
  readonly #stop: HTMLButtonElement;
  #notes: string[] = [];

  constructor(line: HTMLElement, stop: HTMLButtonElement) {
    this.#line = line;
    this.#stop = stop;
  }

  /** For the next message to end with. */
  readonly note = (words: string): void => {
    this.#notes.push(words);
  };

  readonly say = (words: string): void => {
    this.#line.textContent = [words, ...this.#notes].join(' ').trim();
    this.#notes = [];
  };

  /** Says the notes, if there are any. */
  sayNotes(): void {
    if (this.#notes.length > 0) this.say('');
  }

  readonly report = (error: unknown): void => {
    this.say(error instanceof Error ? error.message : String(error));
  };

  /** The same words are not said again, or they would be read out again. */
  async during<Result>(work: (signal: AbortSignal) => Promise<Result>, words: () => string): Promise<Result> {
    const controller = new AbortController();
    this.#stop.onclick = () => controller.abort();
    const timer = setInterval(() => {
      if (this.#line.textContent !== words()) this.#line.textContent = words();
      this.#stop.hidden = false;
    }, TELL_EVERY);
    return work(controller.signal).finally(() => {
      clearInterval(timer);
      this.#stop.hidden = true;
    });
  }
}
