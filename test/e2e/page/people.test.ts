import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.js';
import { openPeople, type PeopleTab, type PeopleTabOptions, patienceMs, phone } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';

const FISCHER = 'dr-lena-fischer';
const HOST = 'http://portal.example';

let browser: Browser;
let server: PeopleServer;
const tabs: PeopleTab[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), openPeopleServer([HOST])]);
  await server.open({ consultationId: 'c-alex', patient: 'Alex Morgan' });
  await server.open({ consultationId: 'c-sam', patient: 'Sam Rivera' });
  await server.open({ consultationId: 'c-zoe', patient: 'Zoë Müller' });
  for (const index of [1, 2, 3]) await server.says('c-sam', 'user', `Secret symptom ${index}`);
  await server.says('c-alex', 'user', 'Another secret.');
});

afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function visit(address: string, options?: PeopleTabOptions): Promise<PeopleTab> {
  const tab = await openPeople(browser, address, options);
  tabs.push(tab);
  return tab;
}

const asDoctor = (path = '/', options?: PeopleTabOptions) => visit(server.link('doctor', FISCHER, path), options);
const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: patienceMs });
const names = (tab: PeopleTab) => tab.page.locator('.item-name').allTextContents();

describe('the doctor’s inbox', () => {
  it('shows who has waited longest first, what is unread, and says so in the title', async () => {
    const tab = await asDoctor();
    await tab.item('Sam Rivera').waitFor();
    expect(await names(tab)).toEqual(['Sam Rivera', 'Alex Morgan', 'Zoë Müller']);
    expect(await tab.item('Sam Rivera').textContent()).toContain('3 unread messages');
    expect(await tab.item('Sam Rivera').textContent()).toContain('Waiting for 1 minute');
    await eventually(() => tab.page.title()).toBe('(4) Consultation chat');
    expect(await tab.page.locator('link[rel=icon]').getAttribute('href')).toMatch(/^data:image\/png/);
    expect(new URL(tab.page.url()).hash).toBe('');
    expect(tab.complaints).toEqual([]);
  });
});

it.todo(`phone ${phone.width}`);
