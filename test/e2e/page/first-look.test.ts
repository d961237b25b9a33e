import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { patienceMs } from '../../support/browser.js';
import { eventually, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  return server;
});

interface HeldTab extends PeopleTab {
  readonly room: Locator;
  bubbles(): Promise<readonly string[]>;
  /** Lets the page connect. */
  release(): void;
}

/** A page whose requests for a connection stay on their way, as over a slow network. */
async function visitHeld(path: string, patient: string, before?: string): Promise<HeldTab> {
  const options = { locale: 'en-GB', ...(before === undefined ? {} : { before }) };
  const tab = await visit('about:blank', options);
  const { page } = tab;
  let held = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/socket.io/**', async (route) => {
    held += 1;
    await released;
    // The page may have gone by then.
    await route.continue().catch(() => undefined);
  });
  await page.goto(server.link('patient', patient, path));
  await expect.poll(() => held, { timeout: patienceMs }).toBeGreaterThan(0);
  return {
    ...tab,
    room: page.locator('consultation-chat'),
    bubbles: () => page.locator('consultation-chat .bubble').allTextContents(),
    release,
  };
}

/** Up to where the patient has read, as the server has it. */
async function readByPatient(consultationId: string, patient: string): Promise<number> {
  const headers = { authorization: `Bearer ${server.token('patient', patient)}` };
  const response = await fetch(`${server.url}/api/v1/consultations/${consultationId}`, { headers });
  return ((await response.json()) as { readonly readSeq: { readonly user: number } }).readSeq.user;
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `Line ${from + index}`);

async function saysLines(consultationId: string, sender: 'user' | 'doctor', from: number, to: number) {
  for (const line of lines(from, to)) await server.says(consultationId, sender, line);
}

describe('the first look of a conversation', () => {
  it('shows what was said before there is a connection, and nothing that only a connection tells', async () => {
    await server.open({ consultationId: 'c-ada', patient: 'Ada Holm' });
    await server.says('c-ada', 'user', 'Good morning, doctor.');
    await server.says('c-ada', 'doctor', 'Good morning, Ada.');
    const tab = await visitHeld('/c/c-ada', 'ada-holm');
    await tab.stream.getByText('Good morning, Ada.').waitFor();
    expect(await tab.bubbles()).toEqual(['Good morning, doctor.', 'Good morning, Ada.']);
    expect(await tab.room.getByRole('heading', { level: 2 }).textContent()).toBe('Dr. Lena Fischer');
    expect(await tab.room.locator('.duty').textContent()).toContain('Connecting');
    for (const unknown of ['here now', 'not here now', 'On duty', 'Off duty', 'lost'])
      expect(await tab.room.getByText(unknown).count(), unknown).toBe(0);
    const field = tab.room.getByRole('textbox');
    await field.fill('Written early');
    expect(await tab.violations()).toEqual([]);
    expect(await readByPatient('c-ada', 'ada-holm')).toBe(0);

    tab.release();
    await tab.room.getByText('On duty').waitFor();
    expect(await field.inputValue()).toBe('Written early');
    expect(await tab.bubbles()).toEqual(['Good morning, doctor.', 'Good morning, Ada.']);
    await eventually(() => readByPatient('c-ada', 'ada-holm')).toBe(2);
    await tab.send('How are you?');
    await eventually(tab.bubbles).toEqual(['Good morning, doctor.', 'Good morning, Ada.', 'How are you?']);
    expect(tab.complaints).toEqual([]);
  });

  it('is followed by all that was said meanwhile, each message once and in order', async () => {
    await server.open({ consultationId: 'c-bo', patient: 'Bo Lund' });
    await saysLines('c-bo', 'user', 1, 3);
    const tab = await visitHeld('/c/c-bo', 'bo-lund');
    await eventually(tab.bubbles).toEqual(lines(1, 3));
    // More than a room begins with: what lies between has to be fetched as well.
    await saysLines('c-bo', 'doctor', 4, 90);
    tab.release();
    await eventually(tab.bubbles).toEqual(lines(1, 90));
    await tab.room.getByText('Load earlier').waitFor({ state: 'detached' });
  });

  it('sends what was written before there was a connection', async () => {
    await server.open({ consultationId: 'c-flo', patient: 'Flo Berg' });
    await server.says('c-flo', 'doctor', 'Good morning.');
    const tab = await visitHeld('/c/c-flo', 'flo-berg');
    await tab.room.getByRole('textbox').fill('Good morning, doctor.');
    await tab.page.keyboard.press('Enter');
    await tab.stream.getByText('Waiting for the connection').waitFor();
    tab.release();
    await tab.stream.getByText('Sent', { exact: true }).waitFor();
    await eventually(tab.bubbles).toEqual(['Good morning.', 'Good morning, doctor.']);
  });

  it('keeps what is written before it is known that the doctor is off duty', async () => {
    const doctor = 'Dr. Ada Okafor';
    await server.open({ consultationId: 'c-cy', patient: 'Cy Dahl', doctor, windows: [] });
    const tab = await visitHeld('/c/c-cy', 'cy-dahl');
    await tab.room.getByRole('textbox').fill('Are you there?');
    tab.release();
    await tab.room.locator('.closed blockquote', { hasText: 'Are you there?' }).waitFor();
    expect(await tab.room.locator('form').count()).toBe(0);
  });

  it('is left out where reading begins before it: at what is unread, or where somebody was', async () => {
    await server.open({ consultationId: 'c-di', patient: 'Di Moen' });
    await saysLines('c-di', 'doctor', 1, 70);
    const unread = await visitHeld('/c/c-di', 'di-moen');
    await unread.room.getByText('Connecting').waitFor();
    unread.release();
    await unread.room.getByText('Line 1', { exact: true }).waitFor();
    await eventually(unread.bubbles).toEqual(lines(1, 70));

    await server.open({ consultationId: 'c-ed', patient: 'Ed Vik' });
    await saysLines('c-ed', 'doctor', 1, 70);
    const place = `sessionStorage.setItem('consultation-chat:${server.url}:c-ed:patient:place', '5 0')`;
    const placed = await visitHeld('/c/c-ed', 'ed-vik', place);
    await placed.room.getByText('Connecting').waitFor();
    placed.release();
    await placed.room.getByText('Line 5', { exact: true }).waitFor();
  });
});
