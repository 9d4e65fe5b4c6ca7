// What the page keeps in the browser's store: where it was left, what the user gave, and what each choice learned from
// it. Never fails: what cannot be read is left out, what cannot be stored is kept until the page closes, and it tells.
//
// Tabs share it, and what is saved last counts; so a tab whose records another has changed reads them again before it
// goes on (`isOutdated`).

import type { Profile } from '../../src/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { digits, FIRST, keyOf, shortTitleOf, titleOf, type Choice, type NetworkName } from './choices.ts';
import {
  readCurves,
  readNotebook,
  readPlace,
  readProgress,
  writeCurves,
  writeNotebook,
  writePlace,
  writeProgress,
  type KeptCurve,
  type Notebook,
  type Place,
  type Progress,
} from './records.ts';
import { keepDrawing, type Drawing, type Example } from './drawings.ts';
import { describeFailure, describeLeftOut } from './words.ts';

const PLACE = 'place';
const NOTEBOOK = 'notebook';
const CURVES = 'curves';
const empty: Notebook = { names: [], drawings: [], profiles: [] };

export class Kept {
  readonly #tell: (line: string) => void;
  readonly #channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('onward/draw');
  /** What could not be stored. */
  readonly #unstored = new Map<string, Uint8Array>();
  #store: Store | null = null;
  #place: Place = { choice: FIRST, life: 1, former: null };
  #notebook = empty;
  /** The latest last. */
  #curves: readonly KeptCurve[] = [];
  #problem: string | null = null;
  #isOutdated = false;

