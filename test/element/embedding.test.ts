import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/documents.js';
import { openBrowser } from '../support/browser.js';
import { documented } from './documented.js';
import { bundled, type ForeignChat, openForeignChat, rendered } from './embedding-harness.js';

/** What somebody else's server serves just now, by path. */
let served: ReadonlyMap<string, string> = new Map();
let policy = '';
const clinic = createServer(({ url = '/' }, response) => {
  const text = served.get(url);
  const type =
    url === '/' ? 'text/html; charset=utf-8' : url.endsWith('.css') ? 'text/css' : 'text/javascript';
  response
    .writeHead(text === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': policy })
    .end(text);
});
let origin = '';
let browser: Browser;
let chat: ForeignChat;
const pages: Page[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => clinic.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(clinic.address() as AddressInfo).port}`;
  [browser, chat] = await Promise.all([openBrowser(), openForeignChat(origin)]);
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser.close();
  await chat.close();
  clinic.close();
});

interface HostPage {
  readonly head?: string;
  readonly body: string;
  readonly files: ReadonlyMap<string, string>;
  /** What the policy allows besides the page itself. */
  readonly scripts?: string;
  /** What else the policy says. */
  readonly directives?: string;
}

/** A page of another origin, under a policy that allows nothing but itself and the chat. */
async function visit(
  { head = '', body, files, scripts = '', directives = '' }: HostPage,
  role: 'patient' | 'doctor' = 'patient',
) {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  pages.push(page);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  policy = `default-src 'none'; script-src 'self' ${scripts}; style-src 'self'; img-src data:; connect-src 'self' ${chat.url} ${chat.url.replace('http', 'ws')}; ${directives}`;
  const told = { getToken: chat.tokenOf(role), chatUrl: chat.url };
  served = new Map([
    ...files,
    [
      '/clinic.css',
      'main { height: 600px } consultation-chat { height: 500px; --chat-accent: rgb(91, 42, 134) }',
    ],
    [
      '/token.js',
      `const told = ${JSON.stringify(told)}; window.chatUrl = told.chatUrl; window.getToken = async () => told.getToken;`,
    ],
    [
      '/',
      `<!doctype html><html lang="en"><head><title>Clinic</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/clinic.css">
<script src="/token.js"></script>${head}</head><body><main><h1>Clinic</h1>${body}</main></body></html>`,
    ],
  ]);
  await page.goto(origin);
  return { page, complaints };
}

const APP = '<script type="module" src="/app.js"></script>';
const FRAMEWORKS: Readonly<Record<string, { readonly code: string; readonly scripts?: string }>> = {
  'React 19': {
    code: `import 'consultation-chat/element';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
function App() {
  const [count, setCount] = useState('none');
  return [h('consultation-chat', { key: 1, server: chatUrl, consultation: 'consultation-123', lang: 'de', getToken,
    onunread: ({ detail }) => setCount(String(detail.count)) }), h('p', { key: 2, id: 'count' }, count)];
}
createRoot(document.getElementById('app')).render(h(App));`,
  },
  'Vue 3': {
    // The template is compiled in the page, and the policy has to allow that.
    scripts: "'unsafe-eval'",
    code: `import 'consultation-chat/element';
import { createApp, ref } from 'vue';
const app = createApp({
  setup: () => ({ count: ref('none'), chatUrl, getToken }),
  template: '<consultation-chat :server="chatUrl" consultation="consultation-123" lang="de" :getToken.prop="getToken" @unread="count = String($event.detail.count)" /><p id="count">{{ count }}</p>',
});
app.config.compilerOptions.isCustomElement = (tag) => tag === 'consultation-chat';
app.mount('#app');`,
  },
  'Angular 21': {
    scripts: "'unsafe-eval'",
    code: `import '@angular/compiler';
import 'consultation-chat/element';
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
const App = Component({
  selector: '#app',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: '<consultation-chat [server]="server" consultation="consultation-123" lang="de" [getToken]="getToken" (unread)="count.set($event.detail.count)"></consultation-chat><p id="count">{{ count() }}</p>',
})(class { server = chatUrl; getToken = getToken; count = signal('none'); });
bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });`,
  },
};

describe('the element in the page of somebody else', () => {
  it('works with one script of the server, under a strict policy, in the language of the page', async () => {
    const { page, complaints } = await visit({
      head: `<script type="module" src="${chat.url}/element.js"></script><script type="module" src="/host.js"></script>`,
      body: `<consultation-chat server="${chat.url}" consultation="consultation-123" lang="de"></consultation-chat>`,
      files: new Map([['/host.js', `document.querySelector('consultation-chat').getToken = getToken;`]]),
      scripts: chat.url,
      directives: "require-trusted-types-for 'script'; trusted-types lit-html",
    });
    const element = page.locator('consultation-chat');
    await element.getByRole('textbox', { name: 'Nachricht' }).fill('Guten Morgen: https://clinic.example/');
    await element.getByRole('button', { name: 'Senden' }).click();
    await element.getByText('Gesendet', { exact: true }).waitFor();
    await element.getByText('Call 112 at once.').filter({ visible: true }).waitFor();
    await element.getByRole('link', { name: 'https://clinic.example/' }).waitFor();
    const accent = await page.evaluate(
      `getComputedStyle(document.querySelector('consultation-chat').shadowRoot.querySelector('.text-button, .read, .send')).getPropertyValue('--c-accent')`,
    );
    expect(accent).toContain('91');
    expect(complaints.filter((text) => !text.includes('no token'))).toEqual([]);
    // An embedded element leaves nothing behind in somebody else's origin.
    expect(
      await page.evaluate('navigator.serviceWorker.getRegistrations().then(({ length }) => length)'),
    ).toBe(0);
  });

  it.each(Object.keys(FRAMEWORKS))('works in a template of %s, with properties and events', async (name) => {
    const { code, scripts } = FRAMEWORKS[name] ?? { code: '' };
    const files = await bundled(code);
    const { page, complaints } = await visit({
      head: APP,
      body: '<div id="app"></div>',
      files,
      ...(scripts === undefined ? {} : { scripts }),
    });
    await page.locator('consultation-chat').getByRole('textbox', { name: 'Nachricht' }).waitFor();
    const doctor = await visit(
      {
        head: `<script type="module" src="${chat.url}/element.js"></script><script type="module" src="/host.js"></script>`,
        body: `<consultation-chat server="${chat.url}" consultation="consultation-123"></consultation-chat>`,
        files: new Map([['/host.js', `document.querySelector('consultation-chat').getToken = getToken;`]]),
        scripts: chat.url,
      },
      'doctor',
    );
    // The element is not on screen, so nothing is read, and the framework hears of an unread message.
    await page.evaluate(`document.querySelector('consultation-chat').style.marginTop = '300vh'`);
    const text = `Good morning in ${name}`;
    await doctor.page.locator('consultation-chat').getByRole('textbox').fill(text);
    await doctor.page.locator('consultation-chat').getByRole('button', { name: 'Send' }).click();
    await page.locator('consultation-chat .bubble', { hasText: text }).waitFor({ state: 'attached' });
    await expect.poll(() => page.locator('#count').textContent(), { timeout: 25_000 }).toMatch(/^[1-9]/);
    expect(complaints).toEqual([]);
  });

  it('works in a page that a server has rendered with React, as docs/element.md shows', async () => {
    const component = documented('tsx', `'use client'`);
    const html = await rendered(`${component}
