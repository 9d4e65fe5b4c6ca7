// Devices for the generic test of the kernels that pulse: of every model one, with all its spreads, the arrangements
// and the ways to round in turn.

import { largestCode, type Device } from '../devices/device.ts';
import { deviceModels, type DeviceModelName } from '../devices/index.ts';

const given: Readonly<Record<string, number>> = {
  up: 2.4,
  down: -4.88,
  levelsUp: 97,
  levelsDown: 100,
  step: 0.05,
  gammaUp: 0.3,
  gammaDown: 0.6,
  gamma: 1.3,
  amountUp: -1.2,
  amountDown: -0.1,
  referenceSpread: 0.05,
  symmetric: 1,
};

/** All constants of a model: given here, its defaults, and its spreads. */
function constantsOf(model: DeviceModelName): Record<string, number> {
  return Object.fromEntries(
    Object.entries(deviceModels[model].constants).map(([name, constant]) => {
      const spread = name === 'cycle' || name.toLowerCase().endsWith('spread') ? 0.1 : undefined;
      return [name, given[name] ?? spread ?? constant.default ?? 1 / (1 + name.length)];
    }),
  );
}

const WAYS = ['stochastic', 'nearest', 'sign'] as const;

export const sampleDevices: readonly Device[] = (Object.keys(deviceModels) as DeviceModelName[]).map((model, turn) => {
  const arrangement = turn % 2 === 0 ? 'single' : 'pair';
  const constants = constantsOf(model);
  return {
    model,
    constants,
    arrangement,
    pulses: WAYS[turn % 3],
    threshold: turn === 1 ? 0.25 : 0,
    most: 5,
    writeNoise: 0,
    stuck: turn % 4 === 0 ? 0.2 : 0,
    zero: arrangement === 'pair' ? deviceModels[model].bounds(constants)[0] : 0.25,
    unit: 2 / largestCode({ arrangement }),
  };
});
