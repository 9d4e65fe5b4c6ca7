// docs/devices.md, from what device models and profiles are; nothing in its tables is typed in.

import { join } from 'node:path';
import {
  imperfectionCells,
  imperfectionColumns,
  imperfectionsOf,
  notModelled,
} from '../../cli/profiles/imperfections.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import type { storages } from '../../src/quantization/index.ts';
import { profiles } from '../../src/quantization/profiles/index.ts';
import { markdownRow } from '../../bench/shared/markdown.ts';
import { root } from '../../tools/bundle.ts';

export const DEVICES_PAGE = join(root, 'docs/devices.md');

const header = (cells: readonly string[]): string => `${markdownRow(cells)}\n|${'---|'.repeat(cells.length)}`;

/** The page's text. */
export const devicesPage = (): string => `# Synapse devices

Written by \`npm run docs\` from the models and profiles (\`scripts/docs/devices-page.ts\`); a test compares.

\`--storage NAME\`, or \`synapse(profiles[NAME])\`, keeps weights as conductances of a device, in 16 bits (32 for a pair), with no float
copy behind them. \`onward profiles\` prints this table, \`onward profiles show NAME\` the curves.
Your own device is fitted by \`onward profiles fit\`; devices of aihwkit and CrossSim come and go by \`profiles import\` and \`export\`; what
each flaw costs, \`profiles ablate\` tells ([measured devices](measured-devices.md)).

## Which imperfections a profile and a storage have

${header(['profile', 'model', ...imperfectionColumns])}
${Object.values(profiles)
  .map((profile) => markdownRow([`\`${profile.name}\``, profile.model, ...imperfectionCells(imperfectionsOf(profile))]))
  .join('\n')}
${(['f32', 'int8'] satisfies (keyof typeof storages)[])
  .map((name) =>
    markdownRow([`\`${name}\``, 'digital', ...imperfectionColumns.map((column) => digital[column] ?? 'no')]),
  )
  .join('\n')}

- **States**: pulses up from bound to bound; where steps vanish at a bound, the range in mean steps.
- **Nonlinearity**: by how much the smallest step is smaller than the largest, from a tenth to nine tenths of the range.
- **Asymmetry**: how far apart steps up and down are, over their sum, mean over those states. Devices of a pair are only pulsed up.
- **Cycle, device**: the deviation of a step in the middle of the range, from pulse to pulse over the mean step (the range by the
  states), and from device to device over that step. NeuroSim prints cycle noise as a share of the whole range: 3.5 % of it is more
  than a step.
- **On/off**: highest over lowest conductance, where a source has them.
- **Stuck**: any profile takes \`stuck\`, the share of devices that never move, and \`retention\`, how a state is lost with time
  (\`synapse(profile, { secondsPerStep })\`, \`--storage-set secondsPerStep=60\`); a **no** says that its source has none. Time goes on at the end of each training step, for
  every weight that is kept so, whether it learns or not, and for both arrays of \`tikiTaka\`; what drifts is in checkpoints.
- **Write**: how far what is read lies from what was written, its deviation over the mean step; another number with every write, the
  same with every reading. It takes no byte for good: it is drawn from the stored code, into scratch of two bytes a weight, four of a
  pair, while a layer is at work. \`weights()\` and checkpoints tell what was written.

Behind an access transistor, \`synapse(profile, { accessResistance })\` in ohm, devices are read by currents in proportion to
G / (1 + G R), scaled so that both ends of the range stay what they are; pulses do not feel it.

No profile has: ${notModelled.join('; ')}. What stands around an array is
\`converters()\` of a storage: bits and bounds, noise of reading, tiles of so many rows that are each read by their own, and bounds
that are managed (a sample of which a sum runs into its bound is read again at half the input). What it does to learning:
[arrays](arrays.md); \`tikiTaka(profile)\` has the imperfections of its profile.

## What is ideal

Beside what no profile has, these are computed as if there were no device. They flatter some rules more than others:

- \`converters()\`, with read noise, tiles and managed bounds, stand around the forward product alone. The product that pulls deltas
  back through an array (W dz) reads what is stored, with write noise and behind the transistor, but sums it exactly, in floats. That favours
  backpropagation and SLTT, which pull from layer to layer, over local rules: tpSGD and DRTP have no such product, Mono-Forward pulls
  through the head of its own layer only.
- A gradient is summed exactly, in floats, before it becomes pulses, but under \`pulseTrains()\`. What an optimiser keeps, errors and
  biases are floats.
- Zeroth order moves weights along a direction and back by whole steps of a mean pulse, exactly: no pulse is counted, none is noisy, the
  only bounds are those of the codes, and stuck devices move too, there and back. Its update alone is made of pulses.
- First weights, \`setWeights()\` and the refresh of a pair are written exactly, but into stuck devices, and count no pulse.

## How a change becomes pulses

\`synapse(profile, { pulses, threshold, most })\`, in place of what the profile says. A change is counted in steps of the mean device.

| \`pulses\` | pulses of a change |
|---|---|
| \`'nearest'\` | to the nearest whole number: what is below half a step is lost |
| \`'stochastic'\` | up or down by chance, so that the mean is the change |
| \`'sign'\` | one, of its sign (Manhattan rule) |
| \`pulseTrains()\` | the array multiplies x and dz itself: rows and columns fire at random, and a device moves where both do, sample by sample; with update management and length management. Takes plain \`sgd\`, and weights that are not shared over positions |

With \`threshold\` changes of fewer steps are left out; \`most\` bounds the pulses of an update, and is the length of a train.

Both devices of a pair are only pulsed up. At the end of a step in which one is above 0.75 of the way between the mean bounds and
the other above 0.25 (the thresholds of aihwkit's \`OneSidedUnitCell\`), whatever their own bounds are, both are erased, and their difference
is written into one of them: exactly, and no pulse is counted for it. aihwkit writes it by one train, which may fall short.

On the command line every option of the library is a \`--storage-set\`, and what arranges devices stands before their name:

\`\`\`sh
onward train --storage gokmen-vlasov --storage-set pulses=pulseTrains --optimizer sgd
onward train --storage gokmen-vlasov --storage-set pulses.lengthManagement=false --storage-set most=63 --optimizer sgd
onward train --storage epiram --storage-set pulses=sign --storage-set threshold=0.5 --storage-set headroom=5
onward train --storage epiram --storage-set converters.outputBits=8 --storage-set converters.tileRows=128
onward train --storage tikiTaka:ecram --storage-set buffered=true
\`\`\`

A checkpoint of \`train\` keeps them. One of a page whose devices have options is refused until it is told them.

## The models

${header(['model', 'what it is', 'constants'])}
${Object.values(deviceModels)
  .map(({ name, title, constants }) => markdownRow([`\`${name}\``, title, namesOf(constants)]))
  .join('\n')}

Their equations stand in \`runtime/simd/devices\`, one file each. What differs from device to device is drawn from the seed
and takes no byte.

## Where the numbers come from

${header(['profile', 'what it is', 'source', 'note'])}
${Object.values(profiles)
  .map(({ name, title, source, note = '' }) => markdownRow([`\`${name}\``, title, source, note]))
  .join('\n')}
`;

/** What is to be said of numbers that are no conductances. */
const digital: Readonly<Record<string, string>> = { states: '-', 'on/off': '-' };

function namesOf(constants: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(constants).map((name) => name.replace(/\d+$/, '0..'));
  return [...new Set(names)].map((name) => `\`${name}\``).join(', ');
}
