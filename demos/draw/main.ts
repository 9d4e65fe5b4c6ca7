// The page: draw a digit, see the guess, name it, watch it learn. Wires the paper, the panels, a learner in a worker,
// and what is kept. Uses the public API only.

import { Chart } from './chart.ts';
import { BATCH, CAPACITY, digits, FIRST, keyOf, ruleOf, shortTitleOf, WARM_UP, type Choice } from './choices.ts';
import type { Example } from './drawings.ts';
import { GuessPanel, showName } from './guess.ts';
import { Kept } from './kept.ts';
import { MemoryPanel } from './memory.ts';
import { MessageLine } from './message.ts';
import { readDevice } from './own-device.ts';
import { Pad, showPicture } from './pad.ts';
import { Planner } from './planner.ts';
import { curveOf, learn, missedBy, openSession, saveSession, WINDOW, type Session } from './session.ts';
import { SettingsPanel } from './settings.ts';
import { describeCatchUp, describeGuess, describeLesson, percent } from './words.ts';
import { synthetic, warmUp } from './warm-up.ts';

/** What takes long is saved so often, in ms, and a warm-up when the page is hidden. */
const SAVE_EVERY = 2000;
/** Writers of the samples on the paper: none that a warm-up reaches. */
const FIRST_SAMPLE = 2 ** 30;

const element = <Type extends HTMLElement = HTMLElement>(id: string): Type => document.getElementById(id) as Type;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
const seenCanvas = element<HTMLCanvasElement>('seen');

const pad = new Pad(element<HTMLCanvasElement>('pad'), { onChange: drawingChanged });
const guess = new GuessPanel(element('classes'), teachDrawing);
const chart = new Chart(element<HTMLCanvasElement>('chart'), element('curves'));
const memory = new MemoryPanel({ plans: element('plans'), legend: element('legend'), touched: element('touched') });
const settings = new SettingsPanel(
  {
    rule: element('rule'),
    ruleNote: element('rule-note'),
    refused: element('refused'),
    networks: element('networks'),
    networkNote: element('network-note'),
    storage: element('storage'),
    storageNote: element('storage-note'),
    openFile: button('open-profile'),
    file: element('profile'),
  },
  { onChoose: begin, onFile: takeProfile },
);

const message = new MessageLine(element('message'), button('stop'));
const { say, note, report } = message;
const kept = new Kept(note);
const planner = new Planner();
/** There once the page has opened. */
let session!: Session;
/** The warm-up that is asked for or under way. */
let running: { isStopped: boolean; saveAt: number } | null = null;
const opened = openPage();
opened.catch(report);
/** Ends when all that was asked for so far has been done. */
let work = Promise.resolve();
let samplesGiven = 0;

/** What changes the learner happens one after the other, once there is one. */
function queue(action: () => Promise<void>): void {
  work = Promise.all([opened, work]).then(action).catch(report);
}

// ---- the drawing and its guess --------------------------------------------------------------------------------------

function drawingChanged(lifted: boolean): void {
  element('hint').hidden = !pad.isEmpty;
  button('undo').disabled = button('clear').disabled = pad.isEmpty;
  showPicture(seenCanvas, pad.picture);
  say('');
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
  return speak
    ? asking.then(() => {
        element('spoken').textContent = element('verdict').textContent;
      })
    : asking;
}

async function askOnce(): Promise<void> {
  if (session === undefined) return;
  const { met, learner } = session;
  const { picture } = pad;
  const answer = picture === null || met.size === 0 ? null : await learner.classify(picture);
  guess.show(answer?.scores ?? null);
  showName(element('guess'), answer?.label ?? '?');
  element('verdict').textContent = describeGuess(answer, [...met]);
}

// ---- lessons --------------------------------------------------------------------------------------------------------

function teachDrawing(label: string): void {
  const { picture } = pad;
  if (isWarmingUp()) return;
  if (picture === null) say('Draw something first, then name it.');
  else queue(() => giveLesson({ picture, label }));
}

function isWarmingUp(): boolean {
  if (running !== null) say('It is warming up: stop it first.');
  return running !== null;
}

/** Says that it is learned once that is kept. */
async function giveLesson(example: Example): Promise<void> {
  const drawing = await kept.addDrawing(example);
  const lesson = await message.during(
    (signal) => learn(session, kept, drawing, signal),
    () => 'Learning …',
  );
  await updateGuess();
  await save();
  say(describeLesson(example.label, lesson));
  await memory.report(session.learner);
}

