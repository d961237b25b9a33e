import { z } from 'zod';
import type { DomainEvent } from '../../application/ports/event-store.js';
import { InvariantViolation } from '../../domain/invariant.js';

/** An event as it lies in the log. */
export interface StoredShape {
  readonly type: string;
  /** The version of the shape of `data`, from 1. */
  readonly schemaVersion: number;
  readonly data: unknown;
}

type EventType = DomainEvent['type'];
type DataOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>['data'];

/** Makes of the data of one version that of the next. */
type Upcaster = (data: unknown) => unknown;

interface Shape<Data> {
  readonly schema: z.ZodType<Data>;
  /** `upcasters[0]` makes version 2 of version 1, and so on; the newest version is one more than their number. */
  readonly upcasters: readonly Upcaster[];
}

const instant = z.codec(z.iso.datetime(), z.int(), {
  decode: (text) => Date.parse(text),
  encode: (milliseconds) => new Date(milliseconds).toISOString(),
});
const sender = z.enum(['user', 'doctor']);
const dailyWindow = z.object({ startTime: z.string(), endTime: z.string() });
const dayOfWeek = z.literal([0, 1, 2, 3, 4, 5, 6]);
const weeklyWindow = z.object({ dayOfWeek, startTime: z.string(), endTime: z.string() });
const consultationId = z.string();
const doctorId = z.string();

/**
 * A stored shape never changes: a new one gets a new version and an upcaster from the one before it, and a golden file
 * (`test/adapters/prisma/golden`) holds each version for ever.
 */
const SHAPES: { readonly [Type in EventType]: Shape<DataOf<Type>> } = {
  ConsultationOpened: shape(
    z.object({ consultationId, patientId: z.string(), doctorId, expiresAt: instant }),
  ),
  ConsultationExtended: shape(z.object({ consultationId, expiresAt: instant })),
  ConsultationEnded: shape(z.object({ consultationId })),
  ConsultationExpired: shape(z.object({ consultationId })),
  ConsultationReopened: shape(z.object({ consultationId, expiresAt: instant })),
  MessageSent: shape(
    z.object({
      consultationId,
      messageId: z.string(),
      seq: z.int(),
      sender,
      content: z.string(),
      clientMessageId: z.string().nullable(),
    }),
  ),
  DoctorRegistered: shape(
    z.object({ doctorId, name: z.string(), timeZone: z.string(), windows: z.array(weeklyWindow) }),
  ),
  DoctorTimeZoneChanged: shape(z.object({ doctorId, timeZone: z.string() })),
  WeeklyWindowsSet: shape(z.object({ doctorId, windows: z.array(weeklyWindow) })),
  DateOverrideSet: shape(z.object({ doctorId, date: z.string(), windows: z.array(dailyWindow) })),
  DateOverrideRemoved: shape(z.object({ doctorId, date: z.string() })),
  PatientRegistered: shape(z.object({ patientId: z.string(), name: z.string() })),
};

function shape<Data>(schema: z.ZodType<Data>, upcasters: readonly Upcaster[] = []): Shape<Data> {
  return { schema, upcasters };
}

export const EVENT_TYPES: readonly string[] = Object.keys(SHAPES);

export function encodeEvent(event: DomainEvent): StoredShape {
  const { schema, upcasters } = SHAPES[event.type];
  return {
    type: event.type,
    schemaVersion: upcasters.length + 1,
    data: z.encode(schema as z.ZodType, event.data),
  };
}

/** @throws {InvariantViolation} for a type or version that this code does not know, or data that is not of it. */
export function decodeEvent(stored: StoredShape): DomainEvent {
  const { type, schemaVersion, data } = stored;
  const known = isEventType(type) ? SHAPES[type] : undefined;
  const newest = (known?.upcasters.length ?? -1) + 1;
  if (known === undefined || schemaVersion < 1 || schemaVersion > newest) {
    throw new InvariantViolation(`event ${type} version ${schemaVersion} is not known here`);
  }
  const upcast = known.upcasters.slice(schemaVersion - 1).reduce((older, step) => step(older), data);
  const decoded = known.schema.safeParse(upcast);
  if (!decoded.success) {
    throw new InvariantViolation(`event ${type} version ${schemaVersion} does not have its shape`);
  }
  return { type, data: decoded.data } as DomainEvent;
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(SHAPES, type);
}
