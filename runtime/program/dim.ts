// Sizes: constants, or affine in a count that is known only at run time (how many samples in this batch, how many
// classes so far). Plans use a count's capacity, kernels read its value, so neither a short batch nor a new class needs
// a relink.

export interface Count {
  readonly name: string;
  readonly capacity: number;
}

/** `scale * count + offset`; without a count, just `offset`. */
export interface Dim {
  readonly kind: 'dim';
  readonly count: Count | null;
  readonly scale: number;
  readonly offset: number;
}

export const constant = (value: number): Dim => ({ kind: 'dim', count: null, scale: 0, offset: value });
export const counted = (count: Count): Dim => ({ kind: 'dim', count, scale: 1, offset: 0 });
export const toDim = (value: Dim | number): Dim => (typeof value === 'number' ? constant(value) : value);

/** The largest value the dim can have. */
export const capacity = ({ count, scale, offset }: Dim): number => scale * (count?.capacity ?? 0) + offset;

export const scaled = (dim: Dim | number, factor: number): Dim => {
  const { count, scale, offset } = toDim(dim);
  return { kind: 'dim', count, scale: scale * factor, offset: offset * factor };
};

/** The product of a shape's axes, of which at most one may depend on a count. */
export function product(shape: readonly Dim[]): Dim {
  const variable = shape.filter((dim) => dim.count !== null);
  if (variable.length > 1) {
    const names = variable.map((dim) => dim.count?.name).join(' and ');
    throw new RangeError(`cannot multiply two run-time counts: ${names}`);
  }
  const factor = shape.reduce((total, dim) => (dim.count === null ? total * dim.offset : total), 1);
  return variable.length === 1 ? scaled(variable[0], factor) : constant(factor);
}

/** How many elements a shape has, as a text that is equal for equal numbers whatever the run-time counts are. */
export function describeSize(shape: readonly Dim[]): string {
  let factor = 1;
  const counts: string[] = [];
  for (const { count, scale, offset } of shape) {
    if (count === null) factor *= offset;
    else if (offset !== 0) counts.push(`(${scale} ${count.name} + ${offset})`);
    else {
      factor *= scale;
      counts.push(count.name);
    }
  }
  return [factor, ...counts.sort()].join(' x ');
}

/** The value of a dim that no count may enter; `what` names it in the error. */
export function fixed(dim: Dim, what: string): number {
  if (dim.count === null) return dim.offset;
  throw new RangeError(`${what} must be constant, but depends on the count '${dim.count.name}'`);
}

export const describeShape = (shape: readonly Dim[]): string => `[${shape.map(describeDim).join(', ')}]`;

function describeDim({ count, scale, offset }: Dim): string {
  if (count === null) return String(offset);
  return `${scale === 1 ? '' : `${scale} `}${count.name}${offset === 0 ? '' : ` + ${offset}`}`;
}
