// The memory panel: what each rule's plan takes for the chosen network, by role, and what was touched of it.

import { recordLearner } from '../../src/author.ts';
import { formatBytes, type MemoryPlan } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { CAPACITY, learnerOptions, rules, type Choice, type NetworkName, type RuleName } from './choices.ts';

type Role = keyof MemoryPlan['byRole'];

/** The parts of a bar, in order; `name` is their class in the style. */
const parts: readonly { readonly name: string; readonly title: string; readonly roles: readonly Role[] }[] = [
  { name: 'weights', title: 'weights', roles: ['parameter'] },
  { name: 'activations', title: 'activations', roles: ['activation'] },
  { name: 'input', title: 'a batch of input', roles: ['input', 'label', 'data'] },
  { name: 'constants', title: 'fixed random targets', roles: ['constant'] },
  { name: 'rest', title: 'scratch, state', roles: ['scratch', 'state'] },
];

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

  /** Plans every rule for the network: recorded, not run. */
  show({ rule, network }: Choice): void {
    const names = Object.keys(rules) as RuleName[];
    const plans = names.map((name) => ({ name, ...planOf(name, network) }));
    const most = Math.max(...plans.map(({ bytes }) => bytes));
    this.#plans.replaceChildren(
      ...plans.map(({ name, bytes, byRole }) => {
        const row = document.createElement('div');
        row.className = name === rule ? 'plan current' : 'plan';
        const size = `${Math.round(bytes / 1024).toLocaleString('en')} KiB`;
        row.append(text('span', rules[name].title), bar(byRole, most), text('b', size));
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

function planOf(rule: RuleName, network: NetworkName): { bytes: number; byRole: MemoryPlan['byRole'] } {
  const { bytes, byRole } = recordLearner(learnerOptions({ rule, network })).plan;
  return { bytes, byRole };
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
