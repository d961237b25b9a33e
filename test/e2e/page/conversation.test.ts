import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, patienceMs } from '../../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../../support/scripted-chat-server.js';
import { expectTexts, openTab, type Tab, type TabOptions } from './page-driver.js';

const focusedId = (tab: Tab): Promise<string | null> => tab.page.locator(':focus').getAttribute('id');

describe('the page in a browser', () => {
  let browser: Browser;
  let server: ScriptedChatServer;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    server = await openScriptedChatServer();
  });

  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
    await server.close();
  });

  async function open(options?: TabOptions): Promise<Tab> {
    const tab = await openTab(browser, server.url, options);
    tabs.push(tab);
    return tab;
  }

  it('lets a patient and a doctor talk in two tabs', async () => {
    const doctor = await open({ query: '?as=doctor' });
    await doctor.join();
    const patient = await open();
    await patient.join();
    await doctor.log.getByText('Jonas Weber joined').waitFor();

    await patient.send('Hello, doctor.');
    await expectTexts(doctor, ['Hello, doctor.']);
    await doctor.send('Hello, Jonas.');
    await expectTexts(patient, ['Hello, doctor.', 'Hello, Jonas.']);

    expect(await patient.log.locator('[data-side=own]').allTextContents()).toEqual([
      expect.stringContaining('Hello, doctor.'),
    ]);
    await patient.log.locator('.message__name', { hasText: 'Dr. Maya Lindqvist' }).waitFor();
    await patient.page.getByText('Doctor is available', { exact: true }).waitFor();
    await patient.page.getByRole('button', { name: 'Leave' }).click();
    await doctor.log.getByText('Jonas Weber left').waitFor();
    expect([...doctor.complaints, ...patient.complaints]).toEqual([]);
  });

  it('works in a browser of the POSIX locale, whose language is no language tag', async () => {
    const tab = await open({ locale: 'en-US@posix' });
    await tab.join();
    await tab.send('Hello, doctor.');
    await expectTexts(tab, ['Hello, doctor.']);
    expect(tab.complaints).toEqual([]);
  });

  it('shows text as text', async () => {
    const hostile = '<img src="x" onerror="document.title=1"><script>alert(1)</script>\n  & مرحبا 🙂';
    const patient = await open();
    await patient.join();
    server.store('doctor', hostile);
    await expectTexts(patient, [hostile]);
    expect(await patient.log.locator('img, script').count()).toBe(0);
    expect(patient.complaints).toEqual([]);
  });

  it('keeps a refused text, says why beside it, and sends it on a retry', async () => {
    const patient = await open();
    await patient.join();
    const nextOpeningAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
    server.refuseSends({ code: 'doctor.unavailable', message: 'Closed.', nextOpeningAt });
    await patient.send('May I swim?');
    await patient.log
      .getByText(/The doctor is off duty right now\. Messages can be sent again from \w+day at/)
      .waitFor();
    await patient.page.getByText(/opens \w+day at/).waitFor();
    server.refuseSends(undefined);
    await patient.log.getByRole('button', { name: 'Try again' }).click();
    await patient.log.getByText('Sent', { exact: true }).waitFor();
    expect(await patient.texts()).toEqual(['May I swim?']);
    const [first, second] = server.sends;
    expect(first?.clientMessageId).toBe(second?.clientMessageId);
    expect(await focusedId(patient)).toBe('draft');
  });

  it('gives a refused text back for editing, without losing what is being written', async () => {
    const patient = await open();
    await patient.join();
    server.refuseSends({ code: 'request.invalid', message: 'No.', field: 'content' });
    await patient.send('first');
    await patient.log.getByText('Not sent').waitFor();
    expect(await patient.log.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await patient.draft.fill('second');
    await patient.log.getByRole('button', { name: 'Edit' }).click();
    expect(await patient.draft.inputValue()).toBe('first\nsecond');
    expect(await patient.texts()).toEqual([]);
  });

  it('comes back by itself after a lost connection, with what was missed and what was written', async () => {
    const patient = await open();
    await patient.join();
    server.store('doctor', 'one');
    await expectTexts(patient, ['one']);
    server.dropConnections();
    await patient.page.getByText('The connection was lost.').waitFor();
    server.store('doctor', 'two', { unheard: true });
    await patient.send('three');
    await expectTexts(patient, ['one', 'two', 'three']);
    await patient.page.getByText('The connection was lost.').waitFor({ state: 'hidden' });
    await expect.poll(() => server.messages.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
  });

  it('says beside the field why it cannot join, and puts the focus there', async () => {
    const patient = await open({ query: '?consultation=nowhere' });
    await patient.page.getByRole('button', { name: 'Join', exact: true }).click();
    await patient.page.getByRole('alert').getByText('There is no consultation with this id').waitFor();
    const field = patient.page.getByRole('combobox', { name: 'Consultation' });
    expect(await focusedId(patient)).toBe('consultation-id');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('no such/id');
    await field.press('Enter');
    await patient.page.getByRole('alert').getByText('1 to 64 letters').waitFor();
    expect(server.joins).toHaveLength(1);
  });

  it('tells of changes to the consultation', async () => {
    const patient = await open();
    await patient.join();
    server.update({ expiresAt: new Date(Date.now() + 9 * 86_400_000).toISOString() });
    await patient.log.getByText(/^Open until .* now/).waitFor();
    server.update({ status: 'ended', isActive: false });
    await patient.log.getByText('The consultation was ended').waitFor();
    await patient.page.getByText('This consultation has been ended. It takes no more messages.').waitFor();
  });

  it('says who is there, who is writing, what was read, and that the doctor has gone', async () => {
    const patient = await open();
    await patient.join();
    await patient.page.getByText('Doctor, not here').waitFor();
    const doctor = await open({ query: '?as=doctor' });
    await doctor.join();
    await patient.page.getByText('Doctor, here now').waitFor();
    await doctor.draft.fill('Good mor');
    await patient.page.getByText('Dr. Maya Lindqvist is writing…').waitFor();
    await doctor.draft.press('Enter');
    await expectTexts(patient, ['Good mor']);
    await patient.page.getByText('Dr. Maya Lindqvist is writing…').waitFor({ state: 'hidden' });
    await expect.poll(() => server.marks).toContainEqual(expect.objectContaining({ seq: 1, sender: 'user' }));
    await doctor.log.getByText('Sent', { exact: true }).waitFor();
    server.tellRead('user', 1);
    await doctor.log.getByText('Read', { exact: true }).waitFor();
    server.announceDoctorAway(new Date(Date.now() + 3 * 86_400_000).toISOString());
    await patient.page.getByText('Doctor is off duty', { exact: true }).waitFor();
    expect([...doctor.complaints, ...patient.complaints]).toEqual([]);
  });

  it('marks nothing as read while the reader is further up, and everything once the end is on the screen', async () => {
    for (let line = 1; line <= 60; line += 1) server.store('doctor', `Line ${line}`, { unheard: true });
    const patient = await open();
    await patient.join();
    const marks = () => server.marks.map(({ seq }) => seq);
    await expect.poll(marks).toEqual([60]);
    // The page hears of the scrolling with the next frame.
    await patient.page.evaluate(`new Promise((resolve) => {
      document.querySelector('#stream').scrollTo(0, 0);
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    })`);
    const jump = patient.page.getByRole('button', { name: '1 new message' });
    server.store('doctor', 'A late one');
    await jump.waitFor();
    // A mark that waits to be told goes out with the next connection, before anything else comes.
    await patient.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    server.dropConnections();
    await expect.poll(() => server.joins.length, { timeout: patienceMs }).toBe(2);
    server.store('doctor', 'Another one');
    await patient.page.getByRole('button', { name: '2 new messages' }).click();
    await expect.poll(marks).toEqual([60, 62]);
  });

  it('sends after a reload what it could not send before', async () => {
    const patient = await open();
    await patient.join();
    server.refuseSends({ code: 'server.overloaded', message: 'Busy.', retryAfterMs: 60_000 });
    await patient.send('Do not lose me');
    await expect.poll(() => server.sends.length).toBe(1);
    server.refuseSends(undefined);
    await patient.page.reload();
    await patient.join();
    await expectTexts(patient, ['Do not lose me']);
    await expect.poll(() => server.messages.map(({ content }) => content)).toEqual(['Do not lose me']);
  });

  it('can be used with the keyboard alone', async () => {
    const patient = await open();
    const { keyboard } = patient.page;
    await patient.page.getByRole('radio', { name: 'Patient' }).focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await patient.log.getByText('You joined as the doctor').waitFor();
    await keyboard.type('line one');
    await keyboard.press('Shift+Enter');
    await keyboard.type('line two');
    await keyboard.press('Enter');
    await expectTexts(patient, ['line one\nline two']);
    // It is on the page before it is on its way.
    await expect
      .poll(() => server.sends[0])
      .toMatchObject({ sender: 'doctor', content: 'line one\nline two' });
  });

  it('connects, disconnects, and says when a server is out of reach', async () => {
    const patient = await open();
    await patient.page.getByRole('button', { name: 'Connect', exact: true }).click();
    await patient.page.getByText('Connected', { exact: true }).first().waitFor();
    await patient.page.getByRole('button', { name: 'Disconnect' }).click();
    await patient.page.getByText('Not connected', { exact: true }).first().waitFor();
    await patient.page.route('**/socket.io/**', (route) => route.abort());
    await patient.page.getByRole('button', { name: 'Connect', exact: true }).click();
    await patient.page.getByRole('alert').getByText('cannot be reached').waitFor();
  });

  it('counts down near the limit and refuses to send beyond it', async () => {
    const patient = await open();
    await patient.join();
    await patient.draft.fill('🙂'.repeat(3_990));
    await patient.page.getByText('10 characters left').waitFor();
    await patient.draft.fill('x'.repeat(4_012));
    await patient.page.getByText('12 characters too long').waitFor();
    await patient.draft.press('Enter');
    expect(await patient.page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    expect((await patient.draft.inputValue()).length).toBe(4_012);
    expect(server.sends).toEqual([]);
  });

  it('logs every event for developers', async () => {
    const patient = await open();
    await patient.join();
    await patient.page.getByRole('button', { name: 'Event log' }).click();
    server.announceDoctor();
    const panel = patient.page.getByRole('region', { name: 'Event log' });
    await expect
      .poll(() => panel.locator('.event__name').allTextContents())
      .toEqual(['connect', 'join_consultation', 'join_consultation (ack)', 'doctor_ready', 'doctor_ready']);
    await panel.getByText('join_consultation', { exact: true }).click();
    await panel.getByText('"sender": "user"').waitFor();
    await panel.getByRole('button', { name: 'Clear' }).click();
    expect(await panel.locator('.event').count()).toBe(0);
    await patient.page.keyboard.press('Escape');
    expect(await panel.isVisible()).toBe(false);
  });
});
