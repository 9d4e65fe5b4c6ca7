// The static server: types, policy, folders, and nothing from outside.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder, type StaticServer } from '../../cli/static-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-serve-'));
let server: StaticServer;

beforeAll(async () => {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'draw'), { recursive: true });
  mkdirSync(join(folder, 'root-sibling'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'root-sibling', 'secret.txt'), 'secret');
  writeFileSync(join(root, 'draw', 'index.html'), '<p>draw');
  writeFileSync(join(root, 'draw', 'main.js'), 'export {}');
  writeFileSync(join(root, '<b>.txt'), 'bold');
  writeFileSync(join(root, 'app.webmanifest'), '{}');
  writeFileSync(join(root, 'sw.js'), '');
  writeFileSync(join(root, 'photo.JPEG'), 'jpeg');
  writeFileSync(join(root, 'table.csv.gz'), 'packed');
  writeFileSync(join(root, 'model.onward'), '0123456789');
  writeFileSync(join(root, '50 % #1.txt'), 'half');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  server = await serveFolder(root, { port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A request whose path is sent as it is. */
const ask = (path: string, method = 'GET') =>
  new Promise<{ status?: number; type?: string; body: string }>((resolve, reject) => {
    request({ port: server.port, host: 'localhost', path, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }));
    })
      .on('error', reject)
      .end();
  });

test('serves files with their types', async () => {
  expect(await ask('/draw/main.js')).toEqual({
    status: 200,
    type: 'text/javascript; charset=utf-8',
    body: 'export {}',
  });
  expect(await ask('/draw/?a=/..')).toEqual({ status: 200, type: 'text/html; charset=utf-8', body: '<p>draw' });
  expect((await ask('/draw/main.js', 'HEAD')).body).toBe('');
});

test('serves an app: the manifest by its type, and nothing from a cache without asking', async () => {
  for (const [path, type] of [
    ['app.webmanifest', 'application/manifest+json'],
    ['sw.js', 'text/javascript'],
  ]) {
    const { headers } = await fetch(server.address + path);
    expect([path, headers.get('content-type')?.split(';')[0]]).toEqual([path, type]);
    expect(headers.get('cache-control')).toBe('no-cache');
  }
});

test('sends files as they are: by their type, packed or not, whatever their name', async () => {
  expect(await ask('/photo.JPEG')).toEqual({ status: 200, type: 'image/jpeg', body: 'jpeg' });
  expect(await ask('/model.onward')).toMatchObject({ status: 200, type: 'application/octet-stream' });
  const packed = await fetch(`${server.address}table.csv.gz`);
  expect([packed.headers.get('content-type'), await packed.text()]).toEqual(['application/gzip', 'packed']);
  const [link] = /[^"]*50%20[^"]*/.exec((await ask('/')).body) ?? [];
  expect(await ask(`/${link?.slice(2)}`)).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: 'half' });
});

test('sends a part of a file, and the same file once', async () => {
  const url = `${server.address}model.onward`;
  const part = await fetch(url, { headers: { range: 'bytes=3-5' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 3-5/10', '345']);
  for (const range of ['bytes=-2', 'bytes=0-1,3-4', 'lines=1-2']) {
    const whole = await fetch(url, { headers: { range } });
    expect([whole.status, await whole.text()]).toEqual([200, '0123456789']);
  }
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers.get('x-content-type-options')]).toEqual([304, 'nosniff']);
});

test('lists a folder without index.html, escaped', async () => {
  const { body } = await ask('/');
  expect(body).toContain('<a href="./draw/">draw/</a>');
  expect(body).not.toContain('<b>');
});

test('sends folders on to their slash', async () => {
  const response = await fetch(`${server.address}draw`);
  expect([response.status, response.url]).toEqual([200, `${server.address}draw/`]);
});

test('lets pages run their own scripts, workers and WebAssembly only', async () => {
  const policy = (await fetch(server.address)).headers.get('content-security-policy');
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe-inline');
});

test.each([
  '/nothing',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/draw/../../secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/../root-sibling/secret.txt',
  '/link.txt',
  '/%00',
  '/%zz',
  '//',
  '/draw/main.js/',
])('gives nothing for %s', async (path) => {
  const { status, body } = await ask(path);
  expect(body).not.toContain('secret\n');
  expect([status, body]).toEqual(path === '//' ? [200, expect.anything()] : [404, 'there is no such file\n']);
});

test('refuses to be written to', async () => {
  expect((await ask('/draw/', 'POST')).status).toBe(405);
});

test('takes another port if one is taken', async () => {
  const second = await serveFolder(join(folder, 'root'), { port: server.port });
  expect(second.port).not.toBe(server.port);
  await second.close();
});
