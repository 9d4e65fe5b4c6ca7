// From a kernel to its plain reference, through the index of all kernels. For reference execution and tests only, since
// it drags in every kernel there is.

import * as index from './index.ts';
import type { Kernel, KernelFamily, Parameters, Reference, Trials } from './kernel.ts';

/** Thrown for a kernel that runtime/simd/index.ts does not list. */
export class UnknownKernelError extends Error {
  override name = 'UnknownKernelError';
}

/** The reference of a kernel, or for a family what makes it from a variant. */
interface Module {
  readonly reference: unknown;
  readonly variants?: () => readonly unknown[];
  readonly trials?: (variant?: unknown) => Trials;
  readonly [name: string]: unknown;
}

const modules = index as unknown as Readonly<Record<string, Module>>;

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

/** Every kernel of the index (of a family, the members made from its `variants`), with what a test must know of it. */
export function indexedKernels(): (Kernel & Trials)[] {
  return Object.entries(modules).flatMap(([name, { [name]: listed, variants, trials }]) => {
    if (typeof listed !== 'function') return [{ ...(listed as Kernel), ...trials?.() }];
    const member = listed as KernelFamily<unknown, Parameters>;
    return (variants?.() ?? []).map((variant) => ({ ...member(variant), ...trials?.(variant) }));
  });
}
