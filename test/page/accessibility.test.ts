import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTab } from '../e2e/page/page-driver.js';
import { desktop, openBrowser, phone, violationsOf } from '../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../support/scripted-chat-server.js';

const LOOKS = [
  { viewport: desktop, colorScheme: 'light' },
  { viewport: phone, colorScheme: 'dark' },
] as const;

describe("the developers' client", () => {
  let browser: Browser;
  let server: ScriptedChatServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(), openScriptedChatServer()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  it.each(LOOKS)('leaves axe nothing to find: %o', async (look) => {
    const tab = await openTab(browser, server.url, look);
    expect(await violationsOf(tab.page), 'before joining').toEqual([]);
    await tab.join();
    server.store('doctor', 'Good morning.');
    // The conversation goes on from one look to the next.
    await tab.log.getByText('Good morning.').last().waitFor();
    server.dropBroadcasts(true);
    server.loseAnswers(true);
    await tab.send('on its way');
    await tab.log.locator('[data-state=sending]').waitFor();
    expect(await violationsOf(tab.page), 'while a message waits').toEqual([]);
    server.loseAnswers(false);
    server.dropBroadcasts(false);
    await tab.close();
  });
});
