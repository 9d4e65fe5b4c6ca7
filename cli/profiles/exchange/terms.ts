// aihwkit's classes of devices and the names and usual values of their fields, by the constants of our models; and what
// else a constant is called elsewhere.

import type { DeviceModelName } from '../../../runtime/simd/devices/index.ts';
import { NODES } from '../../../runtime/simd/devices/piecewise.ts';

/** The field for a constant, and what it is where nothing is said. */
type Fields = Readonly<Record<string, readonly [field: string, usual: number | boolean]>>;

export interface DeviceClass {
  readonly name: string;
  readonly model: DeviceModelName;
  /** A field by which its presets, which are classes too, are known: those of the classes before have none such. */
  readonly mark: string;
  readonly fields: Fields;
}

const common: Fields = {
  step: ['dw_min', 0.001],
  stepSpread: ['dw_min_dtod', 0.3],
  logNormal: ['dw_min_dtod_log_normal', false],
  cycle: ['dw_min_std', 0.3],
  high: ['w_max', 0.6],
  low: ['w_min', -0.6],
  highSpread: ['w_max_dtod', 0.3],
  lowSpread: ['w_min_dtod', 0.3],
  asymmetry: ['up_down', 0],
  asymmetrySpread: ['up_down_dtod', 0.01],
};

/** Of constants that are 1 or 0: which value of the flag is 1. */
export const flags: Readonly<Record<string, boolean>> = { logNormal: true, symmetric: true, additive: false };

/** Where two have one model, the one that says more comes first. */
export const classes: readonly DeviceClass[] = [
  {
    name: 'ExpStepDevice',
    model: 'expStep',
    mark: 'A_up',
    fields: {
      ...common,
      amountUp: ['A_up', 0.00081],
      amountDown: ['A_down', 0.36833],
      gammaUp: ['gamma_up', 12.44625],
      gammaDown: ['gamma_down', 12.78785],
      slope: ['a', 0.244],
      shift: ['b', 0.2425],
      noiseAdded: ['dw_min_std_add', 0],
      noiseSlope: ['dw_min_std_slope', 0],
    },
  },
  { name: 'PiecewiseStepDevice', model: 'piecewise', mark: 'piecewise_up', fields: common },
  {
    name: 'SoftBoundsReferenceDevice',
    model: 'softBounds',
    mark: 'slope_up_dtod',
    fields: {
      ...common,
      additive: ['mult_noise', false],
      reference: ['reference_mean', 0],
      referenceSpread: ['reference_std', 0],
      symmetric: ['subtract_symmetry_point', false],
    },
  },
  {
    name: 'PowStepDevice',
    model: 'powStep',
    mark: 'pow_gamma',
    fields: {
      ...common,
      gamma: ['pow_gamma', 1],
      gammaSpread: ['pow_gamma_dtod', 0.1],
      gammaTilt: ['pow_up_down', 0],
      gammaTiltSpread: ['pow_up_down_dtod', 0],
    },
  },
  {
    name: 'LinearStepDevice',
    model: 'linearStep',
    mark: 'mean_bound_reference',
    fields: {
      ...common,
      additive: ['mult_noise', true],
      gammaUp: ['gamma_up', 0],
      gammaDown: ['gamma_down', 0],
      gammaUpSpread: ['gamma_up_dtod', 0.05],
      gammaDownSpread: ['gamma_down_dtod', 0.05],
    },
  },
  {
    name: 'SoftBoundsDevice',
    model: 'softBounds',
    mark: 'mult_noise',
    fields: { ...common, additive: ['mult_noise', true] },
  },
  { name: 'ConstantStepDevice', model: 'constantStep', mark: 'dw_min', fields: common },
];

export const classOf = (model: DeviceModelName): DeviceClass | undefined =>
  classes.find((known) => known.model === model);

const fieldsOf = (model: DeviceModelName): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(classOf(model)?.fields ?? {}).map(([constant, [field]]) => [constant, field]));

const nodes = ['up', 'down'].flatMap((way) =>
  Array.from({ length: NODES }, (_, at) => [`${way}${at}`, `piecewise_${way}[${at}]`]),
);

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
  constantStep: fieldsOf('constantStep'),
  linearStep: fieldsOf('linearStep'),
  softBounds: fieldsOf('softBounds'),
  expStep: fieldsOf('expStep'),
  powStep: fieldsOf('powStep'),
  piecewise: { ...fieldsOf('piecewise'), ...Object.fromEntries(nodes) },
};
