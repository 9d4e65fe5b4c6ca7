// Everyone who is measured, in the order of the tables. One more contender: one file here and one line.

import type { Contender } from '../contender.ts';
import { jaxJs, jaxJsHand } from './jax-js.ts';
import { onward, onwardRelaxed, onwardRules, onwardSparing } from './onward.ts';
import { onnxruntimeWeb, onnxruntimeWebConstant } from './onnxruntime-web.ts';
import { tfjsCpu } from './tfjs-cpu.ts';
import { tfjsWasm, tfjsWasmHand } from './tfjs-wasm.ts';

export const contenders: readonly Contender[] = [
  onward,
  onwardRelaxed,
  ...onwardRules,
  ...onwardSparing,
  jaxJs,
  jaxJsHand,
  tfjsWasm,
  tfjsWasmHand,
  tfjsCpu,
  onnxruntimeWeb,
  onnxruntimeWebConstant,
];
