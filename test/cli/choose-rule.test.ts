// Rules from the command line: options reach the rule, and what it does not read is refused.

import { describe, expect, test } from 'vitest';
import { chooseRule } from '../../cli/choose-rule.ts';
import { parseSettings } from '../../cli/settings.ts';
import { UsageError } from '../../cli/command.ts';
import { sgd } from '../../src/index.ts';

describe('--set', () => {
  test('values are numbers, booleans, text and lists, at any depth', () => {
    expect(parseSettings(['a=1.5', 'b=true', 'c.d=x', 'c.e=-2', 'f=1,two', 'freeze=conv2d', 'g=a=b'])).toEqual({
      a: 1.5,
      b: true,
      c: { d: 'x', e: -2 },
      f: [1, 'two'],
      freeze: ['conv2d'],
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

describe('--rule', () => {
  test("keeps the rule's own optimizer, or changes what is asked for", async () => {
    const own = (await chooseRule('drtp')).optimizer;
    expect((await chooseRule('drtp', { lr: '0.25', schedule: 'linear' })).optimizer).toEqual({
      ...own,
      schedule: 'linear',
      hyper: { ...own.hyper, learningRate: 0.25 },
    });
    const { update, hyper } = (await chooseRule('drtp', { optimizer: 'nesterov', lr: '0.1', momentum: '0.8' }))
      .optimizer;
    expect([update.name, hyper]).toEqual(['nesterov', { learningRate: 0.1, momentum: 0.8 }]);
  });

  test('takes a common optimizer, changed by what is asked for', async () => {
    expect((await chooseRule('tpsgd', {}, sgd(0.5))).optimizer).toEqual(sgd(0.5));
    expect((await chooseRule('tpsgd', { lr: '0.1' }, sgd(0.5))).optimizer).toEqual(sgd(0.1));
  });

  test('momentum alone keeps the rate and the schedule of the rule', async () => {
    const { update, hyper, schedule } = (await chooseRule('backprop', { momentum: '0.8', schedule: 'linear' }))
      .optimizer;
    const { learningRate } = (await chooseRule('backprop')).optimizer.hyper;
    expect([update.name, hyper, schedule]).toEqual(['momentum', { learningRate, momentum: 0.8 }, 'linear']);
  });

  test('passes the loss on', async () => {
    expect((await chooseRule('drtp', { loss: 'crossEntropy' })).loss).toBe('crossEntropy');
  });

  test.each([
    ['nope', {}, /no rule 'nope', wanted backprop/],
    ['./nope.ts', {}, /no file '.\/nope.ts'/],
    ['tpsgd', { set: ['localoss=l1'] }, /no option 'localoss'; it has .*localLoss/],
    ['tpsgd', { optimizer: 'adam', momentum: '0.9' }, /--momentum is of sgd/],
    ['tpsgd', { lr: 'fast' }, /--lr is 'fast'/],
    ['tpsgd', { loss: 'hinge' }, /--loss is 'hinge', wanted crossEntropy/],
  ])('refuses %s with %o', async (name, values, message) => {
    await expect(chooseRule(name, values)).rejects.toThrow(UsageError);
    await expect(chooseRule(name, values)).rejects.toThrow(message);
  });
});
