// Who does what: the units of a recorded learner, in the order of their forward passes, cut into as many stretches of
// like work as there are workers; for each a program of its own. The last worker is the lead: it has the whole learner
// too, for all that is not `fit`.

import { analyse } from '../../runtime/program/analyse.ts';
import { byteLength, type Buffer } from '../../runtime/program/buffer.ts';
import { flopsOf } from '../../runtime/program/flops.ts';
import { usesIn, type Op } from '../../runtime/program/op.ts';
import { BudgetError, plan } from '../../runtime/program/plan.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import { prune } from '../../runtime/program/prune.ts';
import { lasts, slicePhases, unitsIn, type Slice, type WorkerOf } from '../../runtime/program/slice.ts';
import { compileLearner, compileWith, type LearnerOptions } from '../compile/compile.ts';
import { learnedBuffers, type CompiledLearner, type PortInfo } from '../compile/compiled.ts';
import { recordLearner, trainingPhases, type Recorded } from '../compile/record.ts';
import { phasesOf } from '../forward-only/rule.ts';
import { ConfigurationError } from '../errors.ts';
import { RuleError } from '../forward-only/rule.ts';
import { expectIs, integer } from '../options.ts';
import type { Judgement } from '../tasks/host/host.ts';
import { partition } from './partition.ts';
import { givenAs, leadPhase, stepsUnderWay, type Share, type SharedPhase } from './share.ts';

/** What one worker does, of all that is to be done. */
export interface WorkerPlan {
  /** The units that learn there, and what joins them. */
  readonly units: readonly string[];
  /** Of the floating-point operations of a step, its share. */
  readonly work: number;
  /** Of its memory. */
  readonly plannedBytes: number;
}

/** How the work of a step is shared out, known before anything runs. */
export interface ParallelPlan {
  /** In the order in which a sample goes through them; the last one holds the whole learner too. */
  readonly workers: readonly WorkerPlan[];
  /** How many steps the first worker may be ahead of the last one. */
  readonly stepsAhead: number;
  /** Of samples, targets and outputs that are on their way between workers, at most. */
  readonly handOverBytes: number;
}

export interface SharedOut {
  readonly lead: Shared;
  readonly helpers: readonly Shared[];
  readonly plan: ParallelPlan;
}

/** Units that stay together: they run in one loop, or one reads what another learned, or is a passage behind it. */
interface Group {
  readonly units: Set<string>;
  flops: number;
  learns: boolean;
  /** Gives what leaves the step, loss and answer: it is the lead's. */
  leads: boolean;
}

/**
 * Compiles a learner for so many workers.
 * @throws what `compileLearner` does; RuleError for a rule whose units wait for each other, and for more workers than
 *   there are units; BudgetError where all together need more.
 */
export function shareOut(options: LearnerOptions<Judgement>, workers: number): SharedOut {
  expectIs('workers', workers, integer(2));
  if (options.replay !== undefined) {
    throw new ConfigurationError('replay is of one learner: wanted createLearner or createWorkerLearner');
  }
  if (options.activations !== undefined) {
    throw new ConfigurationError('createParallelLearner: activations go between workers as floats, wanted no int8');
  }
  const whole = compileLearner(options);
  const recorded = recordLearner(options);
  expectApart(recorded, options);
  const stretches = cut(groupsOf(recorded), workers, options);
  const workerOf: WorkerOf = (unit) => stretches.findIndex((groups) => groups.some(({ units }) => units.has(unit)));
  const place = { workers, workerOf, options };
  const lead = leadOf(place);
  const helpers = stretches.slice(0, -1).map((_, worker) => helperOf(worker, place));
  const all = [...helpers, lead];
  const handOverBytes = handedOver(
    lead.compiled,
    all.map(({ share }) => share),
  );
  const needed = all.reduce((sum, { compiled: { memory } }) => sum + memory.plannedBytes, handOverBytes);
  if (needed > whole.budget)
    throw new BudgetError(needed, whole.budget, `: ${workers} workers, and what they hand over`);
  const flops = stretches.map((groups) => groups.reduce((sum, group) => sum + group.flops, 0));
  const total = flops.reduce((sum, each) => sum + each, 0);
  const plan: ParallelPlan = {
    workers: stretches.map((groups, worker) => ({
      units: groups.flatMap(({ units }) => [...units]),
      work: flops[worker] / total,
      plannedBytes: all[worker].compiled.memory.plannedBytes,
    })),
    stepsAhead: stepsUnderWay(helpers.length) - 1,
    handOverBytes,
  };
  const memory = { ...lead.compiled.memory, handOverBytes };
  return { lead: { ...lead, compiled: { ...lead.compiled, memory } }, helpers, plan };
}

