// A small server of static files, for the demos: right types, nothing outside the folder, a list where a folder has no
// index.html, and a content security policy that lets a page run its own scripts, WebAssembly and workers, and nothing
// from elsewhere.

import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

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
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
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

async function answer(root: string, { method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const refuse = (status: number, text: string, more: Record<string, string> = {}): void => {
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', ...more }).end(`${text}\n`);
  };
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'only GET and HEAD', { Allow: 'GET, HEAD' });
  const path = pathOf(url);
  const file = path === undefined ? undefined : await locate(root, path);
  if (path === undefined || file === undefined) return refuse(404, 'there is no such file');
  if (file.isFolder && !path.endsWith('/')) {
    return refuse(301, 'moved', { Location: `.${encodeURI(path.slice(path.lastIndexOf('/')))}/` });
  }
  const found = file.isFolder ? await locate(root, `${path}index.html`) : file;
  const accept = (type: string, bytes: number): void => {
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': bytes });
  };
  if (found === undefined || found.isFolder) {
    const list = await listFolder(file.path);
    accept(types['.html'], Buffer.byteLength(list));
    response.end(list);
    return;
  }
  accept(types[extname(found.path).toLowerCase()] ?? 'application/octet-stream', found.bytes);
  if (method === 'HEAD') response.end();
  else await pipeline(createReadStream(found.path), response);
}

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
  readonly bytes: number;
}

/** What the path names below the root, links followed; undefined for nothing, or for what lies outside. */
async function locate(root: string, path: string): Promise<Found | undefined> {
  try {
    const real = await realpath(join(root, path));
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const entry = await stat(real);
    return entry.isFile() || entry.isDirectory()
      ? { path: real, isFolder: entry.isDirectory(), bytes: entry.size }
      : undefined;
  } catch {
    return undefined;
  }
}
