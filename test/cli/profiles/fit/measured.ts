// Devices of every model as an instrument would write them: five cycles, eight devices, 3 % of noise from cycle to cycle.

import { respond, conductanceOf, type Pulsing } from '../../../../cli/profiles/response.ts';
import type { DeviceModelName } from '../../../../runtime/simd/devices/index.ts';
import { NODES } from '../../../../runtime/simd/devices/piecewise.ts';
import type { Profile } from '../../../../src/index.ts';

const nodes = (way: string, at: (node: number) => number) =>
  Object.fromEntries(Array.from({ length: NODES }, (_, node) => [`${way}${node}`, at(node)]));

const constants: Readonly<Record<DeviceModelName, Profile['constants']>> = {
  exponential: { up: 2.4, down: -3, levelsUp: 97, levelsDown: 100 },
  constantStep: { step: 0.02, asymmetry: -0.2 },
  linearStep: { step: 0.02, asymmetry: 0.15, gammaUp: 0.4, gammaDown: 0.6 },
  softBounds: { step: 0.03, asymmetry: 0.2 },
  expStep: { step: 0.03, amountUp: 0.00081, amountDown: 0.36833, gammaUp: 12.44625, gammaDown: 12.78785 },
  powStep: { step: 0.06, gamma: 1.8, gammaTilt: -0.25 },
  piecewise: { step: 0.03, ...nodes('up', (node) => 1.4 - 0.1 * node), ...nodes('down', (node) => 0.6 + 0.1 * node) },
};

export const profileOf = (model: DeviceModelName, more: Profile['constants'] = {}): Profile => ({
  name: model,
  title: model,
  source: 'the test',
  model,
  constants: { ...constants[model], cycle: 0.03, ...more },
  conductance: { low: 2e-9, high: 30e-9 },
});

export const usual: Pulsing = { devices: 8, cycles: 5, pulses: 150, seed: 3 };

/** A row of the plainest file: device; cycle; direction; G (S). */
function rowsOf(profile: Profile, pulsing: Pulsing = usual) {
  const conductance = conductanceOf(profile) ?? Number;
  return respond(profile, pulsing).flatMap(({ device, cycle, up, down }) => [
    { device, cycle, way: 0, g: conductance(up[0]) },
    ...up.slice(1).map((state) => ({ device, cycle, way: 1, g: conductance(state) })),
    ...down.slice(1).map((state) => ({ device, cycle, way: -1, g: conductance(state) })),
  ]);
}

export const plainFile = (profile: Profile, pulsing: Pulsing = usual): string =>
  [
    'device,cycle,direction,G (S)',
    ...rowsOf(profile, pulsing).map(({ device, cycle, way, g }) => `${device},${cycle},${way},${g.toExponential(7)}`),
  ].join('\n');
