// The library's worker, as the page's `#worker` element names it: by its address, or by its text in a page that is one
// file. Beside that, the source of a page is the same in every form.

/** Fired at the window when a file of this version of the page could not be had. */
export const PART_MISSING = 'onward/part-missing';

let address: string | undefined;

export function startWorker(): Worker {
  address ??= locate(document.getElementById('worker')!);
  const worker = new Worker(address, { name: 'onward' });
  // An error of the script itself is an ErrorEvent; a script that cannot be fetched gives a plain Event.
  worker.addEventListener('error', (event) => {
    if (!(event instanceof ErrorEvent)) dispatchEvent(new Event(PART_MISSING));
  });
  return worker;
}

const locate = ({ dataset: { src }, textContent }: HTMLElement): string =>
  src ?? URL.createObjectURL(new Blob([textContent!], { type: 'text/javascript' }));
