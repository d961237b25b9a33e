import fc from 'fast-check';
import type { ConsultationCommand } from '../../src/domain/consultation/commands.js';
import type { Sender } from '../../src/domain/consultation/events.js';
import type { DoctorCommand } from '../../src/domain/doctor/commands.js';
import { DAY_MS, HOUR_MS, type Instant } from '../../src/domain/instant.js';
import type { DailyWindow } from '../../src/domain/schedule/date-override.js';
import type { DayOfWeek, WeeklyWindow } from '../../src/domain/schedule/weekly-window.js';
import { isBlank } from '../../src/domain/visible-text.js';

export interface Parties {
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
}

const START: Instant = Date.parse('2026-03-02T12:00:00.000Z');

/** Instants so near each other that equal ones, the one before and the one after all come up. */
export const nearbyInstant: fc.Arbitrary<Instant> = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((ms) => START + ms),
  fc.integer({ min: -48, max: 48 }).map((hours) => START + hours * HOUR_MS),
  fc.integer({ min: -DAY_MS, max: DAY_MS }).map((ms) => START + ms),
);

export const sender: fc.Arbitrary<Sender> = fc.constantFrom('user', 'doctor');

/** Content as the pipeline hands it on: text that UTF-8 can hold, without NUL, trimmed, and it shows something. */
export const storedContent: fc.Arbitrary<string> = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((text) => text.replaceAll('\0', '').trim())
  .filter((text) => !isBlank(text));

const messageIds = fc.uuid({ version: 4 });

/** Every command, at moments around those at which it changes its answer. */
export function consultationCommand(parties: Parties): fc.Arbitrary<ConsultationCommand> {
  const now = nearbyInstant;
  const expiresAt = nearbyInstant;
  const sendMessage = fc.record({
    type: fc.constant('SendMessage' as const),
    now,
    messageId: messageIds,
    sender,
    content: storedContent,
    clientMessageId: fc.option(messageIds),
    doctorIsAvailable: fc.boolean(),
  });
  return fc
    .oneof(
      { weight: 2, arbitrary: fc.record({ type: fc.constant('OpenConsultation' as const), now, expiresAt }) },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant('ExtendConsultation' as const), now, expiresAt }),
      },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('EndConsultation' as const), now }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('ExpireConsultation' as const), now }) },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant('ReopenConsultation' as const), now, expiresAt }),
      },
      { weight: 5, arbitrary: sendMessage },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('MarkRead' as const),
          now,
          reader: sender,
          seq: fc.integer({ min: 0, max: 6 }),
        }),
      },
    )
    .map((command) => (command.type === 'OpenConsultation' ? { ...command, ...parties } : command));
}

const wallTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const someTime = fc.oneof(
  { weight: 20, arbitrary: wallTime },
  { weight: 1, arbitrary: fc.constant('24:00') },
);

const dailyWindow: fc.Arbitrary<DailyWindow> = fc.record({ startTime: someTime, endTime: someTime });
const weeklyWindow: fc.Arbitrary<WeeklyWindow> = fc.record({
  dayOfWeek: fc.constantFrom<DayOfWeek>(0, 1, 2, 3, 4, 5, 6),
  startTime: someTime,
  endTime: someTime,
});
const weeklyWindows = fc.array(weeklyWindow, { maxLength: 4 });
const timeZone = fc.constantFrom('Europe/Vienna', 'UTC', 'Asia/Kathmandu', 'Mars/Olympus');
const personName = fc.oneof(
  { weight: 20, arbitrary: storedContent.filter((text) => !/[\p{Cc}\p{Surrogate}]/u.test(text)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'a\nb') },
);
const date = fc.constantFrom('2026-03-01', '2026-12-24', '2026-12-25', '2026-02-30');

/** Every command, valid ones mostly; few dates and zones, so that repeats and removals hit. */
export function doctorCommand(doctorId: string): fc.Arbitrary<DoctorCommand> {
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('RegisterDoctor' as const),
        doctorId: fc.constant(doctorId),
        name: personName,
        timeZone,
        windows: weeklyWindows,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('PutDoctor' as const),
        doctorId: fc.constant(doctorId),
        name: personName,
        timeZone,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { type: fc.constant('SetSchedule' as const), timeZone, windows: weeklyWindows },
        { requiredKeys: ['type'] },
      ),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('SetDateOverride' as const),
        date,
        windows: fc.array(dailyWindow, { maxLength: 2 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('RemoveDateOverride' as const), date }) },
  );
}
