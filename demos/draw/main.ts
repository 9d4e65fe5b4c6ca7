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
import type { Example } from './replay.ts';
import { startSession } from './session.ts';
import { describeGuess, describeLesson, percent } from './words.ts';
import { synthetic, warmUp } from './warm-up.ts';

/** Digits of one warm-up. */
const WARM_UP = 512 * BATCH;
/** Batches over which the shown accuracy and time are averaged. */
const WINDOW = 16;
/** Writers of the samples on the paper: none that a warm-up reaches. */
const FIRST_SAMPLE = 2 ** 30;

const element = <Type extends HTMLElement = HTMLElement>(id: string): Type => document.getElementById(id) as Type;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
const seenCanvas = element<HTMLCanvasElement>('seen');

const pad = new Pad(element<HTMLCanvasElement>('pad'), { onChange: drawingChanged });
const guess = new GuessPanel(element('classes'), teachDrawing);
const chart = new Chart(element<HTMLCanvasElement>('chart'));
const memory = new MemoryPanel({ plans: element('plans'), legend: element('legend'), touched: element('touched') });

/** The latest curve of each rule on the current network. */
let curves: Partial<Record<RuleName, Curve>> = {};
let session = startSession({ rule: 'tpsgd', network: 'dense' });
/** The warm-up under way. */
let running: { isStopped: boolean } | null = null;
/** Ends when all that was asked for so far has been done. */
let work = Promise.resolve();
let samplesGiven = 0;

/** What changes the learner happens one after the other. */
function queue(action: () => Promise<void>): void {
  work = work.then(action).catch(report);
}

function report(error: unknown): void {
  say(error instanceof Error ? error.message : String(error));
}

function say(message: string): void {
  element('message').textContent = message;
}

// ---- the drawing and its guess --------------------------------------------------------------------------------------

function drawingChanged(lifted: boolean): void {
  element('hint').hidden = !pad.isEmpty;
  button('undo').disabled = button('clear').disabled = pad.isEmpty;
  showPicture(seenCanvas, pad.picture);
  updateGuess(lifted).catch(report);
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
  const { met } = session;
  const { picture } = pad;
  const answer = picture === null || met.size === 0 ? null : await (await session.learner).classify(picture);
  guess.show(answer?.scores ?? null);
  showName(element('guess'), answer?.label ?? '?');
  element('verdict').textContent = describeGuess(answer, [...met]);
}

// ---- lessons --------------------------------------------------------------------------------------------------------

function teachDrawing(label: string): void {
  const { picture } = pad;
  if (running !== null) say('It is warming up: stop it first.');
  else if (picture === null) say('Draw something first, then name it.');
  else queue(() => giveLesson({ picture, label }));
}

async function giveLesson(example: Example): Promise<void> {
  const { replay, met } = session;
  const learner = await session.learner;
  const lesson = await teach(learner, replay, example);
  met.add(example.label);
  say(describeLesson(example.label, lesson));
  await updateGuess();
  await memory.report(learner);
}

async function addClass(name: string): Promise<void> {
  await (await session.learner).addClass(name);
  session.classNames.push(name);
  showClasses();
  await updateGuess();
  if (!pad.isEmpty) teachDrawing(name);
}

function showClasses(): void {
  guess.setClasses(session.classNames);
  element<HTMLFieldSetElement>('add-fields').disabled = session.classNames.length === CAPACITY;
}

// ---- the warm-up ----------------------------------------------------------------------------------------------------

function toggleWarmUp(): void {
  if (running === null) queue(runWarmUp);
  else running.isStopped = true;
}

async function runWarmUp(): Promise<void> {
  const { replay, met, curve, recent } = session;
  const learner = await session.learner;
  const run = { isStopped: false };
  setRunning(run);
  for (const digit of digits) met.add(digit);
  try {
    for await (const step of warmUp(learner, replay, { first: session.seen, count: WARM_UP })) {
      session.seen = step.seen;
      recent.push(step);
      if (recent.length > WINDOW) recent.shift();
      curve.points.push([step.seen, mean(recent.map(({ accuracy }) => accuracy))]);
      if (nextFrame === 0) nextFrame = requestAnimationFrame(showLearning);
      if (run.isStopped) break;
    }
  } finally {
    setRunning(null);
  }
  showProgress();
  await updateGuess(true);
  await memory.report(learner);
}

let nextFrame = 0;

/** Steps come faster than pictures: the page shows the latest, and asks about the drawing again. */
function showLearning(): void {
  nextFrame = 0;
  showProgress();
  updateGuess().catch(report);
}

function setRunning(run: { isStopped: boolean } | null): void {
  running = run;
  guess.isBusy = run !== null;
  button('warm-up').textContent = run !== null ? 'Stop' : session.seen > 0 ? 'More' : 'Warm up';
}

function showProgress(): void {
  const { curve, seen, recent } = session;
  const isFresh = recent.length === 0;
  element('accuracy').textContent = isFresh ? '–' : percent(mean(recent.map(({ accuracy }) => accuracy)));
  element('seen-count').textContent = seen.toLocaleString('en');
  element('step-time').textContent = isFresh ? '–' : mean(recent.map(({ msPerStep }) => msPerStep)).toFixed(2);
  chart.show(Object.values(curves), curve, WARM_UP);
}

// ---- beginning and beginning again ----------------------------------------------------------------------------------

/** A new learner for another choice, or for the same one. */
function begin(choice: Choice): void {
  if (running !== null) running.isStopped = true;
  queue(async () => {
    const previous = session;
    session = startSession(choice);
    if (previous.choice.network !== choice.network) curves = {};
    await asking;
    await (await previous.learner).dispose();
    await showSession();
  });
}

async function showSession(): Promise<void> {
  const { choice, curve, learner } = session;
  curves[choice.rule] = curve;
  element('rule-note').textContent = describeChoice(choice);
  say('');
  showClasses();
  setRunning(null);
  showProgress();
  memory.show(choice);
  await updateGuess(true);
  await memory.report(await learner);
}

button('undo').addEventListener('click', () => pad.undo());
button('clear').addEventListener('click', () => pad.clear());
button('sample').addEventListener('click', () => pad.put(synthetic(FIRST_SAMPLE + samplesGiven++ * 7).picture));
button('warm-up').addEventListener('click', toggleWarmUp);
button('reset').addEventListener('click', () => begin(session.choice));
element('add-class').addEventListener('submit', event => {
  event.preventDefault();
  const input = element<HTMLInputElement>('class-name');
  const name = input.value.trim();
  input.value = '';
  if (name !== '') queue(() => addClass(name));
});
createRadios(element('rules'), rules, session.choice.rule, rule => begin({ ...session.choice, rule }));
createRadios(element('networks'), networks, session.choice.network, network => begin({ ...session.choice, network }));
queue(showSession);
