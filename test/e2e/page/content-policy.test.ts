import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../../src/adapters/http/http-server.js';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { serverOptions } from '../../adapters/http/api-harness.js';
import { ROOT } from '../../architecture/documents.js';
import { openBrowser } from '../../support/browser.js';
import { openMemoryApplication } from '../../support/memory-application.js';

let browser: Browser;
let app: FastifyInstance;
let url: string;
const pages: Page[] = [];

beforeAll(async () => {
  const pageDirectory = join(ROOT, 'dist/page');
  app = await createHttpServer(serverOptions(openMemoryApplication(), { pageDirectory, closeLimitMs: 20 }));
  attachToHttpServer(createSocketIoServer({ corsOrigin: [], admits: () => true }), app.server);
  [browser, url] = await Promise.all([openBrowser(), app.listen({ host: '127.0.0.1', port: 0 })]);
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

/** A page with what the browser complained about, and every address that it asked. */
async function visit(path: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  pages.push(page);
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  const response = await page.goto(`${url}${path}`);
  return { page, complaints, asked, headers: response?.headers() ?? {} };
}

describe('the chat page', () => {
  it('works by its own files and connects to its own server', async () => {
    const { page, complaints, headers } = await visit('/chat-test-client.html');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('#connection-text').getByText('Connected', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('runs no script and follows no connection that somebody has put into it', async () => {
    const elsewhere = createServer((_request, response) => response.end('reached')).listen(0, '127.0.0.1');
    const { page } = await visit('/chat-test-client.html');
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const outcome = await page.evaluate(`(async () => {
      const violated = [];
      document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<p style="color: red" onclick="window.injected = true"></p>');
      document.querySelector('p[style]').click();
      let reached = await fetch(${JSON.stringify(other)}, { mode: 'no-cors' }).then(() => true, () => false);
      const image = new Image();
      await new Promise((resolve) => { image.onload = image.onerror = resolve; image.src = ${JSON.stringify(other)}; });
      return { injected: window.injected === true, reached, violated };
    })()`);
    elsewhere.close();
    expect(outcome).toMatchObject({ injected: false, reached: false });
    const { violated } = outcome as { violated: readonly string[] };
    expect(new Set(violated)).toEqual(
      new Set(['script-src-elem', 'script-src-attr', 'style-src-attr', 'connect-src', 'img-src']),
    );
  });

  it('is shown in no frame of another page', async () => {
    const host = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${url}/chat-test-client.html"></iframe>`);
    }).listen(0, '127.0.0.1');
    const { page, complaints } = await visit('/healthz');
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}`);
    host.close();
    expect(complaints.join()).toMatch(/frame/i);
    expect(await page.frames()[1]?.title()).not.toBe('Consultation chat');
  });
});

describe('the page of the HTTP API', () => {
  it('shows every operation without leaving this server or breaking its policy', async () => {
    const { page, complaints, asked, headers } = await visit('/docs');
    await page.locator('#operations-Consultations-getMessages').waitFor();
    expect(await page.locator('.opblock').count()).toBeGreaterThan(15);

    // Asks without a token, as anybody on this machine may.
    await page.locator('#operations-Doctors-listDoctors button.opblock-summary-control').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status').getByText('200').waitFor();

    expect(complaints).toEqual([]);
    expect(asked.filter((address) => !address.startsWith(url) && !address.startsWith('data:'))).toEqual([]);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });
});