import { renderToString } from 'react-dom/server';
console.log(renderToString(<main><Consultation server="http://chat.example" id="consultation-123" /></main>));`);
    expect(html).toBe('<main></main>');
    const files = await bundled(`${component}
import { hydrateRoot } from 'react-dom/client';
hydrateRoot(document.getElementById('app'), <main><Consultation server={chatUrl} id="consultation-123" /></main>);`);
    const token = JSON.stringify({ token: chat.tokenOf('patient') });
    const { page, complaints } = await visit({
      head: APP,
      body: `<div id="app">${html}</div>`,
      files: new Map([...files, ['/session/chat-token', token]]),
    });
    await page.locator('consultation-chat').getByRole('textbox', { name: 'Message' }).waitFor();
    await page.getByRole('region', { name: 'Consultation, 0 unread' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('works in a page that a server has rendered with Vue, and no token is in its markup', async () => {
    const app = `import { createSSRApp, h } from 'vue';
const app = (server, getToken, heard) => createSSRApp({ render: () => h('consultation-chat', {
  server, consultation: 'consultation-123', lang: 'de', '.token': 'a secret', '.getToken': getToken, onState: heard }) });`;
    const html = await rendered(`import 'consultation-chat/element';
import { renderToString } from 'vue/server-renderer';
${app}
console.log(await renderToString(app('http://chat.example', async () => 'a secret', () => undefined)));`);
    expect(html).toContain('consultation="consultation-123"');
    expect(html).not.toContain('secret');
    const files = await bundled(`import 'consultation-chat/element';
