// The page's own worker: it plans and compiles what is chosen, which would hold up the hand that draws. It learns
// nothing; learners have the library's worker, one each.

import { expose } from 'comlink';
import { compileLearner, type CompiledLearner } from '../../src/index.ts';
import { learnerOptions, ruleNames, type Choice } from './choices.ts';
import { offerOf, refusalOf, settle, type Offer } from './offers.ts';

/** Whose offers were asked for last. */
let latest: Choice | null = null;

const plans = {
  refusalOf,
  settle,
  compile: (choice: Choice): CompiledLearner => compileLearner(learnerOptions(choice)),

  /** Of all rules, in the order of the index; what is asked for between two of them is answered first. */
  async offersOf(choice: Choice): Promise<readonly Offer[] | null> {
    latest = choice;
    const offers: Offer[] = [];
    for (const rule of ruleNames) {
      offers.push(offerOf({ ...choice, rule }));
      await new Promise((resolve) => setTimeout(resolve));
      if (latest !== choice) return null;
    }
    return offers;
  },
};

export type Plans = typeof plans;

expose(plans);
