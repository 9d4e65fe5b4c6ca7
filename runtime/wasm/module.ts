// Assembles one WebAssembly module: functions, their exports, and an imported memory ("onward", "memory").
// The memory is imported so that several modules (slices of a program, a debugger's) can run over the same bytes.

import { Bytes } from './bytes.ts';

export type ValueType = 'i32' | 'f32' | 'v128';

const TYPE_CODE: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 };

/** A function ready for the code section: parameters first in `locals`, then the body without its final `end`. */
export interface FunctionCode {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Uint8Array;
  readonly exported: boolean;
}

export class ModuleBuilder {
  readonly #functions: FunctionCode[] = [];

  /** Adds a function and returns its index, the immediate of `call`. */
  add(code: FunctionCode): number {
    return this.#functions.push(code) - 1;
  }

  /** The module's bytes; `pages` is the least size of the memory it imports, in 64 KiB pages. */
  encode(pages: number): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.append(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const signatures = [...new Set(this.#functions.map((f) => f.parameters.join()))];

    section(out, SECTION.type, signatures, (bytes, signature) => {
      const parameters = signature === '' ? [] : (signature.split(',') as ValueType[]);
      bytes.byte(0x60);
      bytes.unsigned(parameters.length);
      for (const parameter of parameters) bytes.byte(TYPE_CODE[parameter]);
      bytes.unsigned(0);
    });
    section(out, SECTION.import, [pages], (bytes, least) => {
      bytes.text('onward');
      bytes.text('memory');
      bytes.byte(2);
      bytes.byte(0);
      bytes.unsigned(least);
    });
    section(out, SECTION.function, this.#functions, (bytes, f) => {
      bytes.unsigned(signatures.indexOf(f.parameters.join()));
    });
    const exported = this.#functions.map((f, index) => ({ f, index })).filter(({ f }) => f.exported);
    section(out, SECTION.export, exported, (bytes, { f, index }) => {
      bytes.text(f.name);
      bytes.byte(0);
      bytes.unsigned(index);
    });
    section(out, SECTION.code, this.#functions, writeCode);
    return out.take();
  }
}

function section<T>(out: Bytes, id: number, items: readonly T[], write: (bytes: Bytes, item: T) => void): void {
  const content = new Bytes();
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  out.byte(id);
  out.unsigned(content.length);
  out.append(content.take());
}

function writeCode(bytes: Bytes, f: FunctionCode): void {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of f.locals) {
    const last = runs[runs.length - 1];
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  const content = new Bytes();
  content.unsigned(runs.length);
  for (const { type, count } of runs) {
    content.unsigned(count);
    content.byte(TYPE_CODE[type]);
  }
  content.append(f.body);
  content.byte(0x0b);
  bytes.unsigned(content.length);
  bytes.append(content.take());
}
