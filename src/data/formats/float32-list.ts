// A Float32Array that grows, for rows whose number is not known beforehand.

export class Float32List {
  length = 0;
  private values = new Float32Array(16);

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Float32Array(2 * this.length);
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

  toArray(): Float32Array {
    return this.values.slice(0, this.length);
  }
}
