// Workers: the library's and the page's own, as an element of the page names each: by its address, or by its text in a
// page that is one file. Beside that, the source of a page is the same in every form.

/** Fired at the window when a file of this version of the page could not be had. */
export const PART_MISSING = 'onward/part-missing';

/** By the element. */
const addresses = new Map<string, string>();

export function startWorker(id: 'worker' | 'own-worker' = 'worker'): Worker {
  const address = addresses.get(id) ?? locate(document.getElementById(id)!);
  addresses.set(id, address);
  const worker = new Worker(address, { name: 'onward' });
  // An error of the script itself is an ErrorEvent; a script that cannot be fetched gives a plain Event.
  worker.addEventListener('error', (event) => {
    if (!(event instanceof ErrorEvent)) dispatchEvent(new Event(PART_MISSING));
  });
  return worker;
}

const locate = ({ dataset: { src }, textContent }: HTMLElement): string =>
  src ?? URL.createObjectURL(new Blob([textContent!], { type: 'text/javascript' }));
