// A compiled learner as one file, made at build time and run where neither rule nor emitter is: its plain data is the
// header (src/data/sealed.ts), its WebAssembly module the content.

import { seal, unseal, type Format } from '../data/sealed.ts';
import { CompiledFileError } from '../errors.ts';
import { COMPILED_VERSION, type CompiledLearner } from './compiled.ts';

const FORMAT: Format = { magic: 'ONWC', version: COMPILED_VERSION };

/** A compiled learner as bytes. */
export function writeCompiled({ module, budget, ...rest }: CompiledLearner): Uint8Array<ArrayBuffer> {
  return seal(FORMAT, { ...rest, budget: budget === Infinity ? null : budget }, [module]);
}

/** @throws CompiledFileError for bytes that are damaged, of another version, or no compiled learner. */
export function readCompiled(bytes: Uint8Array | ArrayBuffer): CompiledLearner {
  const { header, content } = unseal(FORMAT, bytes, (what) => {
    throw new CompiledFileError(`the compiled learner ${what}`);
  });
  const rest = header as Omit<CompiledLearner, 'module'>;
  return { ...rest, budget: rest.budget ?? Infinity, module: content.slice() };
}
