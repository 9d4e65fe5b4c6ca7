// The memory panel: what each rule's plan takes, by role, for the network and storage that are chosen, and what was
// touched of it.

import { formatBytes, type MemoryPlan } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { CAPACITY, type RuleName } from './choices.ts';
import type { Offer } from './offers.ts';

type Role = keyof MemoryPlan['byRole'];

/** The parts of a bar, in order; `name` is their class in the style. */
const parts: readonly { readonly name: string; readonly title: string; readonly roles: readonly Role[] }[] = [
  { name: 'weights', title: 'weights', roles: ['parameter'] },
  { name: 'activations', title: 'activations', roles: ['activation'] },
  { name: 'input', title: 'a batch of input', roles: ['input', 'label', 'data'] },
  { name: 'constants', title: 'fixed random numbers', roles: ['constant'] },
  { name: 'rest', title: 'optimiser, scratch', roles: ['scratch', 'state', 'gradient'] },
];

/** The bars end at so many times the middle one, or one that is far larger would hide all others. */
const SCALE = 2;

export class MemoryPanel {
  readonly #plans: HTMLElement;
  readonly #touched: HTMLElement;

  constructor({ plans, legend, touched }: { plans: HTMLElement; legend: HTMLElement; touched: HTMLElement }) {
    this.#plans = plans;
    this.#touched = touched;
    legend.replaceChildren(
      ...parts.map(({ name, title }) => {
        const item = document.createElement('li');
        item.className = name;
        item.textContent = title;
        return item;
      }),
    );
  }

  /** Until it is known what is offered, what stands there is of another choice. */
  wait(): void {
    this.#plans.setAttribute('aria-busy', 'true');
  }

  /** Every rule that is offered. */
  show(offers: readonly Offer[], chosen: RuleName): void {
    const plans = offers.flatMap(({ rule, title, plan }) => (plan === null ? [] : [{ rule, title, ...plan }]));
    const sizes = plans.map(({ bytes }) => bytes).sort((a, b) => a - b);
    const most = Math.min(sizes[sizes.length - 1], SCALE * sizes[Math.floor(sizes.length / 2)]);
    this.#plans.setAttribute('aria-busy', 'false');
    this.#plans.replaceChildren(
      ...plans.map(({ rule, title, bytes, byRole }) => {
        const row = document.createElement('div');
        row.className = rule === chosen ? 'plan current' : 'plan';
        const size = `${Math.round(bytes / 1024).toLocaleString('en')} KiB`;
        const parts = bar(byRole, most);
        parts.classList.toggle('beyond', bytes > most);
        row.append(text('span', title), parts, text('b', size));
        return row;
      }),
    );
  }

  /** What the learner has touched of its plan by now, and what its weights have become. */
  async report(learner: WorkerLearner): Promise<void> {
    const [memory, weights] = await Promise.all([learner.memory(), learner.weightHash()]);
    const { usedBytes, plannedBytes, strayBytes, pages, parameterBytes, moduleBytes } = memory;
    const times = (plannedBytes / parameterBytes).toFixed(2);
    const [used, planned] = [usedBytes, plannedBytes].map((bytes) => bytes.toLocaleString('en'));
    this.#touched.textContent =
      `Touched so far: ${used} of ${planned} planned bytes, ${strayBytes} outside. The plan ` +
      `has room for ${CAPACITY} classes; it is ${times} times the weights, in ${pages} pages of 64 KiB. ` +
      `Its code is ${formatBytes(moduleBytes)}. Weights ${weights}: the same after the same lessons on any device.`;
  }
}

function bar(byRole: MemoryPlan['byRole'], most: number): HTMLElement {
  const element = document.createElement('div');
  element.className = 'bar';
  const sizes = parts.map(({ roles }) => roles.reduce((total, role) => total + (byRole[role] ?? 0), 0));
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', parts.map(({ title }, i) => `${title} ${formatBytes(sizes[i])}`).join(', '));
  element.append(
    ...parts.map(({ name, title }, i) => {
      const part = document.createElement('i');
      part.className = name;
      part.title = `${title}: ${formatBytes(sizes[i])}`;
      part.style.width = `${(100 * sizes[i]) / most}%`;
      return part;
    }),
  );
  return element;
}

function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
