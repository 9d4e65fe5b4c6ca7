// The entry `onward/reference`, for debugging: nothing but exports. It holds the plain reference of every kernel.

export { NotANumberError } from '../runtime/program/interpret.ts';
export {
  referenceExecution,
  type KeptValue,
  type ReferenceExecution,
  type ReferenceOptions,
} from './compile/reference-execution.ts';