${app}
window.states = [];
app(chatUrl, getToken, ({ detail }) => states.push(detail.state)).mount('#app');`);
    const { page } = await visit({
      head: APP,
      body: `<div id="app">${html.replace('http://chat.example', chat.url)}</div>`,
      files,
    });
    await page.locator('consultation-chat').getByRole('textbox', { name: 'Nachricht' }).waitFor();
    await expect.poll(() => page.evaluate('window.states'), { timeout: 25_000 }).toEqual(['open']);
  });

  it.each(['patient', 'doctor'] as const)(
    'shares a connection with others, also in the same consultation and from later on: %s',
    async (role) => {
      const files = await bundled(`import 'consultation-chat/element';
import { connect } from 'consultation-chat/client';
const client = connect(chatUrl, { token: getToken });
window.show = (id) => {
  const chat = Object.assign(document.createElement('consultation-chat'), { id, client, consultation: 'consultation-123' });
  document.querySelector('#app').append(chat);
};
show('first');
show('beside it');`);
      const { page, complaints } = await visit({ head: APP, body: '<div id="app"></div>', files }, role);
      const [first, second] = ['first', 'second'].map((id) => page.locator(`consultation-chat#${id}`));
      await first?.getByRole('textbox').fill(`${role}: before the second came`);
      await first?.getByRole('button', { name: 'Send' }).click();
      await first?.getByText('Sent', { exact: true }).last().waitFor();
      await page.evaluate(`show('second')`);
      await second?.locator('.bubble', { hasText: `${role}: before the second came` }).waitFor();
      await page.evaluate(`document.querySelector('#first').remove()`);
      await second?.getByRole('textbox').fill(`${role}: after the first went`);
      await second?.getByRole('button', { name: 'Send' }).click();
      await second
        ?.locator('.message', { hasText: `${role}: after the first went` })
        .getByText('Sent')
        .waitFor();
      await page.evaluate(`document.querySelector('#second').remove()`);
      await page.evaluate(`show('third')`);
      await page.locator('#third .bubble', { hasText: `${role}: after the first went` }).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it('works with the hook for React, too', async () => {
    const files = await bundled(`import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from 'consultation-chat/client';
import { Room } from './examples/react/room.js';
const client = connect(chatUrl, { token: getToken, sender: 'user' });
const root = createRoot(document.getElementById('app'));
window.show = (consultationId) => root.render(h(Room, { client, consultationId }));
show('consultation-123');`);
    const { page, complaints } = await visit({ head: APP, body: '<div id="app"></div>', files });
    await page.getByText('The doctor is on duty.').waitFor();
    await page.getByLabel('Message').fill('by a hook');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('li', { hasText: 'by a hook' }).waitFor();
    await page.evaluate("window.show('consultation-9')");
    await page.getByText('This conversation cannot be opened.').waitFor();
    expect(await page.getByText('duty').count()).toBe(0);
    expect(complaints).toEqual([]);
    const hook = readFileSync(join(ROOT, 'examples/react/use-consultation.js'), 'utf8');
    expect(hook.slice(hook.indexOf('export function')).trim().split('\n').length).toBeLessThan(32);
  });
});

describe('importing the element on a server', () => {
  it('defines nothing and throws nothing', () => {
    const code = `await import('consultation-chat/element'); console.log(typeof customElements, typeof document);`;
    const options = ['--input-type=module', '-e', code];
    expect(execFileSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8' }).trim()).toBe(
      'undefined undefined',
    );
  });
});
