import { describe, expect, test } from 'vitest';
import { MAX_PEERS, SILENT_TICKS } from '../../../src/application/peers/membership.js';
import type { News } from '../../../src/application/ports/peers.js';
import { DOCTOR, PATIENT, rosterOf, setUpLink } from './set-up.js';

const ALIVE: News = { type: 'alive', knows: ['own'] };
const stored = (version: number): News => ({
  type: 'stored',
  events: [
    {
      streamId: 'consultation:c-1',
      version,
      event: { type: 'ConsultationEnded', data: { consultationId: 'c-1' } },
      actor: { kind: 'system', id: 'test' },
      occurredAt: 0,
    },
  ],
});

/** Joined, and in touch with the process `other`, at which the patient is present. */
async function inTouch() {
  const it = setUpLink();
  it.link.join();
  await it.hear('other', { type: 'hello' });
  await it.hear('other', ALIVE);
  await it.hear('other', rosterOf(PATIENT));
  await it.tick();
  await it.hear('other', ALIVE);
  it.take();
  it.told.length = 0;
  return it;
}

describe('a process that begins', () => {
  test('asks who is there, and lives audibly every second', async () => {
    const it = setUpLink();
    it.link.join();
    expect(it.take()).toEqual([{ type: 'hello' }]);
    await it.tick(2);
    expect(it.take()).toEqual([
      { type: 'alive', knows: [] },
      { type: 'alive', knows: [] },
    ]);
    expect(it.expected).toEqual([]);
  });

  test('does nothing where it is the only one', async () => {
    const it = setUpLink({ mayHaveStored: () => false });
    await it.link.join()();
    await it.tick(10);
    expect(it.take()).toEqual([]);
  });

  test('tells nobody what happens here while nobody is known to listen', async () => {
    const it = setUpLink();
    it.link.join();
    it.peerSender.moved('arrived', PATIENT);
    it.peerSender.typing(PATIENT, true);
    it.peerSender.stored([]);
    expect(it.typesSent()).toEqual(['hello']);
  });
});

describe('a process that is heard of for the first time', () => {
  test('is named once it is told everything, and hears who is present', async () => {
    let toldFromNowOn = (): void => {};
    const expecting = new Promise<void>((resolve) => {
      toldFromNowOn = resolve;
    });
    const it = setUpLink({ expectListeners: () => expecting });
    it.link.join();
    it.here.push(PATIENT, DOCTOR);
    await it.hear('other', { type: 'hello' });
    await it.tick();
    expect(it.take()).toEqual([{ type: 'hello' }, { type: 'alive', knows: [] }, { type: 'hello' }]);
    toldFromNowOn();
    await it.tick(0);
    expect(it.take()).toEqual([{ type: 'alive', knows: ['other'] }, rosterOf(PATIENT, DOCTOR)]);
    expect(it.metrics.read('peers_alive')).toBe(1);
    expect(it.logger.entries).toContainEqual({
      level: 'info',
      event: 'peer.joined',
      fields: { peerId: 'other' },
    });
  });

  test('is answered again where the engine could not say from when on it is told', async () => {
    let isBroken = true;
    const it = setUpLink({
      expectListeners: async () => {
        if (isBroken) throw new Error('the engine is gone');
      },
    });
    it.link.join();
    await it.hear('other', { type: 'hello' });
    isBroken = false;
    it.take();
    await it.hear('other', { type: 'hello' });
    expect(it.take()).toEqual([{ type: 'alive', knows: ['other'] }, rosterOf()]);
    expect(it.logger.entries.map(({ event }) => event)).toContain('peers.failed');
  });

  test('may have stored what was not told, until it names this one', async () => {
    const it = setUpLink();
    it.link.join();
    await it.hear('other', { type: 'alive', knows: [] });
    expect(it.told).toEqual([]);
    await it.hear('other', ALIVE);
    await it.hear('other', ALIVE);
    expect(it.told).toEqual(['missed']);
    await it.hear('other', { type: 'alive', knows: ['third'] });
    await it.hear('other', ALIVE);
    expect(it.told).toEqual(['missed', 'missed']);
  });

  test('is one too many beyond the limit, which is logged once', async () => {
    const it = setUpLink();
    it.link.join();
    for (let index = 0; index < MAX_PEERS + 2; index += 1) await it.hear(`other-${index}`, rosterOf(PATIENT));
    expect(it.metrics.read('peers_alive')).toBe(MAX_PEERS);
    expect(it.elsewhere.has(PATIENT, `other-${MAX_PEERS}`)).toBe(false);
    expect(it.logger.entries.filter(({ event }) => event === 'peers.too_many')).toHaveLength(1);
  });
});

