// The classes of a learner: their names in order, and room for more.

import type { NetworkSpec } from '../layers/network.ts';
import { ConfigurationError } from '../errors.ts';

export type ClassesOption = readonly string[] | { readonly names: readonly string[]; readonly capacity?: number };

interface Classes {
  readonly names: readonly string[];
  readonly capacity: number;
}

/** Of rules with heads of their own the network's outputs need not be as many as the classes. */
export function resolveClasses(
  network: NetworkSpec,
  option: ClassesOption | undefined,
  head: 'network' | 'own',
): Classes {
  const [outputs, ...more] = network.outputShape;
  if (more.length > 0 && (head === 'network' || option === undefined)) {
    const shape = network.outputShape.join(', ');
    throw new ConfigurationError(`the network gives [${shape}], wanted one output per class: end with dense()`);
  }
  const given = option === undefined ? numbered(outputs) : option;
  const { names, capacity = names.length } = 'names' in given ? given : { names: given };
  if (head === 'network' && names.length !== outputs) {
    throw new ConfigurationError(`there are ${names.length} class names, but the last layer has ${outputs} outputs`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigurationError(`the class name '${twice}' is given twice`);
  if (!Number.isInteger(capacity) || capacity < names.length) {
    throw new ConfigurationError(`the capacity for classes is ${capacity}, wanted at least ${names.length}`);
  }
  return { names: [...names], capacity };
}

/** @throws ConfigurationError when the network's last layer squashes its outputs, which the loss does itself. */
export function expectLogits({ layers }: NetworkSpec): void {
  const {
    name,
    spec: { config },
  } = layers[layers.length - 1];
  const { activation = 'identity' } = config;
  if (activation === 'identity') return;
  throw new ConfigurationError(
    `${name}: the last layer has the activation '${activation}', wanted 'identity', ` +
      'the default: it gives logits, and the loss applies softmax or sigmoid itself',
  );
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
