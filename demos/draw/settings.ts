// The settings: which rule learns, on which network, and how its weights are kept. Shows what is offered, and why the
// rest is not; what is chosen it hands on.

import type { Profile, Rule } from '../../src/index.ts';
import {
  devices,
  formatNames,
  networks,
  ruleOf,
  storageKey,
  titleOfDevice,
  type Choice,
  type NetworkName,
  type RuleName,
  type StorageChoice,
} from './choices.ts';
import type { Offer } from './offers.ts';
import { createRadios } from './radios.ts';
import { ratesOf } from './rate.ts';

const FORMATS_NOTE = 'As numbers: f32 are floats of 32 bits, the others have fewer bits for each weight.';

export interface SettingsElements {
  readonly rule: HTMLSelectElement;
  readonly ruleNote: HTMLElement;
  readonly refused: HTMLDetailsElement;
  readonly networks: HTMLElement;
  readonly networkNote: HTMLElement;
  readonly storage: HTMLSelectElement;
  readonly storageNote: HTMLElement;
  /** Opens what a file is chosen by. */
  readonly openFile: HTMLButtonElement;
  readonly file: HTMLInputElement;
}

export interface SettingsEvents {
  readonly onChoose: (chosen: Partial<Choice>) => void;
  readonly onFile: (file: File) => void;
}

export class SettingsPanel {
  readonly #elements: SettingsElements;
  readonly #checkNetwork: (name: NetworkName) => void;
  #profiles: readonly Profile[] = [];

  constructor(elements: SettingsElements, { onChoose, onFile }: SettingsEvents) {
    const { rule, storage, openFile, file } = elements;
    this.#elements = elements;
    const names = Object.keys(networks) as NetworkName[];
    this.#checkNetwork = createRadios(
      elements.networks,
      names.map((name) => [name, networks[name].short]),
      (network) => onChoose({ network }),
    );
    rule.addEventListener('change', () => onChoose({ rule: rule.value as RuleName }));
    storage.addEventListener('change', () => onChoose({ storage: this.stored(storage.value) }));
    openFile.addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      const [given] = file.files ?? [];
      if (given !== undefined) onFile(given);
      // the same file, when it was changed, is to be read again
      file.value = '';
    });
  }

  /** Of the rules the chosen one alone, until it is known which others there are. */
  show({ rule, network, storage }: Choice, profiles: readonly Profile[]): void {
    this.#profiles = profiles;
    const chosen = ruleOf(rule);
    if (!this.offers(rule)) this.#elements.rule.replaceChildren(option(rule, chosen.title));
    this.#elements.rule.value = rule;
    this.#elements.ruleNote.textContent = describeRule(chosen);
    this.#checkNetwork(network);
    this.#elements.networkNote.textContent = networks[network].about;
    this.#elements.storage.replaceChildren(
      group('Numbers', formatNames, (name) => option(name, name)),
      ...(profiles.length === 0 ? [] : [group('Your own devices', profiles, (own) => deviceOption(own, own))]),
      group('Synapse devices', devices, (device) => deviceOption(device, device.name)),
    );
    this.#elements.storage.value = storageKey(storage);
    const device = typeof storage === 'string' ? devices.find(({ name }) => name === storage) : storage;
    this.#elements.storageNote.textContent = device === undefined ? FORMATS_NOTE : describeDevice(device);
  }

  showOffers(offers: readonly Offer[], chosen: RuleName): void {
    const { rule, refused } = this.#elements;
    const [offered, others] = [true, false].map((wanted) => offers.filter(({ plan }) => (plan !== null) === wanted));
    rule.replaceChildren(...offered.map(({ rule: name, title }) => option(name, title)));
    rule.value = chosen;
    refused.hidden = others.length === 0;
    const [summary, list] = refused.children;
    summary.textContent = `Not on this network and storage: ${others.length} of ${offers.length} rules, and why`;
    list.replaceChildren(...others.flatMap(({ title, refusal }) => [text('dt', title), text('dd', `${refusal}.`)]));
  }

  private offers(name: RuleName): boolean {
    return [...this.#elements.rule.options].some(({ value }) => value === name);
  }

  private stored(key: string): StorageChoice {
    return this.#profiles.find((profile) => storageKey(profile) === key) ?? key;
  }
}

const deviceOption = (device: Profile, choice: StorageChoice): HTMLElement =>
  option(storageKey(choice), titleOfDevice(device));

function describeRule({ about, optimizers }: Rule): string {
  const [optimizer] = Object.values(optimizers);
  if (optimizer === undefined) return about;
  const [first, last] = ratesOf(optimizer).map((rate) => Number(rate.toPrecision(2)));
  const rates = first === last ? `a rate of ${first}` : `rates that fall from ${first} to ${last} as it warms up`;
  return `${about} By ${optimizer.update.name}, at ${rates}.`;
}

const describeDevice = ({ name, source }: Profile): string => [name, source].filter(Boolean).join(': ');

function group<Item>(label: string, items: readonly Item[], optionOf: (item: Item) => HTMLElement): HTMLElement {
  const element = document.createElement('optgroup');
  element.label = label;
  element.append(...items.map(optionOf));
  return element;
}

function option(value: string, title: string): HTMLOptionElement {
  const element = document.createElement('option');
  element.value = value;
  element.textContent = title;
  return element;
}

function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
