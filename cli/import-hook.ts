// A hook of Node's module loader, on the loader's own thread: in a user's file, 'onward' and 'onward/author' are of the
// library that the command line itself runs, wherever the file is. A second copy would not know the first's tensors.

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

let entries: ReadonlyMap<string, string> = new Map();

/** @param data the addresses of the library's entries, by the names under which they are imported */
export function initialize(data: ReadonlyMap<string, string>): void {
  entries = data;
}

/** A user's file is an ES module, even below a package.json that does not say so. */
export async function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  const url = entries.get(specifier);
  if (url !== undefined) return { url, format: 'module', shortCircuit: true };
  const resolved = await next(specifier, context);
  const isUsers = resolved.format === 'commonjs' && !/\/node_modules\/|\.c[jt]s$/.test(resolved.url);
  return isUsers ? { ...resolved, format: 'module' } : resolved;
}
