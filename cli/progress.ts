// A progress bar on a terminal's standard error; on a pipe it is nothing.

const BAR = 24;
const REDRAW_MS = 80;

export class Progress {
  readonly #isShown = process.stderr.isTTY === true;
  #drawn = 0;
  #isOnLine = false;

  /** Draws the bar at `share` of its length, at most every 80 ms. */
  show(share: number, text: string): void {
    const now = performance.now();
    if (!this.#isShown || (now - this.#drawn < REDRAW_MS && share < 1)) return;
    this.#drawn = now;
    this.#isOnLine = true;
    const line = `${bar(share)} ${String(Math.floor(100 * share)).padStart(3)} %  ${text}`;
    process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#isOnLine) process.stderr.write('\r\x1b[K');
    this.#isOnLine = false;
  }

  /** A line that stays, above the bar. */
  line(text: string): void {
    this.clear();
    process.stderr.write(`${text}\n`);
  }
}

function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, share));
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}