/** Teaches it the drawing of that moment, if there is one. */
async function addClass(name: string, picture: Uint8Array | null): Promise<void> {
  await session.learner.addClass(name);
  await kept.addName(name);
  showClasses();
  showKept();
  await updateGuess();
  if (picture === null) say(`There is room for ${name} now: draw it, then name it.`);
  else await giveLesson({ picture, label: name });
}

function showClasses(): void {
  guess.setClasses(kept.classNames);
  const isFull = kept.classNames.length === CAPACITY;
  element<HTMLFieldSetElement>('add-fields').disabled = isFull;
  element('full').textContent = isFull ? `All ${CAPACITY} classes there is room for are taken.` : '';
}

// ---- the warm-up ----------------------------------------------------------------------------------------------------

function toggleWarmUp(): void {
  if (running !== null) {
    running.isStopped = true;
    return;
  }
  const run = { isStopped: false, saveAt: performance.now() + SAVE_EVERY };
  setRunning(run);
  queue(() => runWarmUp(run));
}

async function runWarmUp(run: NonNullable<typeof running>): Promise<void> {
  const { learner, met, hits, times } = session;
  try {
    if (run.isStopped) return;
    say('');
    for (const digit of digits) met.add(digit);
    const options = { first: hits.length * BATCH, count: WARM_UP, drawings: kept.drawings };
    for await (const step of warmUp(learner, options)) {
      hits.push(step.hits);
      times.push(step.msPerStep);
      if (times.length > WINDOW) times.shift();
      if (nextFrame === 0) nextFrame = requestAnimationFrame(showLearning);
      if (run.isStopped) break;
      if (performance.now() < run.saveAt) continue;
      await save();
      run.saveAt = performance.now() + SAVE_EVERY;
    }
  } finally {
    setRunning(null);
  }
  showProgress();
  await updateGuess(true);
  await save();
  message.sayNotes();
  await memory.report(learner);
  refresh();
}

let nextFrame = 0;

/** Steps come faster than pictures: the page shows the latest, and asks about the drawing again. */
function showLearning(): void {
  nextFrame = 0;
  showProgress();
  updateGuess().catch(report);
}

function setRunning(run: typeof running): void {
  running = run;
  guess.isBusy = run !== null;
  button('warm-up').textContent = run !== null ? 'Stop' : session.hits.length > 0 ? 'More' : 'Warm up';
}

function showProgress(): void {
  const { choice, hits, times } = session;
  const others = kept.curvesOf(choice.network).filter(({ key }) => key !== keyOf(choice));
  const curve = curveOf(shortTitleOf(choice), hits);
  const [seen, accuracy] = curve.points[curve.points.length - 1] ?? [0, null];
  element('accuracy').textContent = accuracy === null ? '–' : percent(accuracy);
  element('seen-count').textContent = seen.toLocaleString('en');
  element('step-time').textContent = times.length === 0 ? '–' : mean(times).toFixed(2);
  chart.show(
    others.map((other) => curveOf(other.title, other.hits)),
    curve,
    WARM_UP,
  );
}

// ---- what is kept ---------------------------------------------------------------------------------------------------

async function save(): Promise<void> {
  await saveSession(session, kept);
  showKept();
}

function showKept(): void {
  button('reset').textContent = kept.canUndo ? 'Undo forgetting' : 'Forget everything';
  element('kept').hidden = kept.problem !== null;
  element('problem').textContent = kept.problem;
}

async function openPage(): Promise<void> {
  await kept.open();
  showClasses();
  await open((await planner.ask((plans) => plans.settle(kept.choice))) ?? FIRST);
}

/** What was chosen and is not planned yet: of many choices in a row the last one is opened. */
let wanted: Partial<Choice> | null = null;

function begin(chosen: Partial<Choice>): void {
  wanted = { ...wanted, ...chosen };
  change(async () => {
    const taken = wanted;
    if (taken === null) return null;
    const asked = { ...session.choice, ...taken };
    const [refusal, choice] = await planner.ask((plans) => Promise.all([plans.refusalOf(asked), plans.settle(asked)]));
    if (wanted !== taken) return null;
    wanted = null;
    settings.show(choice ?? session.choice, kept.profiles);
    if (refusal !== null) note(`${refusal}${choice === null ? '' : `: ${ruleOf(choice.rule).title} learns instead`}.`);
    if (choice === null) say('');
    else await kept.choose(choice);
    return choice;
  }, '');
}

