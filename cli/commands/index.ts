// All commands, in the order of help: what they do, and their file, which is loaded when it is asked for.

import type { CommandEntry } from '../command.ts';

export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    about: 'serves the drawing page, and measures meanwhile: memory of every rule, a short training',
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'train',
    about: 'learns a data set, showing how well after each epoch',
    load: async () => (await import('./train.ts')).train,
  },
  {
    name: 'evaluate',
    about: 'tests a checkpoint on the test set of its own data, or of --data; all rows of a file it was not trained on',
    load: async () => (await import('./evaluate.ts')).evaluate,
  },
  {
    name: 'predict',
    about: 'answers samples by a checkpoint, as CSV',
    load: async () => (await import('./predict.ts')).predict,
  },
  {
    name: 'memory',
    about:
      'plans the memory of every rule for a network and a batch, and touches it; with --data, tells the accuracy too',
    load: async () => (await import('./memory.ts')).memory,
  },
  {
    name: 'rules',
    about: 'lists the learning rules, with what their updates wait for and read',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    name: 'profiles',
    about: 'lists the synapse devices that weights can be kept in; shows them, and fits a measured one',
    load: async () => (await import('./profiles.ts')).profiles,
  },
  {
    name: 'check',
    about: 'checks what a rule, or all, owe: the same bits everywhere, planned bytes, claim, saving, answers, learning',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'compare',
    about: 'which rule is best on a task, each tuned by as many trials on validation data; an ended one goes on',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'reproduce',
    about: 'measures rows of docs/results.md beside the published figures; an ended run goes on',
    load: async () => (await import('./reproduce.ts')).reproduce,
  },
  {
    name: 'bench',
    about: 'measures training steps or kernels beside TensorFlow.js, jax-js and onnxruntime-web',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    name: 'compile',
    about: 'makes a learner ahead of time, as one file for onward/run: from a network, or a file with all its options',
    load: async () => (await import('./compile.ts')).compile,
  },
  {
    name: 'export',
    about: 'writes the weights of a checkpoint as C arrays, or as conductances and pulse programmes of its devices',
    load: async () => (await import('./export.ts')).exportWeights,
  },
  {
    name: 'serve',
    about: 'serves the demos, or a folder, at localhost until Ctrl-C',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'help',
    about: 'this list, or the options of one command',
    load: async () => (await import('./help.ts')).help(commands),
  },
];
