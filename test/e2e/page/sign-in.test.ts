import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WireError } from '../../../src/protocol/wire.js';
import { openBrowser, phone } from '../../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../../support/scripted-chat-server.js';
import { expectTexts, openTab, type Tab } from './page-driver.js';

const no = (code: WireError['code']): WireError => ({ code, message: 'No.' });

describe('signing in on the page', () => {
  let browser: Browser;
  let server: ScriptedChatServer;
  let tab: Tab;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    server = await openScriptedChatServer();
    server.refuseTokens((token) => {
      if (token === undefined) return no('auth.required');
      return token === 'good' || token === 'fresh' ? undefined : no('auth.invalid');
    });
  });
  afterEach(async () => {
    // A connection that is refused ends in the middle of its upgrade, and the browser says so.
    const ofThePage = tab.complaints.filter((text) => !/socket\.io|Failed to load resource/u.test(text));
    expect(ofThePage).toEqual([]);
    await tab.close();
    await server.close();
  });

  const field = () => tab.page.getByLabel('Access token');
  const alert = (text: string) => tab.page.getByRole('alert').filter({ hasText: text });
  const click = (name: string) => tab.page.getByRole('button', { name, exact: true }).click();
  const focused = () => tab.page.evaluate<string>('document.activeElement.id');

  it('asks for a token, says which one is no good, and joins with the next', async () => {
    tab = await openTab(browser, server.url);
    await click('Join');
    await alert('wants to know who you are').waitFor();
    expect(await focused()).toBe('access-token');
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await field().fill('bad');
    await click('Connect');
    await alert('does not accept this access token').waitFor();
    await field().fill('good');
    await click('Connect');
    await tab.log.getByText('You joined').waitFor();
    expect(await alert('access token').count()).toBe(0);
    await tab.send('Good morning.');
    await expectTexts(tab, ['Good morning.']);
  });

  it('says that a sign-in has expired, keeps what is written, and sends it after the next', async () => {
    tab = await openTab(browser, server.url);
    await field().fill('good');
    await tab.join();
    server.refuseTokens((token) => (token === 'fresh' ? undefined : no('auth.expired')));
    await tab.draft.focus();
    server.endConnections(no('auth.expired'));
    await alert('Your sign-in has expired').waitFor();
    await tab.page.getByRole('status').filter({ hasText: 'not signed in any more' }).waitFor();
    expect(await focused()).toBe('draft');
    await tab.send('Written in between.');
    await field().fill('fresh');
    await field().press('Enter');
    await expect.poll(() => server.messages.map(({ content }) => content)).toEqual(['Written in between.']);
    await expectTexts(tab, ['Written in between.']);
  });

  it('takes another token while it is connected', async () => {
    tab = await openTab(browser, server.url);
    await field().fill('good');
    await tab.join();
    await field().fill('fresh');
    await click('Use this token');
    await tab.page.getByText('Connected', { exact: true }).waitFor();
    await tab.page.getByRole('button', { name: 'Use this token' }).waitFor({ state: 'hidden' });
    await tab.send('Still here.');
    await expectTexts(tab, ['Still here.']);
  });

  it('keeps the token out of the address, the storage, the event log and the next visit', async () => {
    tab = await openTab(browser, server.url, { viewport: phone });
    await field().fill('good');
    await tab.join();
    await tab.send('Good morning.');
    await expectTexts(tab, ['Good morning.']);
    await tab.page.getByRole('button', { name: 'Event log' }).click();
    const places = await tab.page.evaluate<string>(
      '[location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.querySelector("#log-lines").textContent].join()',
    );
    expect(places).toContain('send_message');
    expect(places).not.toContain('good');
    await tab.page.reload();
    expect(await field().inputValue()).toBe('');
  });
});