/** @throws RuleError for units that wait for each other, in a step or from step to step. */
function expectApart({ program, course }: Recorded, { rule }: LearnerOptions<Judgement>): void {
  const { updateLocked, backwardLocked, weightTransport, delayed } = analyse(program, trainingPhases(course)).locality;
  if (!updateLocked && !backwardLocked && !weightTransport && !delayed) return;
  const wanted = 'wanted a rule whose units do not, such as tpsgd()';
  throw new RuleError(`the units of '${rule.name}' wait for those behind them, so workers would too: ${wanted}`);
}

/** The phases of all steps, each once. */
const stepPhases = ({ course }: Recorded): string[] => [
  ...new Set(course.stages.flatMap(({ step }) => phasesOf(step))),
];

/** All units of the steps, in the order of their first calls, those that the lead must have last. */
function groupsOf(recorded: Recorded): Group[] {
  const groups: Group[] = [];
  const ops = stepPhases(recorded).flatMap((phase) => recorded.program.phases.get(phase) ?? []);
  const writers = writersIn(ops);
  const join = (units: readonly string[]): Group => {
    const found = groups.filter((group) => units.some((unit) => group.units.has(unit)));
    const [first = { units: new Set<string>(), flops: 0, learns: false, leads: false }, ...others] = found;
    if (found.length === 0) groups.push(first);
    for (const other of others) absorb(groups, first, other);
    for (const unit of units) first.units.add(unit);
    return first;
  };
  for (const op of ops) {
    const units = unitsIn(op);
    if (units.length === 0) continue;
    const uses = usesIn([op]);
    const written = uses.flatMap(({ buffer, writes }) => (writes && lasts(buffer) ? [buffer] : []));
    const group = join([...units, ...uses.flatMap(({ buffer }) => writers.get(buffer) ?? [])]);
    group.flops += flopsOf([op]);
    group.learns ||= written.some(({ port }) => port === null);
    group.leads ||= written.some(({ port }) => port !== null);
  }
  const leading = groups.filter(({ leads }) => leads);
  for (const other of leading.slice(1)) absorb(groups, leading[0], other);
  const ordered = [...groups.filter(({ leads }) => !leads), ...leading.slice(0, 1)];
  // a passage goes with what is in front of it, so that what is handed over is small; the first with what is behind it
  for (const group of [...ordered]) {
    const at = ordered.indexOf(group);
    if (!group.learns && ordered.length > 1) absorb(ordered, ordered[at === 0 ? 1 : at - 1], group);
  }
  return ordered;
}

/** The units that write what lasts, by buffer. */
function writersIn(ops: readonly Op[]): Map<Buffer, string[]> {
  const writers = new Map<Buffer, string[]>();
  for (const op of ops) {
    for (const { buffer, writes } of usesIn([op])) {
      if (writes && lasts(buffer)) writers.set(buffer, [...(writers.get(buffer) ?? []), ...unitsIn(op)]);
    }
  }
  return writers;
}

function absorb(groups: Group[], group: Group, other: Group): void {
  groups.splice(groups.indexOf(other), 1);
  for (const unit of other.units) group.units.add(unit);
  group.flops += other.flops;
  group.learns ||= other.learns;
  group.leads ||= other.leads;
}

/** Stretches of groups such that the one with most work has as little as can be. */
function cut(groups: readonly Group[], workers: number, { rule }: LearnerOptions<Judgement>): Group[][] {
  if (groups.length < workers) {
    const came = `'${rule.name}' has ${groups.length} here that can be told apart`;
    throw new RuleError(`${workers} workers want as many units that learn, and ${came}`);
  }
  const ends = partition(
    groups.map(({ flops }) => flops),
    workers,
  );
  return ends.map((end, at) => groups.slice(ends[at - 1] ?? 0, end));
}

interface Place {
  readonly workers: number;
  readonly workerOf: WorkerOf;
  readonly options: LearnerOptions<Judgement>;
}

