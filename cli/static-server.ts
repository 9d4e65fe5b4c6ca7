// A small server of static files, for the demos: right types, nothing outside the folder, a list where a folder has no
// index.html, and a content security policy that lets a page run its own scripts, WebAssembly and workers, and nothing
// from elsewhere.

import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, sep } from 'node:path';
import { lookup } from 'mrmime';
import sirv from 'sirv';

const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

export interface StaticServer {
  readonly port: number;
  /** `http://localhost:8000/`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves a folder; on any free port if `port` is taken. */
export async function serveFolder(folder: string, { port = 8000, host = 'localhost' } = {}): Promise<StaticServer> {
  const root = await realpath(folder);
  const answer = answering(root);
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await listen(server, port, host).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    await listen(server, 0, host);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** sirv sends the files; what may be sent, and what is not a file, is seen to here. */
function answering(root: string): Answer {
  const send = sirv(root, { dev: true, etag: true, dotfiles: true, extensions: [] });
  return async (request, response) => {
    const { method, url = '/' } = request;
    const refuse = (status: number, text: string, more: Record<string, string> = {}): void => {
      response.writeHead(status, { ...headers, 'Content-Type': TEXT, ...more }).end(`${text}\n`);
    };
    if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'only GET and HEAD', { Allow: 'GET, HEAD' });
    const path = pathOf(url);
    const file = path === undefined ? undefined : await locate(root, path);
    if (path === undefined || file === undefined) return refuse(404, 'there is no such file');
    if (file.isFolder && !path.endsWith('/')) {
      return refuse(301, 'moved', { Location: `.${encodeURI(path.slice(path.lastIndexOf('/')))}/` });
    }
    const found = file.isFolder ? await locate(root, `${path}index.html`) : file;
    if (found === undefined || found.isFolder) {
      const list = await listFolder(file.path);
      const length = Buffer.byteLength(list);
      response.writeHead(200, { ...headers, 'Content-Type': typeOf('.html'), 'Content-Length': length }).end(list);
      return;
    }
    // a form of range that sirv reads as another one: the whole file is right, too
    if (!/^bytes=\d+-\d*$/.test(request.headers.range ?? '')) delete request.headers.range;
    // as Polka and Express leave it for their handlers: by a URL, no name with # or ? would be found
    const pathname = `/${relative(root, found.path).split(sep).join('/').replaceAll('%', '%25')}`;
    Object.assign(request, { _parsedUrl: { raw: request.url, pathname } });
    for (const [name, value] of Object.entries(headersOf(found.path))) response.setHeader(name, value);
    send(request, response, () => refuse(404, 'there is no such file'));
  };
}

const TEXT = 'text/plain; charset=utf-8';

/** The type by the name's ending; text is UTF-8. */
function typeOf(path: string): string {
  const type = lookup(path) ?? 'application/octet-stream';
  return /^text\/|\/json$/.test(type) ? `${type}; charset=utf-8` : type;
}

/** A packed file is sent as the file it is. */
const headersOf = (path: string): Readonly<Record<string, string>> => ({
  ...headers,
  'Content-Type': typeOf(path),
  ...(/\.(gz|br)$/.test(path) && { 'Content-Encoding': 'identity' }),
});

/** The entries of a folder as a page of links. */
async function listFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const links = names.map(
    (name) => `<li><a href="./${encodeURIComponent(name).replace(/%2F$/, '/')}">${escapeHtml(name)}</a>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Files</title><ul>${links.join('')}</ul></html>\n`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The decoded path of a request; undefined for one that cannot be a file's. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0]);
    return path.startsWith('/') && !/[\0\\]/.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
}

/** What the path names below the root, links followed; undefined for nothing that can be read, or lies outside. */
async function locate(root: string, path: string): Promise<Found | undefined> {
  try {
    const real = await realpath(join(root, path));
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const entry = await stat(real);
    if (!entry.isFile() && !entry.isDirectory()) return undefined;
    await access(real, constants.R_OK);
    return { path: real, isFolder: entry.isDirectory() };
  } catch {
    return undefined;
  }
}