  /** `tell` takes a line for the user. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
    this.#channel?.addEventListener('message', () => {
      this.#isOutdated = true;
    });
  }

  async open(): Promise<void> {
    try {
      this.#store = await openStore('draw');
    } catch (error) {
      this.fail(error);
    }
    await this.read();
  }

  /** Reads again where the page was left, and what the user gave. */
  async read(): Promise<void> {
    this.#isOutdated = false;
    const lives = (await this.keys()).map((key) => Number.parseInt(key, 10)).filter((life) => life > 0);
    this.#place = (await this.load(PLACE, 'Where the page was left', readPlace)) ?? {
      ...this.#place,
      life: Math.max(1, ...lives),
      former: null,
    };
    this.#notebook = (await this.load(this.keyOf(NOTEBOOK), 'The notebook of your drawings', readNotebook)) ?? empty;
    this.#curves = (await this.load(this.keyOf(CURVES), 'The curves of other choices', readCurves)) ?? [];
  }

  /** Null, or what to say because nothing can be stored. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether another tab has stored something since the last `read`. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get choice(): Choice {
    return this.#place.choice;
  }

  /** All classes: the digits, and the user's own. */
  get classNames(): readonly string[] {
    return [...digits, ...this.#notebook.names];
  }

  get drawings(): readonly Drawing[] {
    return this.#notebook.drawings;
  }

  /** Devices of the user's own: that of the choice, and all that were given. */
  get profiles(): readonly Profile[] {
    const { storage } = this.choice;
    const { profiles } = this.#notebook;
    if (typeof storage === 'string' || profiles.some(({ name }) => name === storage.name)) return profiles;
    return [...profiles, storage];
  }

  /** Of the choices with that network that have warmed up, the latest last. */
  curvesOf(network: NetworkName): readonly KeptCurve[] {
    return this.#curves.filter((curve) => curve.network === network && curve.hits.length > 0);
  }

  get canUndo(): boolean {
    return this.#place.former !== null;
  }

  async choose(choice: Choice): Promise<void> {
    await this.move({ choice });
  }

  async addName(name: string): Promise<void> {
    this.#notebook = { ...this.#notebook, names: [...this.#notebook.names, name] };
    await this.save(NOTEBOOK, writeNotebook(this.#notebook));
  }

  /** In place of one of that name. */
  async addProfile(profile: Profile): Promise<void> {
    const others = this.#notebook.profiles.filter(({ name }) => name !== profile.name);
    this.#notebook = { ...this.#notebook, profiles: [...others, profile] };
    await this.save(NOTEBOOK, writeNotebook(this.#notebook));
  }

  /** Gives the drawing as it is kept. */
  async addDrawing(example: Example): Promise<Drawing> {
    const drawings = keepDrawing(this.drawings, example);
    this.#notebook = { ...this.#notebook, drawings };
    await this.save(NOTEBOOK, writeNotebook(this.#notebook));
    return drawings[drawings.length - 1];
  }

  progressOf(choice: Choice): Promise<Progress | null> {
    return this.load(this.keyOf(keyOf(choice)), `What ${titleOf(choice)} learned`, readProgress);
  }

  async saveProgress(choice: Choice, progress: Progress): Promise<void> {
    const key = keyOf(choice);
    await this.save(key, writeProgress(progress));
    const others = this.#curves.filter((curve) => curve.key !== key);
    const own = { key, title: shortTitleOf(choice), network: choice.network, hits: [...progress.hits] };
    this.#curves = [...others, own];
    await this.save(CURVES, writeCurves(this.#curves));
  }

  /** Begins a new life; false if there is nothing to forget. What there was stays until something new is saved. */
  async forget(): Promise<boolean> {
    const { life } = this.#place;
    const isEmpty = !(await this.keys()).some((key) => key.startsWith(`${life}/`));
    if (isEmpty) return false;
    await this.move({ life: life + 1, former: life });
    this.#notebook = empty;
    this.#curves = [];
    return true;
  }

  /** Back to the life before. */
  async undo(): Promise<void> {
    const { former } = this.#place;
    if (former === null) return;
    await this.move({ life: former, former: null });
    await this.read();
  }

  private keyOf(name: string): string {
    return `${this.#place.life}/${name}`;
  }

  /** Saves something of this life, with which the one before is over. */
  private async save(name: string, bytes: Uint8Array): Promise<void> {
    await this.write(this.keyOf(name), bytes);
    if (this.canUndo) await this.move({ former: null });
  }

  /** Goes there; what belongs to no life that can be reached from there is deleted. */
  private async move(to: Partial<Place>): Promise<void> {
    this.#place = { ...this.#place, ...to };
    await this.write(PLACE, writePlace(this.#place));
    const { life, former } = this.#place;
    for (const key of await this.keys()) {
      if (key === PLACE || key.startsWith(`${life}/`) || key.startsWith(`${former}/`)) continue;
      this.#unstored.delete(key);
      await this.#store?.delete(key).catch((error) => this.fail(error));
    }
  }

  // ---- the store ----------------------------------------------------------------------------------------------------

  private async keys(): Promise<string[]> {
    const stored = await this.#store?.keys().catch((error) => this.fail(error));
    return [...this.#unstored.keys(), ...(stored ?? [])];
  }

  /** With all that found no room before. */
  private async write(key: string, bytes: Uint8Array): Promise<void> {
    this.#unstored.set(key, bytes);
    if (this.#store === null) return;
    for (const [waiting, content] of this.#unstored) {
      try {
        await this.#store.save(waiting, content);
        this.#unstored.delete(waiting);
        this.#channel?.postMessage(waiting);
      } catch (error) {
        this.fail(error);
      }
    }
    if (this.#unstored.size === 0) this.#problem = null;
  }

  private async load<Value>(key: string, what: string, read: (bytes: Uint8Array) => Value): Promise<Value | null> {
    try {
      const unstored = this.#unstored.get(key);
      if (unstored !== undefined) return read(unstored);
      const stored = (await this.#store?.load(key)) ?? null;
      if (stored?.isFallback) this.#tell('What was kept last is damaged: this is what was kept before it.');
      return stored && read(stored.bytes);
    } catch (error) {
      this.#tell(describeLeftOut(what, error));
      return null;
    }
  }

  private fail(error: unknown): void {
    const problem = describeFailure(error);
    if (this.#problem !== problem) this.#tell(problem);
    this.#problem = problem;
  }
}
