import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktop, openTab, phone } from '../e2e/page/page-driver.js';
import { openBrowser } from '../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../support/scripted-chat-server.js';

const LOOKS = [
  { viewport: desktop, colorScheme: 'light' },
  { viewport: phone, colorScheme: 'dark' },
] as const;
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target.join(' ') + failureSummary).join(' | ')))`;

describe("the developers' client", () => {
  let browser: Browser;
  let server: ScriptedChatServer;
  let axe: string;

  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    [browser, server, axe] = await Promise.all([
      openBrowser(),
      openScriptedChatServer(),
      readFile(path, 'utf8'),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  it.each(LOOKS)('leaves axe nothing to find: %o', async (look) => {
    const tab = await openTab(browser, server.url, look);
    await tab.page.evaluate(axe);
    expect(await tab.page.evaluate(RUN), 'before joining').toEqual([]);
    await tab.join();
    server.store('doctor', 'Good morning.');
    // The conversation goes on from one look to the next.
    await tab.log.getByText('Good morning.').last().waitFor();
    server.dropBroadcasts(true);
    server.loseAnswers(true);
    await tab.send('on its way');
    await tab.log.locator('[data-state=sending]').waitFor();
    expect(await tab.page.evaluate(RUN), 'while a message waits').toEqual([]);
    server.loseAnswers(false);
    server.dropBroadcasts(false);
    await tab.close();
  });
});
