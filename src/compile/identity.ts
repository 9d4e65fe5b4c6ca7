// What a checkpoint is of: learners may exchange checkpoints when these agree.

import type { CompiledLearner, Identity } from './compiled.ts';

/** Rates are no part of it, of learning and of replay: a learner goes on with its own. */
export function identityOf({
  network,
  rule,
  storage,
  activations,
  weights,
  task,
  replay,
}: Pick<CompiledLearner, 'network' | 'rule' | 'storage' | 'activations' | 'weights' | 'task' | 'replay'>): Identity {
  const parts: Record<string, string> = {
    input: `[${network.inputShape.join(', ')}]`,
    time: network.time,
    rule: `${rule.name} version ${rule.version}`,
    task: task.kind,
    loss: JSON.stringify(task.loss),
    storage: `${storage}: ${[...new Set(weights.map((weight) => weight.storage))].join(', ')}`,
    ...(activations.input && { activations: activations.name }),
    random: 'philox4x32-10 v1',
  };
  if (replay !== null) parts.replay = JSON.stringify({ ...replay, ratio: undefined });
  for (const { type, config, name } of network.layers) parts[`layer '${name}'`] = `${type}${JSON.stringify(config)}`;
  for (const [option, value] of Object.entries(rule.config)) parts[`rule option '${option}'`] = JSON.stringify(value);
  for (const [name, { update, hyper, clipNorm }] of Object.entries(rule.optimizers)) {
    parts[`optimizer '${name}'`] = update;
    if (clipNorm !== null) parts[`optimizer '${name}' clipNorm`] = String(clipNorm);
    for (const [key, value] of Object.entries(hyper)) {
      if (key !== 'learningRate') parts[`optimizer '${name}' ${key}`] = String(value);
    }
  }
  return parts;
}