describe('what a process says', () => {
  test('is acted on in its order, and once', async () => {
    const it = await inTouch();
    await it.hear('other', stored(2));
    await it.hear('other', stored(3));
    it.hearAgain('other', 5, stored(2));
    it.hearAgain('other', 6, stored(3));
    await it.hear('other', { type: 'moved', streams: [{ streamId: 'doctor:d-1', version: 2 }] });
    expect(it.told).toEqual(['stored 2', 'stored 3', 'moved doctor:d-1']);
    expect(it.metrics.counted('peer_gaps_total')).toBe(0);
  });

  test('is missed where a number is: what was stored is looked up, and who is present is asked until it is known', async () => {
    const it = await inTouch();
    await it.hear('other', stored(3), 1);
    expect(it.told).toEqual(['missed', 'stored 3']);
    expect(it.typesSent()).toEqual(['hello']);
    await it.tick();
    await it.hear('other', { type: 'roster', part: 1, parts: 2, people: [] });
    await it.hear('other', { type: 'roster', part: 2, parts: 2, people: [] }, 1);
    await it.tick();
    expect(it.typesSent()).toEqual(['alive', 'hello', 'alive', 'hello']);
    await it.hear('other', rosterOf(PATIENT));
    await it.tick();
    expect(it.typesSent()).toEqual(['alive']);
    expect(it.told).toEqual(['missed', 'stored 3', 'missed']);
    expect(it.metrics.counted('peer_gaps_total')).toBe(2);
  });

  test('of the store has no number, and belongs to nobody who has to be known', async () => {
    const it = setUpLink();
    it.link.join();
    it.hearAgain('other', null, stored(2));
    it.hearAgain('own', null, stored(3));
    expect(it.told).toEqual(['stored 2']);
    expect(it.metrics.read('peers_alive')).toBe(0);
  });

  test('stops nothing where it cannot be dealt with', async () => {
    const it = await inTouch();
    const broken = { type: 'stored' } as unknown as News;
    await it.hear('other', broken);
    await it.hear('other', stored(2));
    // What else it had said may have been more.
    expect(it.told).toEqual(['missed', 'stored 2']);
    expect(it.logger.entries.map(({ event }) => event)).toContain('peers.failed');
  });

  test('of what is new to this version is no hole; whether something was stored is looked up, once a tick', async () => {
    const it = await inTouch();
    for (let count = 0; count < 3; count += 1) await it.hear('other', { type: 'unknown' });
    await it.hear('other', stored(2));
    expect(it.told).toEqual(['stored 2']);
    await it.tick();
    expect(it.told).toEqual(['stored 2', 'missed']);
    it.hearAgain('other', null, { type: 'unknown' });
    await it.tick(2);
    expect(it.told).toEqual(['stored 2', 'missed', 'missed']);
    expect(it.typesSent()).toEqual(['alive', 'alive', 'alive']);
    expect(it.metrics.counted('peer_gaps_total')).toBe(0);
  });

  test('may all have been missed where the link was cut', async () => {
    const it = await inTouch();
    it.interrupted();
    expect(it.told).toEqual(['missed']);
    expect(it.typesSent()).toEqual(['hello']);
    await it.tick();
    expect(it.typesSent()).toEqual(['alive', 'hello']);
    expect(it.metrics.counted('peer_gaps_total')).toBe(1);
  });
});

