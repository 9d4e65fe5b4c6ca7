// Rules from the command line: options reach the rule, and what it does not read is refused.

import { describe, expect, test } from 'vitest';
import { chooseRule, chooseRules, ruleNames } from '../../cli/choose-rule.ts';
import { parseSettings } from '../../cli/settings.ts';
import { UsageError } from '../../cli/command.ts';
import {
  dense,
  f32,
  int8,
  linearDecay,
  type Optimizer,
  RuleError,
  sequential,
  adam,
  sgd,
  sgdw,
  type Storage,
} from '../../src/index.ts';
import { optimizers } from '../../src/optimizers/index.ts';

describe('--set', () => {
  test('values are numbers, booleans, text and lists, at any depth', () => {
    const config = { some: [], deep: { list: [1] } };
    const texts = ['a=1.5', 'b=true', 'c.d=x', 'c.e=-2', 'f=1,two', 'some=x', 'deep.list=4', 'g=a=b'];
    expect(parseSettings(texts, config)).toEqual({
      a: 1.5,
      b: true,
      c: { d: 'x', e: -2 },
      f: [1, 'two'],
      some: ['x'],
      deep: { list: [4] },
      g: 'a=b',
    });
  });

  test.each(['a', 'a=', '=1', 'a.=1', '__proto__.x=1', 'a b=1'])('refuses "%s"', (text) => {
    expect(() => parseSettings([text])).toThrow(UsageError);
  });

  test('does not touch what objects inherit', () => {
    parseSettings(['constructor.prototype=1', 'toString.x=1']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(typeof Object.prototype.toString).toBe('function');
  });

  test('refuses a path through a value', () => {
    expect(() => parseSettings(['a=1', 'a.b=2'])).toThrow(/'a' was set to a value/);
  });
});

/** The optimizer of the rule that is chosen. */
async function chosen(...asked: Parameters<typeof chooseRule>): Promise<Optimizer> {
  return (await chooseRule(...asked)).optimizers.optimizer;
}

describe('--rule', () => {
  test("keeps the rule's own optimizer, or changes what is asked for", async () => {
    const own = await chosen('drtp');
    expect(await chosen('drtp', { lr: '0.25', schedule: 'linear' })).toEqual({
      ...own,
      schedule: linearDecay(),
      hyper: { ...own.hyper, learningRate: 0.25 },
    });
    const { update, hyper } = await chosen('drtp', { optimizer: 'nesterov', lr: '0.1', momentum: '0.8' });
    expect([update.name, hyper]).toEqual(['nesterov', { learningRate: 0.1, momentum: 0.8 }]);
  });

  test('takes a common optimizer, changed by what is asked for', async () => {
    expect(await chosen('tpsgd', {}, sgd(0.5))).toEqual(sgd(0.5));
    expect(await chosen('tpsgd', { lr: '0.1' }, sgd(0.5))).toEqual(sgd(0.1));
  });

  test('momentum alone keeps the rate and the schedule of the rule', async () => {
    const { update, hyper, schedule } = await chosen('zerothOrder', { momentum: '0.8', schedule: 'linear' });
    const { learningRate } = (await chosen('zerothOrder')).hyper;
    expect([update.name, hyper, schedule]).toEqual(['momentum', { learningRate, momentum: 0.8 }, linearDecay()]);
  });

  test('a decay alone keeps the rest of an optimizer that has one', async () => {
    const own = sgdw(0.1, { momentum: 0.8, clipNorm: 2 });
    expect(await chosen('tpsgd', { 'weight-decay': '0.2' }, own)).toEqual({
      ...own,
      hyper: { ...own.hyper, weightDecay: 0.2 },
    });
    expect(await chosen('tpsgd', { momentum: '0.5' }, own)).toEqual(sgdw(0.1, { momentum: 0.5, clipNorm: 2 }));
  });

  test('--set tells of the optimizers that a rule has beside its first', async () => {
    const set = ['last=1', 'lastOptimizer.lr=0.1', 'lastOptimizer.clipNorm=3'];
    const { optimizer, lastOptimizer } = (await chooseRule('zerothOrder', { set })).optimizers;
    expect(lastOptimizer).toEqual(adam(0.1, { schedule: 'linear', clipNorm: 3 }));
    expect(optimizer).toEqual(await chosen('zerothOrder'));
    const apart = { optimizer: 'sgdw', lr: '0.1', set: ['readOutOptimizer.weightDecay=0.3'] };
    const { readOutOptimizer } = (await chooseRule('forwardForward', apart)).optimizers;
    expect(readOutOptimizer).toEqual(sgdw(0.1, { weightDecay: 0.3 }));
  });

  test('takes every optimizer of the index, with a momentum of its own where it has one', async () => {
    for (const [name, make] of Object.entries(optimizers)) {
      expect(await chosen('tpsgd', { optimizer: name })).toEqual(make());
    }
  });

  test.each([
    ['nope', {}, /no rule 'nope', wanted backprop/],
    ['./nope.ts', {}, /no file '.\/nope.ts'/],
    ['tpsgd', { optimizer: 'adam', momentum: '0.9' }, /--momentum is of momentum, nesterov, sgd/],
    ['tpsgd', { optimizer: 'sgd', 'weight-decay': '0.9' }, /--weight-decay is of adamw, sgdw, but .* 'sgd'/],
    ['forwardForward', { set: ['readOutOptimizer.rate=1'] }, /'readOutOptimizer.rate', wanted of an optimizer .*lr/],
    ['tpsgd', { lr: 'fast' }, /--lr is 'fast'/],
  ])('refuses %s with %o', async (name, values, message) => {
    await expect(chooseRule(name, values)).rejects.toThrow(UsageError);
    await expect(chooseRule(name, values)).rejects.toThrow(message);
  });

  test('a rule refuses an option that it does not have', async () => {
    const message = "tpsgd has no option 'localoss'; it has optimizer, localLoss, projection, cells, steps, order";
    await expect(chooseRule('tpsgd', { set: ['localoss=l1'] })).rejects.toThrow(new RuleError(message));
  });
});

test('without a wish, rules that cannot train the network as it is kept are left out', async () => {
  const network = sequential([4], [dense(5), dense(3)]);
  const namesOf = async (storage?: Storage): Promise<string[]> =>
    (await chooseRules(undefined, { network, storage })).map(({ name }) => name);
  expect(await namesOf()).toEqual(ruleNames);
  expect(await namesOf(int8())).toEqual(ruleNames.filter((name) => name !== 'stdp'));
  const rounding: Storage = { name: 'rounding', weight: (p, spec) => ({ ...f32.weight(p, spec), change: undefined }) };
  expect(await namesOf(rounding)).toEqual(ruleNames.filter((name) => !['stdp', 'zerothOrder'].includes(name)));
  expect(await chooseRules(['zerothOrder'], { network, storage: rounding })).toHaveLength(1);
});
