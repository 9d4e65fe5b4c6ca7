// The kernels that hand a delta back through a layer. A rule that pulls imports them and gives them to the layers, so
// that an app whose rule is local bundles none of them.

import { f32_average_pool_gradient } from '../../../runtime/simd/kernels/f32-average-pool-gradient.ts';
import { f32_conv2d_input_gradient } from '../../../runtime/simd/kernels/f32-conv2d-input-gradient.ts';
import { f32_depthwise_conv2d_input_gradient } from '../../../runtime/simd/kernels/f32-depthwise-conv2d-input-gradient.ts';
import { f32_matmul_bt } from '../../../runtime/simd/kernels/f32-matmul-bt.ts';
import { f32_max_pool_gradient } from '../../../runtime/simd/kernels/f32-max-pool-gradient.ts';

export const gradientKernels = {
  /** A family as the max pool's, of one member: it reads no input. */
  f32_average_pool_gradient: (): typeof f32_average_pool_gradient => f32_average_pool_gradient,
  f32_conv2d_input_gradient,
  f32_depthwise_conv2d_input_gradient,
  f32_matmul_bt,
  f32_max_pool_gradient,
} as const;

export type GradientKernels = typeof gradientKernels;
