// A hook of Node's module loader, on the loader's own thread: in a user's file, 'onward' and its entries are the
// library that the command line itself runs, wherever the file is. A second copy would not know the tensors of the
// first.

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

let library: Readonly<Record<string, string>> = {};

/** @param data the addresses of the library's entries, by the names in imports */
export function initialize(data: Readonly<Record<string, string>>): void {
  library = data;
}

/** A user's file is an ES module, even below a package.json that does not say so. */
export async function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  const url = library[specifier];
  if (url !== undefined) return { url, format: 'module', shortCircuit: true };
  const resolved = await next(specifier, context);
  const isUsers = resolved.format === 'commonjs' && !/\/node_modules\/|\.c[jt]s$/.test(resolved.url);
  return isUsers ? { ...resolved, format: 'module' } : resolved;
}
