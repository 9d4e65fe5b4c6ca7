// The names that aihwkit and NeuroSim have for the constants of device models.

import type { DeviceModelName } from '../../runtime/simd/devices/index.ts';

const common: Readonly<Record<string, string>> = {
  step: 'dw_min',
  stepSpread: 'dw_min_dtod',
  cycle: 'dw_min_std',
  high: 'w_max',
  low: 'w_min',
  highSpread: 'w_max_dtod',
  lowSpread: 'w_min_dtod',
  asymmetry: 'up_down',
  asymmetrySpread: 'up_down_dtod',
};

/** By model: aihwkit's names, and NeuroSim's of its own device. */
export const terms: Readonly<Record<DeviceModelName, Readonly<Record<string, string>>>> = {
  exponential: {
    up: 'NL LTP',
    down: 'NL LTD',
    levelsUp: 'levels LTP',
    levelsDown: 'levels LTD',
    cycle: 'sigma c2c',
    spread: 'sigma d2d',
  },
  constantStep: common,
  linearStep: {
    ...common,
    gammaUp: 'gamma_up',
    gammaDown: 'gamma_down',
    gammaUpSpread: 'gamma_up_dtod',
    gammaDownSpread: 'gamma_down_dtod',
  },
  softBounds: { ...common, reference: 'reference_mean', referenceSpread: 'reference_std' },
  expStep: {
    ...common,
    amountUp: 'A_up',
    amountDown: 'A_down',
    gammaUp: 'gamma_up',
    gammaDown: 'gamma_down',
    slope: 'a',
    shift: 'b',
    noiseAdded: 'dw_min_std_add',
    noiseSlope: 'dw_min_std_slope',
  },
  powStep: {
    ...common,
    gamma: 'pow_gamma',
    gammaSpread: 'pow_gamma_dtod',
    gammaTilt: 'pow_up_down',
    gammaTiltSpread: 'pow_up_down_dtod',
  },
  piecewise: {
    ...common,
    ...Object.fromEntries(
      ['up', 'down'].flatMap((way) => Array.from({ length: 9 }, (_, at) => [`${way}${at}`, `piecewise_${way}[${at}]`])),
    ),
  },
};
