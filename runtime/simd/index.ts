// All kernels, one line each: what the generic test, the benchmark and reference execution go through.
// Layers and rules import the kernel's own file instead, so that a bundle holds only what it uses.
//
// Names are <dtype>_<op>[_<variant>]: the element that is computed or written (g16: a conductance in 16 bits; int: i8
// or i4), NumPy's and ONNX's word for what is done, then what sets it apart: `bt` a transposed second factor, `update`
// the optimiser in one, `events` a first factor that mostly is 0, `trains` factors as pulse trains, `pairs` factors of
// int8, of two samples at a time, `rows` some of a weight, `gradient` of the operation named before, `sr` and `rne` the
// rounding (stochastic; to nearest, ties to even). A member of a family adds its pieces.

export * as f32_adopt_range from './kernels/f32-adopt-range.ts';
export * as f32_average_pool from './kernels/f32-average-pool.ts';
export * as f32_average_pool_gradient from './kernels/f32-average-pool-gradient.ts';
export * as f32_conv2d from './kernels/f32-conv2d.ts';
export * as f32_conv2d_input_gradient from './kernels/f32-conv2d-input-gradient.ts';
export * as f32_conv2d_weight_gradient from './kernels/f32-conv2d-weight-gradient.ts';
export * as f32_conv2d_weight_gradient_pairs from './kernels/f32-conv2d-weight-gradient-pairs.ts';
export * as f32_cross_entropy from './kernels/f32-cross-entropy.ts';
export * as f32_depthwise_conv2d from './kernels/f32-depthwise-conv2d.ts';
export * as f32_depthwise_conv2d_input_gradient from './kernels/f32-depthwise-conv2d-input-gradient.ts';
export * as f32_depthwise_conv2d_weight_gradient from './kernels/f32-depthwise-conv2d-weight-gradient.ts';
export * as f32_depthwise_conv2d_weight_gradient_pairs from './kernels/f32-depthwise-conv2d-weight-gradient-pairs.ts';
export * as f32_eligibility from './kernels/f32-eligibility.ts';
export * as f32_group_mean from './kernels/f32-group-mean.ts';
export * as f32_group_mean_gradient from './kernels/f32-group-mean-gradient.ts';
export * as f32_group_normalize from './kernels/f32-group-normalize.ts';
export * as f32_group_normalize_gradient from './kernels/f32-group-normalize-gradient.ts';
export * as f32_map from './kernels/f32-map.ts';
export * as f32_matmul from './kernels/f32-matmul.ts';
export * as f32_matmul_bt from './kernels/f32-matmul-bt.ts';
export * as f32_matmul_events from './kernels/f32-matmul-events.ts';
export * as f32_matmul_rows from './kernels/f32-matmul-rows.ts';
export * as f32_matmul_update from './kernels/f32-matmul-update.ts';
export * as f32_matmul_update_events from './kernels/f32-matmul-update-events.ts';
export * as f32_matmul_update_pairs from './kernels/f32-matmul-update-pairs.ts';
export * as f32_max_pool from './kernels/f32-max-pool.ts';
export * as f32_max_pool_gradient from './kernels/f32-max-pool-gradient.ts';
export * as f32_mean from './kernels/f32-mean.ts';
export * as f32_mean_magnitude from './kernels/f32-mean-magnitude.ts';
export * as f32_normalize from './kernels/f32-normalize.ts';
export * as f32_normalize_gradient from './kernels/f32-normalize-gradient.ts';
export * as f32_random from './kernels/f32-random.ts';
export * as f32_row_sum from './kernels/f32-row-sum.ts';
export * as f32_softmax from './kernels/f32-softmax.ts';
export * as f32_sum_rows from './kernels/f32-sum-rows.ts';
export * as f32_translate from './kernels/f32-translate.ts';
export * as f32_update from './kernels/f32-update.ts';
export * as g16_add from './kernels/g16-add.ts';
export * as g16_drift from './kernels/g16-drift.ts';
export * as g16_matmul_update from './kernels/g16-matmul-update.ts';
export * as g16_matmul_update_trains from './kernels/g16-matmul-update-trains.ts';
export * as g16_program from './kernels/g16-program.ts';
export * as g16_read from './kernels/g16-read.ts';
export * as g16_refresh from './kernels/g16-refresh.ts';
export * as g16_transfer from './kernels/g16-transfer.ts';
export * as g16_update from './kernels/g16-update.ts';
export * as i32_arange from './kernels/i32-arange.ts';
export * as i32_draw_class from './kernels/i32-draw-class.ts';
export * as i32_draw_class_weighted from './kernels/i32-draw-class-weighted.ts';
export * as i8_average_pool from './kernels/i8-average-pool.ts';
export * as i8_conv2d from './kernels/i8-conv2d.ts';
export * as i8_depthwise_conv2d from './kernels/i8-depthwise-conv2d.ts';
export * as i8_map from './kernels/i8-map.ts';
export * as i8_map_scale from './kernels/i8-map-scale.ts';
export * as i8_map_sr from './kernels/i8-map-sr.ts';
export * as i8_matmul from './kernels/i8-matmul.ts';
export * as i8_max_pool from './kernels/i8-max-pool.ts';
export * as int_add from './kernels/int-add.ts';
export * as int_matmul_update_pairs_sr from './kernels/int-matmul-update-pairs-sr.ts';
export * as int_matmul_update_sr from './kernels/int-matmul-update-sr.ts';
export * as int_quantize_rne from './kernels/int-quantize-rne.ts';
export * as int_requantize_rne from './kernels/int-requantize-rne.ts';
export * as int_rescale_sr from './kernels/int-rescale-sr.ts';
export * as int_update_sr from './kernels/int-update-sr.ts';