describe('who is present at another process', () => {
  test('comes and goes as it tells', async () => {
    const it = await inTouch();
    await it.hear('other', { type: 'arrived', person: DOCTOR });
    await it.hear('other', { type: 'typing', person: DOCTOR, isTyping: true });
    await it.hear('other', { type: 'left', person: DOCTOR });
    await it.hear('other', { type: 'typing', person: DOCTOR, isTyping: true });
    await it.hear('other', { type: 'left', person: DOCTOR });
    expect(it.told).toEqual(['arrived doctor-1', 'typing other doctor-1 true', 'left other doctor-1']);
  });

  test('arrives once, at however many processes', async () => {
    const it = await inTouch();
    await it.hear('third', { type: 'arrived', person: PATIENT });
    await it.hear('other', { type: 'left', person: PATIENT });
    expect(it.told).toEqual(['left other patient-1']);
    expect(it.elsewhere.has(PATIENT)).toBe(true);
  });

  test('is corrected by a roster without a flicker', async () => {
    const it = await inTouch();
    await it.hear('other', { type: 'arrived', person: DOCTOR }, 1);
    await it.hear('other', { type: 'roster', part: 1, parts: 2, people: [PATIENT] });
    expect(it.told).toEqual(['missed', 'arrived doctor-1']);
    await it.hear('other', { type: 'roster', part: 2, parts: 2, people: [] });
    expect(it.told).toEqual(['missed', 'arrived doctor-1', 'left other doctor-1']);
  });

  test('is told again to whoever asks, once a tick however often', async () => {
    const it = await inTouch();
    await it.tick();
    it.take();
    it.here.push(PATIENT);
    for (let asked = 0; asked < 3; asked += 1) await it.hear('other', { type: 'hello' });
    expect(it.typesSent().filter((type) => type === 'roster')).toHaveLength(1);
    await it.tick();
    expect(it.take()).toEqual([{ type: 'alive', knows: ['other'] }, rosterOf(PATIENT)]);
    await it.tick();
    expect(it.typesSent()).toEqual(['alive']);
  });
});

describe('a process that goes', () => {
  test('takes its people along when it has been silent for too long', async () => {
    const it = await inTouch();
    await it.tick(SILENT_TICKS - 1);
    expect(it.told).toEqual([]);
    await it.tick();
    expect(it.told).toEqual(['left other patient-1', 'missed']);
    expect(it.expected).toEqual([true, false]);
    expect(it.logger.entries.at(-1)).toMatchObject({
      event: 'peer.gone',
      fields: { peerId: 'other', reason: 'silent' },
    });
  });

  test('is new when it is heard of again, and whoever was there comes back', async () => {
    const it = await inTouch();
    await it.tick(SILENT_TICKS);
    it.told.length = 0;
    it.take();
    await it.hear('other', ALIVE);
    expect(it.take()).toEqual([{ type: 'alive', knows: ['other'] }, rosterOf()]);
    await it.hear('other', rosterOf(PATIENT));
    expect(it.told).toEqual(['missed', 'arrived patient-1']);
    expect(it.expected).toEqual([true, false, true]);
  });

  test('is gone at once when it says goodbye, and for good', async () => {
    const it = await inTouch();
    await it.hear('other', { type: 'goodbye' });
    expect(it.told).toEqual(['left other patient-1', 'missed']);
    await it.hear('other', { type: 'arrived', person: PATIENT });
    expect(it.metrics.read('peers_alive')).toBe(0);
    expect(it.told).toHaveLength(2);
    expect(it.logger.entries.at(-1)).toMatchObject({ event: 'peer.gone', fields: { reason: 'goodbye' } });
  });

  test('is not thought to be gone by a process that was frozen itself', async () => {
    const it = await inTouch();
    for (let minute = 0; minute < 10; minute += 1) {
      // The process does not run, so its ticks do not come: at the first one much time has passed.
      it.stepClock(60_000);
      await it.tick();
      await it.hear('other', ALIVE);
    }
    expect(it.metrics.read('peers_alive')).toBe(1);
  });

  test('says goodbye as the last thing, and hears nothing any more', async () => {
    const it = setUpLink();
    const leave = it.link.join();
    await it.hear('other', { type: 'hello' });
    it.take();
    await leave();
    await it.hear('other', { type: 'hello' });
    it.interrupted();
    await it.tick(3);
    it.peerSender.moved('arrived', PATIENT);
    expect(it.take()).toEqual([{ type: 'goodbye' }]);
  });
});

