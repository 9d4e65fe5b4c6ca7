// What makes the pages an app, on each page that is served: the service worker, the note that the page works offline,
// and the offer to restart when a new version waits. A page runs one version from its beginning to its end: the new
// one takes over only when the user says so, and then in all open pages at once.

import { Workbox } from 'workbox-window';
import { PART_MISSING } from './start-worker.ts';

const element = (id: string): HTMLElement => document.getElementById(id)!;

addEventListener(PART_MISSING, () => offerMissing());
// A script or style that fails to load tells its element only, and does not bubble.
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) offerMissing();
  },
  true,
);

if ('serviceWorker' in navigator) {
  start(navigator.serviceWorker).catch((error) => console.warn('This page will not work offline:', error));
}

async function start(container: ServiceWorkerContainer): Promise<void> {
  const { href } = document.querySelector<HTMLLinkElement>('link[rel=manifest]')!;
  const app = new Workbox(new URL('sw.js', href).href);
  // The first service worker takes charge of pages of its own version; every later one brings another version.
  let isInstalled = (await container.getRegistration())?.active?.state === 'activated';
  app.addEventListener('controlling', () => {
    if (isInstalled) location.reload();
    isInstalled = true;
  });
  app.addEventListener('waiting', () => offer('A new version is ready.', () => app.messageSkipWaiting()));
  await app.register();
  await container.ready;
  element('offline').textContent = 'works offline';

  // Without a connection there is nothing new to hear of.
  const look = (): void => {
    app.update().catch(() => {});
  };
  addEventListener('online', look);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look();
  });
}

function offerMissing(): void {
  offer('A part of this page is gone: there may be a new version.', () => location.reload());
}

/** The latest offer counts. */
function offer(message: string, restart: () => void): void {
  const text = document.createElement('p');
  text.textContent = message;
  const later = button('Later', () => element('offer').replaceChildren());
  const now = button('Restart', () => {
    now.disabled = later.disabled = true;
    restart();
  });
  now.className = 'primary';
  const bar = document.createElement('div');
  bar.append(text, later, now);
  element('offer').replaceChildren(bar);
}

function button(title: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = title;
  element.addEventListener('click', onClick);
  return element;
}
