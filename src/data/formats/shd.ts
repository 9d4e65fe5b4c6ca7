// The Spiking Heidelberg Digits: spoken digits, English and German, as spikes of 700 channels of a model of the
// cochlea; an HDF5 file for each part, shd_train.h5 and shd_test.h5. SSC, Speech Commands as spikes, has the same form.
//
// Source: Cramer, Stradmann, Schemmel, Zenke, IEEE TNNLS 33(7), 2022; zenkelab.org/datasets.

import { DataError } from '../errors.ts';
import type { EventStream } from '../features/events.ts';
import { openHdf5 } from './hdf5/open.ts';

const CHANNELS = 700;

export interface ShdSamples {
  /** Of each sample: units of [700], times in seconds. */
  readonly events: readonly EventStream[];
  /** Digits, 0 to 9 in English, 10 to 19 in German; words of SSC. */
  readonly labels: Int32Array;
  /** Numbers of the speakers, where the file has them. */
  readonly speakers?: Int32Array;
}

/**
 * @param bytes the file, unpacked
 * @throws DataError where it is no HDF5 file of that form
 */
export function readShd(bytes: Uint8Array): ShdSamples {
  const file = openHdf5(bytes);
  const [times, units] = [file.readRows('spikes/times'), file.readRows('spikes/units')];
  const labels = Int32Array.from(file.readNumbers('labels').data);
  if (times.length !== labels.length || units.length !== labels.length) {
    throw new DataError(`SHD: times of ${times.length} samples, units of ${units.length}, ${labels.length} labels`);
  }
  const events = times.map((ofSample, row) => {
    if (ofSample.length === units[row].length && units[row].every((unit) => unit < CHANNELS)) {
      return { times: ofSample, units: units[row], shape: [CHANNELS] };
    }
    const found = `${ofSample.length} times and ${units[row].length} units, of ${CHANNELS} channels`;
    throw new DataError(`SHD: sample ${row} has ${found}; wanted as many of both, and units below ${CHANNELS}`);
  });
  const speakers = 'extra/speaker';
  if (!file.names.includes(speakers)) return { events, labels };
  return { events, labels, speakers: Int32Array.from(file.readNumbers(speakers).data) };
}