/** A worker's program, and what the lead must know of it. */
export interface Shared {
  readonly compiled: CompiledLearner;
  readonly share: Share;
}

/** The whole learner, and beside each phase of a step the lead's part of it. */
const leadOf = (place: Place): Shared =>
  compilePart(place, place.workers - 1, leadPhase, (recorded, slices) => {
    for (const [phase, { ops }] of slices) recorded.program.phases.set(leadPhase(phase), [...ops]);
    return recorded;
  });

/** A worker's part of the phases of a step, and of `prepare` what makes its tables. */
const helperOf = (worker: number, place: Place): Shared =>
  compilePart(
    place,
    worker,
    (phase) => phase,
    (recorded, slices) => {
      const { phases } = recorded.program;
      const prepare = phases.get('prepare') ?? [];
      phases.clear();
      phases.set('prepare', prepare);
      for (const [phase, { ops }] of slices) phases.set(phase, [...ops]);
      prune(recorded.program, 'prepare');
      const gives = slices.flatMap(([phase, slice]) =>
        [...slice.gives].map(([{ name }, port]) => [givenAs(phase, name), port]),
      );
      return { ...recorded, course: { ...recorded.course, stages: [], actions: {}, tells: Object.fromEntries(gives) } };
    },
  );

type Slices = readonly (readonly [phase: string, slice: Slice])[];

/** Records anew, and compiles what `part` makes of it. */
function compilePart(
  { workers, workerOf, options }: Place,
  worker: number,
  named: (phase: string) => string,
  part: (recorded: Recorded, slices: Slices) => Recorded,
): Shared {
  let slices: Slices = [];
  const compiled = compileWith(options, (whole) => {
    const recorded = recordLearner(whole);
    const { program } = recorded;
    slices = [...slicePhases(program, stepPhases(recorded), workerOf, workers)].map(([phase, all]) => [
      phase,
      all[worker],
    ]);
    return { ...part(recorded, slices), plan: plan(program) };
  });
  return { compiled, share: shareOf(compiled, slices, named) };
}

function shareOf(compiled: CompiledLearner, slices: Slices, named: (phase: string) => string): Share {
  const { ports, phases } = compiled;
  const written = new Set(
    slices.flatMap(([, { ops }]) =>
      usesIn(ops.filter((op) => unitsIn(op).length > 0)).flatMap(({ buffer, writes }) => (writes ? [buffer.name] : [])),
    ),
  );
  return {
    holds: compiled.buffers.map(({ name }) => name),
    learned: learnedBuffers(compiled)
      .map(({ name }) => name)
      .filter((name) => written.has(name)),
    phases: Object.fromEntries(
      slices.map(([phase, { takes, gives }]): [string, SharedPhase] => {
        const taken = [...takes].map(([{ name }, { port, from }]) => ({ name, from, port: port.name }));
        const filled = phases[named(phase)].reads.filter((port) => !taken.some((take) => take.port === port));
        return [
          phase,
          {
            takes: taken,
            gives: Object.fromEntries([...gives].map(([buffer]) => [buffer.name, byteLength(buffer)])),
            fills: Object.fromEntries(filled.map((name) => [name, bytesOf(ports[name])])),
          },
        ];
      }),
    ),
  };
}

const bytesOf = ({ element, elements }: PortInfo): number => elements * bytesPerElement(element);

/** Bytes that are on their way at most: those of a step, for as many steps as may be under way. */
function handedOver({ stages, batchSize, microBatch }: CompiledLearner, shares: readonly Share[]): number {
  const helpers = shares.slice(0, -1);
  const sum = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((total, n) => total + n, 0);
  const ofPhase = (phase: string): number => {
    const parts = helpers.map(({ phases }) => phases[phase]);
    const given = Object.assign({}, ...parts.map(({ gives }) => gives)) as Readonly<Record<string, number>>;
    const bytes = parts.map(
      ({ fills, takes }) => sum(fills) + takes.reduce((total, { name }) => total + given[name], 0),
    );
    return (sum(given) + bytes.reduce((total, n) => total + n, 0)) * Math.ceil(batchSize / microBatch);
  };
  const steps = stages.map(({ step }) =>
    step.reduce((total, part) => total + (typeof part === 'string' ? ofPhase(part) : 0), 0),
  );
  return Math.max(...steps) * stepsUnderWay(helpers.length);
}
