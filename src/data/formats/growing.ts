// Typed arrays that grow, for rows whose number is not known beforehand.

type Values = Float32Array | Uint32Array;

class Growing<Array extends Values> {
  length = 0;
  private values: Array;
  private readonly create: (length: number) => Array;

  constructor(create: (length: number) => Array) {
    this.create = create;
    this.values = create(16);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = this.create(2 * this.length);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.length++] = value;
  }

  get(index: number): number {
    return this.values[index];
  }

  replace(change: (value: number) => number): void {
    for (let i = 0; i < this.length; i++) this.values[i] = change(this.values[i]);
  }

  /** A copy. */
  toArray(): Array {
    return this.values.slice(0, this.length) as Array;
  }
}

export class Float32List extends Growing<Float32Array> {
  constructor() {
    super((length) => new Float32Array(length));
  }
}

export class Uint32List extends Growing<Uint32Array> {
  constructor() {
    super((length) => new Uint32Array(length));
  }
}
