// The list of demos: a demo is a folder beside this one and a line here. Read at build time; data, no behaviour.

export interface Demo {
  /**
   * Holds index.html (what is inside the body), main.ts, style.css, icon.svg, worker.ts where the page has a worker of
   * its own, and what else the page asks for.
   */
  readonly folder: string;
  /** In the navigation. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

export const demos: readonly Demo[] = [
  {
    folder: 'draw',
    name: 'Draw',
    title: 'Draw, name it, and watch the network learn',
    about: 'It guesses while you draw, and learns from each drawing you name. Teach it digits, or signs of your own.',
  },
];
