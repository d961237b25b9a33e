import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { type Clinic, IN_DEMO_MODE, openClinics } from './clinic.js';

const openClinic = openClinics();
let demo: Clinic;
let browser: Browser;
let elsewhere: Server;

beforeAll(async () => {
  [demo, browser] = await Promise.all([openClinic(IN_DEMO_MODE), openBrowser()]);
  // As engine.io's client for JSONP has it: the script calls the function of its number.
  const page = `<!doctype html><script>window.heard = []; window.___eio = { 7: (text) => heard.push(text) };</script>
    <script src="${demo.url}/socket.io/?EIO=4&transport=polling&j=7"></script>
    <script src="${demo.url}/socket.io/?EIO=4&transport=polling"></script>
    <script src="${demo.url}/api/v1/consultations"></script>`;
  elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
});

test.each(['127.0.0.1', 'localhost'])(
  'a page of another origin, on %s, gets nothing by a script',
  async (host) => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`);
    expect(await page.evaluate('window.heard')).toEqual([]);
    expect(asked.filter((url) => url.startsWith(demo.url))).toHaveLength(3);
    expect(await demo.metric('addresses_connected')).toBe(0);
    await page.close();
  },
);

test('the server’s own page connects in the same browser', async () => {
  const page = await browser.newPage();
  const answer = page.waitForResponse((response) => response.url().includes('transport=polling'));
  await page.goto(`${demo.url}/docs`).catch(() => undefined);
  await page.evaluate("fetch('/socket.io/?EIO=4&transport=polling').then(() => undefined)");
  expect((await answer).status()).toBe(200);
  await page.close();
});