/** Keeps weights in a user's own device. */
function takeProfile(file: File): void {
  readDevice(file).then((profile) => {
    queue(() => kept.addProfile(profile));
    begin({ storage: profile });
  }, report);
}

function forget(): void {
  change(async () => {
    if (await kept.forget()) return session.choice;
    if (!kept.canUndo) say('There is nothing to forget.');
    return null;
  }, 'Forgotten. It can be undone until the next lesson.');
}

function undoForgetting(): void {
  change(async () => {
    await kept.undo();
    return session.choice;
  }, 'Here it is again.');
}

/** What another tab has kept meanwhile. */
function refresh(): void {
  if (kept.isOutdated && running === null) {
    change(async () => {
      if (!kept.isOutdated) return null;
      await kept.read();
      return session.choice;
    }, 'As another tab of this page has left it.');
  }
}

/** Changes that are asked for and have not begun. */
let changes = 0;

/** Stops what takes long, then opens the choice that `action` gives, if it gives one. */
function change(action: () => Promise<Choice | null>, words: string): void {
  if (running !== null) running.isStopped = true;
  changes++;
  queue(async () => {
    changes--;
    const choice = await action();
    if (choice === null) return goOn();
    const { learner } = session;
    await open(choice, words);
    await asking;
    await learner.dispose();
  });
}

/** Where a choice cannot be opened, the one before goes on. */
async function open(choice: Choice, words = ''): Promise<void> {
  settings.show(choice, kept.profiles);
  session = await openSession(choice, planner, kept, note).catch(async (error) => {
    if (session !== undefined) {
      settings.show(session.choice, kept.profiles);
      await kept.choose(session.choice);
    }
    throw error;
  });
  showClasses();
  setRunning(running);
  showProgress();
  showOffers(choice).catch(report);
  await updateGuess();
  await catchUp(words);
}

/** After a change that was none. */
async function goOn(): Promise<void> {
  if (missedBy(session, kept).length > 0) await catchUp();
}

/** Learns what was taught to others meanwhile, until there is a change or it is stopped. */
async function catchUp(words = ''): Promise<void> {
  const missed = missedBy(session, kept);
  let done = 0;
  const learnAll = async (signal: AbortSignal): Promise<void> => {
    let saveAt = performance.now() + SAVE_EVERY;
    for (const drawing of missed) {
      if (changes > 0 || signal.aborted) break;
      await learn(session, kept, drawing, signal);
      done++;
      await updateGuess();
      if (performance.now() < saveAt) continue;
      await save();
      saveAt = performance.now() + SAVE_EVERY;
    }
    if (done > 0) await save();
  };
  await message.during(learnAll, () => `Catching up: ${done} of ${missed.length} drawings …`);
  showKept();
  say([words, describeCatchUp(done)].join(' ').trim());
  await updateGuess(!pad.isDrawing);
  await memory.report(session.learner);
}

/** Every other rule is planned as well, which takes a moment; what is asked for meanwhile does not wait for it. */
async function showOffers(choice: Choice): Promise<void> {
  memory.wait();
  const offers = await planner.ask((plans) => plans.offersOf(choice));
  if (offers === null || session.choice !== choice) return;
  settings.showOffers(offers, choice.rule);
  memory.show(offers, choice.rule);
}

button('undo').addEventListener('click', () => pad.undo());
button('clear').addEventListener('click', () => pad.clear());
button('sample').addEventListener('click', () => pad.put(synthetic(FIRST_SAMPLE + samplesGiven++ * 7).picture));
button('warm-up').addEventListener('click', toggleWarmUp);
button('reset').addEventListener('click', () => (kept.canUndo ? undoForgetting() : forget()));
element('add-class').addEventListener('submit', (event) => {
  event.preventDefault();
  if (isWarmingUp()) return;
  const input = element<HTMLInputElement>('class-name');
  const name = input.value.normalize().trim().replace(/\s+/g, ' ');
  const { picture } = pad;
  input.value = '';
  if (name === '') say('A class wants a name.');
  else queue(() => addClass(name, picture));
});
addEventListener('focus', refresh);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') refresh();
  else if (running !== null) running.saveAt = 0;
});
