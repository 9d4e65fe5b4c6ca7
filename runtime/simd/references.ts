// From a kernel to its plain reference, through the index of all kernels. For reference execution and tests only, since
// it drags in every kernel there is.

import * as index from './index.ts';
import type { Kernel, KernelFamily, Parameters, Reference } from './kernel.ts';

/** Thrown for a kernel that runtime/simd/index.ts does not list. */
export class UnknownKernelError extends Error {
  override name = 'UnknownKernelError';
}

/** The reference of a kernel, or for a family what makes it from a variant. */
interface Module {
  readonly reference: unknown;
  readonly [name: string]: unknown;
}

const modules: Readonly<Record<string, Module>> = index;

/**
 * The plain reference of a kernel.
 *
 * @throws UnknownKernelError when the index lists neither the kernel nor its family
 */
export function referenceOf(kernel: Kernel): Reference {
  const { family } = kernel;
  const module = modules[family?.name ?? kernel.name];
  if (module === undefined) {
    throw new UnknownKernelError(`kernel '${kernel.name}' has no reference: runtime/simd/index.ts does not list it`);
  }
  return family === undefined
    ? (module.reference as Reference)
    : (module.reference as (variant: unknown) => Reference)(family.variant);
}

/** Every kernel of the index; of a family, the members made from its `variants`. */
export function indexedKernels(): Kernel[] {
  return Object.entries(modules).flatMap(([name, module]) => {
    const listed = module[name] as Kernel | KernelFamily<unknown, Parameters>;
    return typeof listed === 'function' ? listed.variants.map(listed) : [listed];
  });
}
