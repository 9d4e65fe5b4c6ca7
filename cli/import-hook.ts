// A hook of Node's module loader, on the loader's own thread: in a user's file, 'onward' is the library that the
// command line itself runs, wherever the file is. A second copy of it would not know the tensors of the first.

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

let library = '';

/** @param data the address of the library */
export function initialize(data: string): void {
  library = data;
}

/** A user's file is an ES module, even below a package.json that does not say so. */
export async function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  if (specifier === 'onward') return { url: library, format: 'module', shortCircuit: true };
  const resolved = await next(specifier, context);
  const isUsers = resolved.format === 'commonjs' && !/\/node_modules\/|\.c[jt]s$/.test(resolved.url);
  return isUsers ? { ...resolved, format: 'module' } : resolved;
}
