// Updates by stochastic pulse trains (runtime/simd/parts/trains.ts): the array multiplies the factors of an update
// itself, so it takes plain gradient descent, and weights of which each meets one input of a sample.

import { view } from '../../runtime/program/buffer.ts';
import { paddedColumns } from '../../runtime/program/program.ts';
import { g16_matmul_update_trains } from '../../runtime/simd/kernels/g16-matmul-update-trains.ts';
import { streamKey } from '../../runtime/simd/parts/philox.ts';
import { LONGEST } from '../../runtime/simd/parts/trains.ts';
import { ConfigurationError } from '../errors.ts';
import { boolean, expectIs, expectThat, integer, readOptions } from '../options.ts';
import { pulsedOperands, type PulseTrains } from './device-array.ts';

export interface PulseTrainOptions {
  /**
   * Whether rows and columns share what is to be fired, so that the largest input and the largest error fire as often.
   * Default true. (The kit's `update_management`.)
   */
  readonly updateManagement?: boolean;
  /**
   * Whether a train is as short as its largest change allows; else it has `most` slots. Default true. (The kit's
   * `update_bl_management`; `most` is its `desired_bl`.) Alone it clips inputs that want more slots than there are.
   */
  readonly lengthManagement?: boolean;
}

/**
 * Pulses by coincidence: for every sample the rows and columns of the array fire at random, and a device moves where
 * both do; the mean change is that of gradient descent. For `synapse(profile, { pulses: pulseTrains() })`.
 *
 * A learner refuses it with a ConfigurationError for optimisers other than `sgd()` without momentum, and for weights
 * that are shared over positions or learn by a sum: convolutions, micro-batches, `clipNorm`.
 *
 * Source: Gokmen, Vlasov, Frontiers in Neuroscience 10:333, 2016; the managements: Gokmen, Onen, Haensch, Frontiers in
 * Neuroscience 11:538, 2017.
 * @throws ConfigurationError for an option that is not known, or not true or false.
 */
export function pulseTrains(options: PulseTrainOptions = {}): PulseTrains {
  const { updateManagement: update, lengthManagement: length } = readOptions(
    'pulseTrains',
    options,
    ConfigurationError,
    { updateManagement: [boolean, true], lengthManagement: [boolean, true] },
  );
  const managed = [...(update ? ['update'] : []), ...(length ? ['length'] : [])];
  return {
    name: `pulse trains${managed.length > 0 ? `, ${managed.join(' and ')} managed` : ''}`,
    expectDevice(of, { most, threshold }) {
      expectIs(`${of}: most, with pulseTrains`, most, integer(1, LONGEST));
      expectThat(threshold === 0, `${of}: threshold, with pulseTrains`, threshold, '0');
    },
    pulse(p, kept, { mapping: { device }, site, optimizer, wear }) {
      const { name, rows, learning } = kept;
      if (site.factors === undefined) {
        const wanted = 'wanted a weight whose samples bring an input and an error each: no convolution and no sum';
        throw new ConfigurationError(`pulseTrains: '${name}' learns by a gradient, ${wanted}`);
      }
      if (optimizer.update.name !== 'sgd' || optimizer.hyper === null) {
        throw new ConfigurationError(
          `pulseTrains: the optimiser is '${optimizer.update.name}', wanted sgd() without momentum`,
        );
      }
      const rate = view(optimizer.hyper);
      site.factors(p, paddedColumns(learning), ({ x, dz, batch, dzStride, first, columns }) =>
        p.call(g16_matmul_update_trains({ device, management: { update, length } }), {
          ...pulsedOperands(p, kept, wear, first),
          trains: streamKey(`${name}/trains`) | 0,
          x,
          dz,
          rate,
          batch,
          dzStride,
          inputs: rows,
          columns,
        }),
      );
    },
  };
}
