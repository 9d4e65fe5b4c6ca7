// Saved, it goes on as if nothing had been: ten more steps of each stage give the same losses and the same weights.

import { createLearner } from '../../create.ts';
import { batchFor, differences, fitStages, type Check, optionsOf } from '../check.ts';

export const resumes: Check = {
  name: 'goes on after save and restore as if nothing had been',
  async run(subject) {
    const batch = batchFor(subject, 0, { samples: 10 * subject.batchSize });
    const learner = await createLearner(optionsOf(subject));
    const tenMore = async (): Promise<number[]> => {
      const losses: number[] = [];
      const onBatchEnd = ({ loss }: { loss: number }): number => losses.push(loss);
      await fitStages(learner, batch, { callbacks: { onBatchEnd } });
      return losses;
    };
    await tenMore();
    const saved = learner.save();
    const [losses, hash] = [await tenMore(), learner.weightHash()];
    learner.reset();
    learner.restore(saved);
    const again = differences('the losses of ten more steps', await tenMore(), losses);
    return learner.weightHash() === hash ? again : [...again, 'the weights after ten more steps are others'];
  },
};
