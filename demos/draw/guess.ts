// The guess: one cell per class with a bar for its probability; a cell is also the button that teaches its class.

export class GuessPanel {
  readonly #group: HTMLElement;
  readonly #onTeach: (name: string) => void;
  #bars = new Map<string, { bar: HTMLElement; percent: HTMLElement; cell: HTMLElement }>();

  constructor(group: HTMLElement, onTeach: (name: string) => void) {
    this.#group = group;
    this.#onTeach = onTeach;
  }

  /** Where they are the same, the cells stay, with the keyboard's focus. */
  setClasses(names: readonly string[]): void {
    if (names.join('\n') === [...this.#bars.keys()].join('\n')) return;
    this.#bars.clear();
    this.#group.replaceChildren(...names.map((name) => this.createCell(name)));
  }

  /** Probabilities by class; null when there is nothing to guess. */
  show(scores: Readonly<Record<string, number>> | null): void {
    const best = scores === null ? 0 : Math.max(...Object.values(scores));
    for (const [name, { bar, percent, cell }] of this.#bars) {
      const score = scores?.[name] ?? 0;
      bar.style.transform = `scaleY(${score})`;
      percent.textContent = scores === null ? '' : `${(100 * score).toFixed(0)}%`;
      cell.classList.toggle('best', scores !== null && score === best);
    }
  }

  /** While it warms up, taps teach nothing; the cells keep the keyboard's focus. */
  set isBusy(busy: boolean) {
    for (const { cell } of this.#bars.values()) cell.setAttribute('aria-disabled', String(busy));
  }

  private createCell(name: string): HTMLElement {
    const cell = document.createElement('button');
    cell.type = 'button';
    const bar = document.createElement('i');
    const percent = document.createElement('small');
    percent.setAttribute('aria-hidden', 'true');
    const prefix = document.createElement('b');
    prefix.className = 'unseen';
    prefix.textContent = 'This is ';
    const title = document.createElement('span');
    showName(title, name);
    cell.append(bar, percent, prefix, title);
    cell.addEventListener('click', () => this.#onTeach(name));
    this.#bars.set(name, { bar, percent, cell });
    return cell;
  }
}

/** A class name in large letters if it is short, in small ones if it is a word. */
export function showName(element: HTMLElement, name: string): void {
  element.textContent = name;
  element.classList.toggle('long', name.length > 2);
}
