import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser } from '../../support/browser.js';
import { openPeople, type PeopleTab, type PeopleTabOptions } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';

/**
 * Gives the tests of a file a server of their own. It is closed after all of them, and the tabs of a test after that test.
 *
 * @param begun is given the server before the first test.
 * @returns a function that opens an address in a tab.
 */
export function usePeople(
  begun: (server: PeopleServer) => void,
): (address: string, options?: PeopleTabOptions) => Promise<PeopleTab> {
  let browser: Browser;
  let server: PeopleServer;
  const tabs: PeopleTab[] = [];

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(), openPeopleServer()]);
    begun(server);
  });
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  return async (address, options) => {
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
