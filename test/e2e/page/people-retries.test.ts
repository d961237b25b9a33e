import { describe, expect, it } from 'vitest';
import { eventually, type PeopleTabOptions } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await server.open({ consultationId: 'zoe', patient: 'Zoë Müller' });
  return server;
});

/** A doctor's page that cannot load some of its files until it may. */
async function openWithout(files: string, options: PeopleTabOptions = {}) {
  const opened = await visit('about:blank', options);
  await opened.page.route(files, (route) => route.abort());
  const hasFailed = opened.page.waitForEvent('requestfailed');
  await opened.page.goto(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
  return { ...opened, hasFailed, allow: () => opened.page.unroute(files) };
}

describe('a part of the page that could not be loaded', () => {
  it.each(['de', 'people-de'])('is asked for again if it is the language in %s.js', async (file) => {
    const { page, hasFailed, allow } = await openWithout(`**/texts/${file}.js*`, { locale: 'de-DE' });
    await hasFailed;
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await allow();
    await page.getByRole('heading', { name: 'Posteingang' }).waitFor();
    await page.locator('consultation-chat').getByRole('textbox', { name: 'Nachricht' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de-DE');
  });

  it('is asked for again with the next message that has a link if it finds links', async () => {
    const { stream, draft, hasFailed, allow } = await openWithout('**/people-links.js*');
    await draft.waitFor();
    await server.says('zoe', 'user', 'See https://one.example');
    await hasFailed;
    await allow();
    await server.says('zoe', 'user', 'Or https://two.example');
    await eventually(() => stream.getByRole('link').allTextContents()).toEqual([
      'https://one.example',
      'https://two.example',
    ]);
  });

  it('does not replace a language that was chosen after it when it comes at last', async () => {
    const opened = await visit(server.link('doctor', 'dr-lena-fischer'));
    const { page } = opened;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/texts/people-fr.js*', async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Settings' }).click();
    const language = page.getByRole('dialog').getByRole('combobox');
    const isAsked = page.waitForRequest('**/texts/people-fr.js*');
    await language.selectOption('fr');
    await isAsked;
    await language.selectOption('de');
    await page.getByRole('heading', { name: 'Posteingang' }).waitFor();
    const hasCome = page.waitForEvent('requestfinished', (request) => request.url().includes('people-fr'));
    release();
    await hasCome;
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    );
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  });
});