describe('a process is in doubt', () => {
  const HOUR_TICKS = 3_600;
  /** In touch, and hears itself as well. */
  async function beat(it: ReturnType<typeof setUpLink>, isOtherAlive: boolean): Promise<void> {
    await it.tick();
    it.hearAgain('own', 1, ALIVE);
    if (isOtherAlive) await it.hear('other', ALIVE);
  }

  test('while it does not hear even itself', async () => {
    const it = await inTouch();
    for (let tick = 0; tick < SILENT_TICKS; tick += 1) await beat(it, true);
    expect(it.link.isInDoubt()).toBe(false);
    for (let tick = 0; tick < SILENT_TICKS; tick += 1) {
      await it.tick();
      await it.hear('other', ALIVE);
    }
    expect(it.link.isInDoubt()).toBe(true);
    await beat(it, true);
    expect(it.link.isInDoubt()).toBe(false);
  });

  test('while another one is gone without a word, until it is back or has been away for long', async () => {
    const it = await inTouch();
    for (let tick = 0; tick < SILENT_TICKS; tick += 1) await beat(it, false);
    expect(it.link.isInDoubt()).toBe(true);
    await beat(it, true);
    expect(it.link.isInDoubt()).toBe(false);
    for (let tick = 0; tick < SILENT_TICKS; tick += 1) await beat(it, false);
    expect(it.link.isInDoubt()).toBe(true);
    for (let tick = 0; tick <= HOUR_TICKS; tick += 1) await beat(it, false);
    expect(it.link.isInDoubt()).toBe(false);
  });

  test('while more serve the database than are heard, twice in a row, which is logged once', async () => {
    const it = await inTouch();
    const told = () => it.logger.entries.filter(({ event }) => /unheard|all_heard/.test(event));
    // Somebody starts, and has not been heard yet.
    for (const serving of [2, 3, 2, 3]) it.link.counted(serving);
    expect([it.link.isInDoubt(), told()]).toEqual([false, []]);
    for (const serving of [3, 4]) it.link.counted(serving);
    expect(it.link.isInDoubt()).toBe(true);
    expect(it.metrics.read('peers_unheard')).toBe(1);
    it.link.counted(2);
    expect(it.link.isInDoubt()).toBe(false);
    expect(told()).toMatchObject([
      { level: 'warn', event: 'peers.unheard', fields: { unheard: 1, serving: 3 } },
      { level: 'info', event: 'peers.all_heard', fields: { serving: 2 } },
    ]);
    // Before it has joined, a process hears of nobody.
    const early = setUpLink();
    for (const serving of [2, 2]) early.link.counted(serving);
    expect(early.link.isInDoubt()).toBe(false);
  });

  test('not where the other one has said goodbye, nor where there can be none', async () => {
    const it = await inTouch();
    await it.hear('other', { type: 'goodbye' });
    await beat(it, false);
    expect(it.link.isInDoubt()).toBe(false);
    const alone = setUpLink({ mayHaveStored: () => false });
    alone.link.join();
    await alone.tick(SILENT_TICKS + 1);
    expect(alone.link.isInDoubt()).toBe(false);
  });
});

describe('the lag', () => {
  /** The `alive` of the first tick has the number 2. */
  async function saidAlive() {
    const it = setUpLink();
    it.link.join();
    await it.tick();
    return { ...it, echo: (number: number) => it.hearAgain('own', number, ALIVE) };
  }

  test('is that of the last word which came back', async () => {
    const { advance, echo, metrics } = await saidAlive();
    await advance(40);
    echo(2);
    expect(metrics.read('peer_lag_ms')).toBe(40);
  });

  test('is seen when it is longer than a tick, and falls again', async () => {
    const { tick, echo, metrics } = await saidAlive();
    await tick(3);
    echo(2);
    expect(metrics.read('peer_lag_ms')).toBe(3_000);
    echo(3);
    echo(4);
    echo(5);
    await tick();
    echo(6);
    expect(metrics.read('peer_lag_ms')).toBe(0);
  });

  test('grows while nothing comes back, and forgets what never will', async () => {
    const { tick, echo, metrics } = await saidAlive();
    echo(2);
    await tick(5);
    expect(metrics.read('peer_lag_ms')).toBe(4_000);
    echo(7);
    expect(metrics.read('peer_lag_ms')).toBe(0);
  });
});
