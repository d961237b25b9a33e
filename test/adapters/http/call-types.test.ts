import { expect, it } from 'vitest';
import type { z } from 'zod';
import type { accessLogEntry } from '../../../src/adapters/http/api/access-log-routes.js';
import type * as consultations from '../../../src/adapters/http/api/consultation-schemas.js';
import type * as doctors from '../../../src/adapters/http/api/doctor-schemas.js';
import type * as calls from '../../../src/protocol/calls.js';
import type { GetMessagesAnswer } from '../../../src/protocol/wire.js';

type Writable<T> = T extends object ? { -readonly [Key in keyof T]: Writable<T[Key]> } : T;
/** Both ways, optional keys included. */
type Equals<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Same<Left, Right> = Equals<Writable<Left>, Writable<Right>>;
/** As it goes through JSON. */
type Sent<T> = T extends Date ? string : T extends object ? { -readonly [Key in keyof T]: Sent<T[Key]> } : T;
type Takes<Schema extends z.ZodType, Given> = Sent<Given> extends z.input<Schema> ? true : false;

type Answers = {
  doctor: Same<z.output<typeof doctors.doctorSchema>, calls.Doctor>;
  availability: Same<z.output<typeof doctors.availabilitySchema>, calls.Availability>;
  consultation: Same<z.output<typeof consultations.consultationSchema>, calls.ConsultationRecord>;
  messages: Same<
    z.output<typeof consultations.messagePage>['messages'][number]['seq'],
    GetMessagesAnswer['messages'][number]['seq']
  >;
  event: Same<z.output<typeof consultations.auditEntry>, calls.AuditEntry>;
  accessLog: Same<z.output<typeof accessLogEntry>, calls.AccessLogEntry>;
};

type Bodies = {
  doctor: Takes<typeof doctors.newDoctor, calls.NewDoctor>;
  schedule: Takes<typeof doctors.newSchedule, calls.NewSchedule>;
  consultation: Takes<typeof consultations.newConsultation, calls.NewConsultation>;
  end: Takes<typeof consultations.newEnd, calls.NewEnd>;
};

type AllTrue<Checked> = { [Name in keyof Checked]: true };
const agreed = <Checked extends AllTrue<Checked>>(checked?: Checked): void => void checked;

it('the schemas of the API and the types of src/protocol/calls.ts say the same, as the compiler knows', () => {
  agreed<Answers>();
  agreed<Bodies>();
  // @ts-expect-error: a field more than the type has.
  agreed<{ planted: Same<{ a: 1; b: 2 }, { a: 1 }> }>();
  // @ts-expect-error: a field too few.
  agreed<{ planted: Takes<typeof doctors.newDoctor, Omit<calls.NewDoctor, 'name'>> }>();
  expect(true).toBe(true);
});
