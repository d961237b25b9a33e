import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { invariant } from '../../../src/domain/invariant.js';
import { openBrowser } from '../../support/browser.js';
import { openPeople, type PeopleTab, type PeopleTabOptions } from './people-driver.js';
import type { PeopleServer } from './people-server.js';

/**
 * Gives the tests of a file a server of their own. It is closed after all of them, and the tabs of a test after that test.
 *
 * @param open opens the server, before the first test.
 * @returns a function that opens an address in a tab.
 */
export function usePeople(
  open: () => Promise<PeopleServer>,
): (address: string, options?: PeopleTabOptions) => Promise<PeopleTab> {
  let browser: Browser | undefined;
  let server: PeopleServer | undefined;
  const tabs: PeopleTab[] = [];

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(), open()]);
  });
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  return async (address, options) => {
    invariant(browser !== undefined, 'tabs are opened by tests');
    const tab = await openPeople(browser, address, options);
    tabs.push(tab);
    return tab;
  };
}

/** The clock of a device that is ahead by so many ms, or behind. */
export const clockAhead = (ms: number): string => `{
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) { super(...(given.length === 0 ? [Right.now() + ${ms}] : given)); }
    static now() { return Right.now() + ${ms}; }
  };
}`;

/** Keeps every sentence that is said beside the room in `heard`, also when it has been taken away since. */
export const HEAR = `window.heard = [];
  document.addEventListener('DOMContentLoaded', () => new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) window.heard.push(node.textContent);
  }).observe(document.getElementById('spoken'), { childList: true }));`;
