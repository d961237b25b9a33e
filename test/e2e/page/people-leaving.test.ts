import { describe, expect, it } from 'vitest';
import { eventually, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await server.open({ consultationId: 'zoe', patient: 'Zoë Müller' });
  await server.open({ consultationId: 'sam', patient: 'Sam Rivera' });
  await server.open({ consultationId: 'sam-2', patient: 'Sam Rivera', doctor: 'Dr. Ada Okafor' });
  return server;
});

const path = ({ page }: PeopleTab): string => new URL(page.url()).pathname;

/** What was sent without a connection has no confirmation. */
async function sendUnconfirmed(tab: PeopleTab, text: string): Promise<void> {
  await tab.page.context().setOffline(true);
  await tab.send(text);
  await tab.stream.getByText('Waiting for the connection').waitFor();
}

describe('whoever signs out', () => {
  const dialogOf = async (tab: PeopleTab) => {
    await tab.page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
    return dialog;
  };

  it('is told of a message without a confirmation that it may have arrived, and of others that they have not', async () => {
    const tab = await visit(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
    await tab.draft.waitFor();
    await tab.item('Zoë Müller').waitFor();
    // What the dialog is made of comes a while after the page, or when somebody opens one.
    await tab.draft.fill('Half a sentence');
    const first = await dialogOf(tab);
    expect(await first.textContent()).toContain('Discard what you have not sent?');
    expect(await first.textContent()).not.toContain('may have arrived');
    await first.getByRole('button', { name: 'Cancel' }).click();
    await tab.draft.fill('');

    await sendUnconfirmed(tab, 'On its way');
    const second = await dialogOf(tab);
    expect(await second.textContent()).toContain('may have arrived already');
    expect(await second.textContent()).not.toMatch(/not sent is in this tab only|Discard/);
    expect(await tab.violations()).toEqual([]);
    await second.getByRole('button', { name: 'Cancel' }).click();
    await tab.draft.fill('Half a sentence');
    const third = await dialogOf(tab);
    expect(await third.textContent()).toMatch(/not sent is in this tab only[\s\S]*may have arrived already/);
    await third.getByRole('button', { name: 'Cancel' }).click();
    await tab.draft.fill('');
    const last = await dialogOf(tab);
    const signOut = last.getByRole('button', { name: 'Sign out', exact: true });
    const [dialogBefore, buttonBefore] = [await last.boundingBox(), await signOut.boundingBox()];
    await tab.page.context().setOffline(false);
    // By then there is nothing to be told of.
    await last.getByText('may have arrived already').waitFor({ state: 'detached' });
    // Nothing moves under a finger that is on its way.
    expect(await last.boundingBox()).toEqual(dialogBefore);
    expect(await signOut.boundingBox()).toEqual(buttonBefore);
    await last.getByRole('button', { name: 'Sign out', exact: true }).click();
    await tab.page.getByText('You have signed out in this tab. Other tabs stay signed in.').waitFor();
    expect(await tab.violations()).toEqual([]);
  });

  /** As in the first seconds of a page: with a network that is gone, or leads nowhere. */
  async function visitWithout(network: 'gone' | 'silent'): Promise<PeopleTab> {
    const tab = await visit('about:blank');
    await tab.page.route(/people-(dialogs|sign-in)\.js/, (route) =>
      network === 'gone' ? route.abort() : new Promise(() => undefined),
    );
    await tab.page.goto(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
    await tab.draft.waitFor();
    await tab.page.context().setOffline(true);
    return tab;
  }
  const kept = (tab: PeopleTab) => tab.page.evaluate('Object.keys(sessionStorage).join()');
  const leave = { name: 'Sign out', exact: true };

  it.each(['gone', 'silent'] as const)('needs no server for it, where the network is %s', async (network) => {
    const tab = await visitWithout(network);
    await tab.page.getByRole('button', leave).first().click();
    await tab.page.getByText('You have signed out in this tab.').waitFor();
    expect(await kept(tab)).toBe('');
    expect(await tab.violations()).toEqual([]);
  });

  it.each(['gone', 'silent'] as const)(
    'is asked about a draft without a server, where the network is %s',
    async (network) => {
      const tab = await visitWithout(network);
      await tab.draft.fill('Half a sentence');
      await tab.page.getByRole('button', leave).first().click();
      const dialog = tab.page.getByRole('dialog');
      await dialog.getByText('What has not been sent is gone once you sign out.').waitFor();
      expect(await tab.violations()).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).click();
      expect(await tab.draft.inputValue()).toBe('Half a sentence');
      await tab.page.getByRole('button', leave).first().click();
      await dialog.getByRole('button', leave).click();
      await tab.page.getByText('You have signed out in this tab.').waitFor();
      expect(await kept(tab)).toBe('');
    },
  );

  it('leaves nothing behind that the browser’s Back would lead the next person to', async () => {
    const tab = await visit(server.link('doctor', 'dr-lena-fischer'));
    const { page } = tab;
    await tab.item('Zoë Müller').click();
    await tab.draft.waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByText('You have signed out in this tab.').waitFor();
    await page.goBack();
    await page.evaluate(
      `sessionStorage.setItem('consultation-chat:token', ${JSON.stringify(server.token('patient', 'sam-rivera'))})`,
    );
    await page.reload();
    await eventually(() => tab.items.count()).toBe(2);
    expect(path(tab)).toBe('/');
  });

  it('leads nobody back into the conversations of the person before', async () => {
    const tab = await visit(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
    await tab.draft.waitFor();
    await tab.page.goto(server.link('patient', 'sam-rivera', '/c/sam'));
    await eventually(() => tab.items.count()).toBe(2);
    await tab.draft.waitFor();
    await tab.page.goBack();
    await eventually(async () => path(tab)).toBe('/');
    await eventually(() => tab.items.count()).toBe(2);
    expect(await tab.page.getByText('This conversation cannot be opened').count()).toBe(0);
  });
});

const ENDED =
  'Ask for a new link where you got the last one, or open the chat again from the page that led you here.';
const KEPT = 'What you wrote stays in this tab.';
const RECORD_NOTICES = `{
  const notice = document.querySelector('consultation-chat').shadowRoot.querySelector('.notice');
  window.notices = [];
  new MutationObserver(() => window.notices.push(notice.textContent)).observe(notice, {
    childList: true, characterData: true, subtree: true,
  });
}`;

describe('whose sign-in has ended', () => {
  it('is told so at once, in the same words everywhere, and what waits is said to wait for the next one', async () => {
    const token = server.token('patient', 'sam-rivera');
    const tab = await visit(`${server.url}/c/sam#token=${token}`);
    const { page } = tab;
    await tab.draft.waitFor();
    await eventually(() => tab.items.count()).toBe(2);
    await page.evaluate(RECORD_NOTICES);
    server.expire(token);
    const notice = page.locator('consultation-chat .notice');
    await eventually(() => notice.textContent()).toBe(`Your sign-in has ended. ${ENDED}`);
    // Nothing is promised of a connection before.
    expect(((await page.evaluate('window.notices')) as string[]).filter(Boolean)).toEqual([
      `Your sign-in has ended. ${ENDED}`,
    ]);
    await page.getByRole('alert').getByText(ENDED).waitFor();

    await tab.send('Words that wait');
    await tab.stream.getByText('Waiting for a new sign-in').waitFor();
    await tab.item('Dr. Lena Fischer').getByText('Waiting for a new sign-in').waitFor();
    await eventually(() => notice.textContent()).toContain(`${ENDED} ${KEPT}`);

    await page.reload();
    const card = page.getByRole('alert').filter({ hasText: 'Your sign-in has ended' });
    await card.getByText(ENDED).waitFor();
    await card.getByText(KEPT).waitFor();
    expect(await tab.violations()).toEqual([]);
    await page.goto(server.link('patient', 'sam-rivera', '/c/sam'));
    const message = tab.stream.locator('.message', { hasText: 'Words that wait' });
    await eventually(() => message.textContent()).toMatch(/Sent\s*$/);
  });

  it('before anything was written is told nothing of that', async () => {
    const token = server.token('patient', 'sam-rivera');
    server.expire(token);
    const tab = await visit(`${server.url}/#token=${token}`);
    const card = tab.page.getByRole('alert');
    await card.getByText(ENDED).waitFor();
    expect(await card.textContent()).not.toContain(KEPT);
  });
});

describe('the link of another person', () => {
  const card = ({ page }: PeopleTab) =>
    page.getByRole('alert').filter({ hasText: 'Who goes on in this tab?' });
  const stay = { name: 'Stay with the person before' };

  it('names both, and leaves person, room, draft and address as they were where somebody stays', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/sam'));
    await tab.draft.fill('Half a sentence');
    await eventually(() => tab.items.count()).toBe(2);
    for (const other of ['/c/zoe', '/']) {
      await tab.page.goto(server.link('doctor', 'dr-lena-fischer', other));
      await card(tab).waitFor();
      const words = await card(tab).textContent();
      expect(words).toContain('Sam Rivera');
      expect(words).toContain('Dr. Lena Fischer');
      expect(words).not.toContain('may have arrived');
      expect(await tab.violations()).toEqual([]);
      const focused = () => tab.page.evaluate<string>('document.activeElement.textContent');
      await eventually(focused).toBe(stay.name);
      await tab.page.reload();
      await card(tab).getByRole('button', stay).click();
      await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
      expect(path(tab)).toBe('/c/sam');
    }
    await tab.page.getByRole('heading', { name: 'Dr. Lena Fischer' }).waitFor();
    await tab.page.reload();
    await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
    expect(path(tab)).toBe('/c/sam');
  });

  it('says who it is by their id where no name is known', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/sam'));
    await tab.draft.fill('Half a sentence');
    await tab.page.goto(server.link('patient', 'patient-0815'));
    await card(tab).getByText('The person of this link: patient-0815').waitFor();
  });

  it('leads back to the list whoever stays and was there', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/sam'));
    await tab.draft.fill('Half a sentence');
    await tab.page.keyboard.press('Escape');
    await eventually(() => tab.items.count()).toBe(2);
    expect(path(tab)).toBe('/');
    await tab.page.goto(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
    await card(tab).getByRole('button', stay).click();
    await eventually(() => tab.items.count()).toBe(2);
    expect(path(tab)).toBe('/');
  });

  it('says of messages without a confirmation that they may have arrived, and goes on', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/sam'));
    await tab.draft.waitFor();
    await eventually(() => tab.items.count()).toBe(2);
    await sendUnconfirmed(tab, 'On its way');
    await tab.page.evaluate(`location.hash = 'token=${server.token('doctor', 'dr-lena-fischer')}'`);
    await tab.stream.waitFor({ state: 'detached' });
    await tab.page.context().setOffline(false);
    await card(tab).getByText('may have arrived already').waitFor();
    expect(await card(tab).textContent()).not.toMatch(/written and not sent/);
    await card(tab).getByRole('button', { name: 'Go on' }).click();
    await tab.page.getByText('Dr. Lena Fischer').first().waitFor();
  });
});
