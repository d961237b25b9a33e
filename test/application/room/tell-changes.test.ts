import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation, ROUND_THE_CLOCK } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

/** More rooms than are told before other work gets a turn. */
const ROOMS = 600;

interface BusyDoctor {
  readonly chat: MemoryApplication;
  /** The rooms that have heard that the doctor has gone off duty. */
  readonly told: Set<string>;
  /** Ends the turns that other work was given. */
  giveTurnsBack(): void;
}

/** Patients wait for one doctor in more rooms than are told at once. Other turns end by `giveTurnsBack`. */
async function busyDoctor(isFaulty = false): Promise<BusyDoctor> {
  const told = new Set<string>();
  const waiting: (() => void)[] = [];
  const chat = openMemoryApplication({
    decorate: ({ broadcaster, scheduler }) => ({
      scheduler: { ...scheduler, yield: () => new Promise<void>((resolve) => waiting.push(resolve)) },
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          if (notification.type === 'doctor_away') {
            if (isFaulty) throw new Error('nobody can be told');
            told.add(consultationId);
          }
          broadcaster.publish(consultationId, notification, except);
        },
      },
    }),
  });
  const expiresAt = chat.time.clock.now() + DAY_MS;
  for (let room = 0; room < ROOMS; room += 1) {
    const consultationId = `consultation-${room}`;
    await openConsultation(chat.application, { consultationId, expiresAt, windows: ROUND_THE_CLOCK });
    await chat.connect(`patient-${room}`).join({ consultationId, sender: 'user', after: null });
  }
  const giveTurnsBack = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { chat, told, giveTurnsBack };
}

function closeSchedule({ application }: MemoryApplication) {
  return application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
}

describe('those who wait for a doctor whose schedule has changed', () => {
  it('are told after the answer to whoever has changed it', async () => {
    const { chat, told, giveTurnsBack } = await busyDoctor();

    expect(await closeSchedule(chat)).toMatchObject({ outcome: 'done' });
    expect(told.size).toBeLessThan(ROOMS);
    giveTurnsBack();
    await chat.application.jobs.stopAnnouncing();
    expect(told.size).toBe(ROOMS);
  });

  it('have all been told once announcing has stopped', async () => {
    const { chat, told, giveTurnsBack } = await busyDoctor();
    await closeSchedule(chat);
    const stopped = chat.application.jobs.stopAnnouncing().then(() => told.size);
    giveTurnsBack();

    expect(await stopped).toBe(ROOMS);
  });

  it('may not be reached, which is logged and takes nothing back', async () => {
    const { chat } = await busyDoctor(true);

    expect(await closeSchedule(chat)).toMatchObject({
      outcome: 'done',
      value: { schedule: { windows: [] } },
    });
    await chat.application.jobs.stopAnnouncing();
    expect(chat.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'availability.failed', fields: { doctorId: 'doctor-1' } }),
    );
  });
});

describe('those who are present in a consultation that is reopened', () => {
  it('may not be reached, which is logged and takes nothing back', async () => {
    const chat = openMemoryApplication({
      decorate: ({ broadcaster }) => ({
        broadcaster: {
          ...broadcaster,
          publish: (consultationId, notification, except) => {
            if (notification.type === 'doctor_ready') throw new Error('nobody can be told');
            broadcaster.publish(consultationId, notification, except);
          },
        },
      }),
    });
    const { application, time } = chat;
    const expiresAt = time.clock.now() + DAY_MS;
    await openConsultation(application, { consultationId: 'c-1', expiresAt, windows: ROUND_THE_CLOCK });
    await application.administration.endConsultation(ADMIN, 'c-1');
    await chat.connect('patient-1').join({ consultationId: 'c-1', sender: 'user', after: null });

    expect(await application.administration.reopenConsultation(ADMIN, 'c-1', expiresAt)).toMatchObject({
      outcome: 'done',
      value: { status: 'open' },
    });
    await application.jobs.stopAnnouncing();
    expect(chat.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'availability.failed', fields: { doctorId: 'doctor-1' } }),
    );
  });
});

describe('those present who were not told, because the store’s answer got lost,', () => {
  async function lostExtension() {
    let isAnswerLost = false;
    const chat = openMemoryApplication({
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: async (request) => {
            const outcome = await eventStore.append(request);
            if (isAnswerLost) throw new Error('the answer was lost');
            return outcome;
          },
        },
      }),
    });
    const { application, time, broadcaster } = chat;
    const expiresAt = time.clock.now() + DAY_MS;
    await openConsultation(application, { consultationId: 'c-1', expiresAt, windows: ROUND_THE_CLOCK });
    await application.administration.endConsultation(ADMIN, 'c-1');
    await chat.connect('patient-1').join({ consultationId: 'c-1', sender: 'user', after: null });
    isAnswerLost = true;
    await expect(
      application.administration.reopenConsultation(ADMIN, 'c-1', expiresAt + DAY_MS),
    ).rejects.toThrow('the answer was lost');
    isAnswerLost = false;
    const heard = () => broadcaster.inbox('patient-1').map(({ type }) => type);
    expect(heard()).toEqual([]);
    return { ...chat, heard };
  }

  it('hear of it once, at the next announcement of heads', async () => {
    const { application, heard } = await lostExtension();
    await application.jobs.announceHeads();
    await application.jobs.announceHeads();
    await application.jobs.stopAnnouncing();
    expect(heard()).toEqual(['consultation_updated', 'doctor_ready']);
  });

  it('hear of it when somebody joins', async () => {
    const { application, connect, heard } = await lostExtension();
    await connect('doctor-1').join({ consultationId: 'c-1', sender: 'doctor', after: null });
    await application.jobs.stopAnnouncing();
    expect(heard()).toEqual(['user_joined', 'consultation_updated', 'doctor_ready']);
  });
});
