/**
 * The page: draw a digit, see the guess, name it, watch it learn. Wires the paper, the panels and a learner in a
 * worker. Uses the public API only, and saves nothing.
 */

import { Chart, type Curve } from './chart.ts';
import { BATCH, CAPACITY, describeChoice, digits, networks, rules, type Choice, type RuleName } from './choices.ts';
import { GuessPanel, showName } from './guess.ts';
import { teach } from './lesson.ts';
import { MemoryPanel } from './memory.ts';
import { Pad, showPicture } from './pad.ts';
import { createRadios } from './radios.ts';
import { startSession, type Session } from './session.ts';
import { describeGuess, describeLesson, percent } from './words.ts';
import { synthetic, warmUp } from './warm-up.ts';

/** Digits of one warm-up. */
const WARM_UP = 512 * BATCH;
/** Batches over which the shown accuracy is averaged. */
const WINDOW = 16;
/** Writers of the samples on the paper: none that a warm-up reaches. */
const FIRST_SAMPLE = 2 ** 30;

const first: Choice = { rule: 'tpsgd', network: 'dense' };

const element = <Type extends HTMLElement = HTMLElement>(id: string): Type => document.getElementById(id) as Type;
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
const seenCanvas = element<HTMLCanvasElement>('seen');

const pad = new Pad(element<HTMLCanvasElement>('pad'), { onChange: lifted => act(() => drawingChanged(lifted)) });
const guess = new GuessPanel(element('classes'), name => act(() => teachDrawing(name)));
const chart = new Chart(element<HTMLCanvasElement>('chart'));
const memory = new MemoryPanel({ plans: element('plans'), legend: element('legend'), touched: element('touched') });

/** The latest curve of each rule on the current network. */
let curves: Partial<Record<RuleName, Curve>> = {};
let session: Session;
/** The warm-up under way. */
let training: { isStopped: boolean; readonly ended: Promise<void> } | null = null;
let samplesGiven = 0;

function act(action: () => Promise<void> | void): void {
  Promise.resolve().then(action).catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
}

function say(message: string): void {
  element('message').textContent = message;
}

// ---- the drawing and its guess --------------------------------------------------------------------------------------

function drawingChanged(lifted: boolean): Promise<void> {
  element('hint').hidden = !pad.isEmpty;
  button('undo').disabled = button('clear').disabled = pad.isEmpty;
  showPicture(seenCanvas, pad.picture);
  return updateGuess(lifted);
}

let asking: Promise<void> | null = null;
let isStale = false;

/** Asks the learner about the drawing as it is now; while an answer is on its way, only the latest drawing waits. */
function updateGuess(speak = false): Promise<void> {
  isStale = true;
  asking ??= (async () => {
    while (isStale) {
      isStale = false;
      await askOnce();
    }
  })().finally(() => {
    asking = null;
  });
  return speak ? asking.then(() => {
    element('spoken').textContent = element('verdict').textContent;
  }) : asking;
}

async function askOnce(): Promise<void> {
  const { learner, met } = session;
  const { picture } = pad;
  const answer = picture === null || met.size === 0 ? null : await learner.classify(picture);
  guess.show(answer?.scores ?? null);
  showName(element('guess'), answer?.label ?? '?');
  element('verdict').textContent = describeGuess(answer, [...met]);
}

// ---- lessons --------------------------------------------------------------------------------------------------------

async function teachDrawing(label: string): Promise<void> {
  const { picture } = pad;
  if (training !== null) return say('It is warming up: stop it first.');
  if (picture === null) return say('Draw something first, then name it.');
  const { learner, replay, met } = session;
  const lesson = await teach(learner, replay, { picture, label });
  met.add(label);
  say(describeLesson(label, lesson));
  await updateGuess();
  memory.report(await learner.memory());
}

async function addClass(name: string): Promise<void> {
  await session.learner.addClass(name);
  session.classNames.push(name);
  guess.setClasses(session.classNames);
  element<HTMLFieldSetElement>('add-fields').disabled = session.classNames.length === CAPACITY;
  await (pad.isEmpty ? updateGuess() : teachDrawing(name));
}

// ---- the warm-up ----------------------------------------------------------------------------------------------------

/** Starts the warm-up, or stops it. Gives when it has ended. */
function toggleWarmUp(): Promise<void> {
  if (training === null) {
    training = { isStopped: false, ended: runWarmUp().finally(endWarmUp) };
    showBusy();
  } else training.isStopped = true;
  return training.ended;
}

async function runWarmUp(): Promise<void> {
  const { learner, replay, met, curve, recent } = session;
  for (const digit of digits) met.add(digit);
  for await (const { seen, accuracy, msPerStep } of warmUp(learner, replay, { first: session.seen, count: WARM_UP })) {
    session.seen = seen;
    session.msPerStep = msPerStep;
    recent.push(accuracy);
    if (recent.length > WINDOW) recent.shift();
    curve.points.push([seen, recent.reduce((sum, share) => sum + share, 0) / recent.length]);
    if (nextFrame === 0) nextFrame = requestAnimationFrame(showLearning);
    if (training?.isStopped) break;
  }
  memory.report(await learner.memory());
}

let nextFrame = 0;

/** Steps come faster than pictures: the page shows the latest, and asks about the drawing again. */
function showLearning(): void {
  nextFrame = 0;
  showProgress();
  act(() => updateGuess());
}

function endWarmUp(): Promise<void> {
  training = null;
  showBusy();
  showProgress();
  return updateGuess(true);
}

function showBusy(): void {
  const busy = training !== null;
  guess.isBusy = busy;
  button('warm-up').textContent = busy ? 'Stop' : session.seen > 0 ? 'More' : 'Warm up';
}

function showProgress(): void {
  const { curve, seen, msPerStep } = session;
  const [, accuracy] = curve.points[curve.points.length - 1] ?? [];
  element('accuracy').textContent = accuracy === undefined ? '–' : percent(accuracy);
  element('seen-count').textContent = seen.toLocaleString('en');
  element('step-time').textContent = msPerStep === null ? '–' : msPerStep.toFixed(2);
  chart.show(Object.values(curves), curve, WARM_UP);
}

// ---- beginning and beginning again ----------------------------------------------------------------------------------

async function begin(choice: Choice): Promise<void> {
  if (training !== null) await toggleWarmUp();
  const previous = session;
  session = await startSession(choice);
  await previous?.learner.dispose();
  if (previous?.choice.network !== choice.network) curves = {};
  curves[choice.rule] = session.curve;
  guess.setClasses(session.classNames);
  element('rule-note').textContent = describeChoice(choice);
  say('');
  memory.show(choice);
  memory.report(await session.learner.memory());
  showProgress();
  showBusy();
  await updateGuess(true);
}

button('undo').addEventListener('click', () => pad.undo());
button('clear').addEventListener('click', () => pad.clear());
button('sample').addEventListener('click', () => pad.put(synthetic(FIRST_SAMPLE + samplesGiven++ * 7).picture));
button('warm-up').addEventListener('click', () => act(toggleWarmUp));
button('reset').addEventListener('click', () => act(() => begin(session.choice)));
element('add-class').addEventListener('submit', event => {
  event.preventDefault();
  const input = element<HTMLInputElement>('class-name');
  const name = input.value.trim();
  input.value = '';
  if (name !== '') act(() => addClass(name));
});
createRadios(element('rules'), rules, first.rule, rule => act(() => begin({ ...session.choice, rule })));
createRadios(element('networks'), networks, first.network, network => act(() => begin({ ...session.choice, network })));
act(() => begin(first));
