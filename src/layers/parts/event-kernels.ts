// The kernels that follow spikes. What makes spikes gives them to the tensors that hold them, so that an app without
// spikes bundles none of them.

import type { EventKernels } from '../../../runtime/program/buffer.ts';
import { f32_matmul_events } from '../../../runtime/simd/kernels/f32-matmul-events.ts';
import { f32_matmul_update_events } from '../../../runtime/simd/kernels/f32-matmul-update-events.ts';

/** Of a tensor of spikes. */
export const asEvents: { readonly events: EventKernels } = { events: { f32_matmul_events, f32_matmul_update_events } };
