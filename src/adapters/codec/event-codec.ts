import { z } from 'zod';
import type { DomainEvent } from '../../application/ports/event-store.js';
import { InvariantViolation } from '../../domain/invariant.js';

/** An event in the form in which the log has it. */
export interface StoredShape {
  readonly type: string;
  /** The version of the form of `data`, from 1. */
  readonly schemaVersion: number;
  readonly data: unknown;
}

type EventType = DomainEvent['type'];
type DataOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>['data'];

/** Makes the data of the next version from those of one version. */
type Upcaster = (data: unknown) => unknown;

export interface Shape<Data> {
  /** The schema of the newest version. What it decodes to is what the domain knows. */
  readonly schema: z.ZodType<Data>;
  /** Whether the log has the data as memory has them. Then encoding only checks them, which is many times as fast. */
  readonly isPlain: boolean;
  /**
   * `upcasters[0]` makes version 2 from version 1, and so on. The newest version is therefore one more than their
   * number.
   */
  readonly upcasters: readonly Upcaster[];
}

export interface PlainShape<Data> extends Shape<Data> {
  readonly isPlain: true;
}

/**
 * Statements project these events from their data in the newest version, so the data must be the same as in the
 * domain.
 */
type ProjectedInBulk = 'MessageSent' | 'MessagesRead';

type ShapeOf<Type extends EventType> = Type extends ProjectedInBulk
  ? PlainShape<DataOf<Type>>
  : Shape<DataOf<Type>>;

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
 * The stored shapes. A shape never changes: a change needs a new version, and an upcaster from the version before it.
 * A golden file (`test/adapters/codec/golden`) keeps each version for ever.
 */
export const STORED_SHAPES: { readonly [Type in EventType]: ShapeOf<Type> } = {
  ConsultationOpened: shape(
    z.object({ consultationId, patientId: z.string(), doctorId, expiresAt: instant }),
  ),
  ConsultationExtended: shape(z.object({ consultationId, expiresAt: instant })),
  ConsultationEnded: plainShape(z.object({ consultationId })),
  ConsultationExpired: plainShape(z.object({ consultationId })),
  ConsultationReopened: shape(z.object({ consultationId, expiresAt: instant })),
  MessageSent: plainShape(
    z.object({
      consultationId,
      messageId: z.string(),
      seq: z.int(),
      sender,
      content: z.string(),
      clientMessageId: z.string().nullable(),
    }),
  ),
  MessagesRead: plainShape(z.object({ consultationId, reader: sender, seq: z.int() })),
  DoctorRegistered: plainShape(
    z.object({ doctorId, name: z.string(), timeZone: z.string(), windows: z.array(weeklyWindow) }),
  ),
  DoctorRenamed: plainShape(z.object({ doctorId, name: z.string() })),
  DoctorTimeZoneChanged: plainShape(z.object({ doctorId, timeZone: z.string() })),
  WeeklyWindowsSet: plainShape(z.object({ doctorId, windows: z.array(weeklyWindow) })),
  DateOverrideSet: plainShape(z.object({ doctorId, date: z.string(), windows: z.array(dailyWindow) })),
  DateOverrideRemoved: plainShape(z.object({ doctorId, date: z.string() })),
  PatientRegistered: plainShape(z.object({ patientId: z.string(), name: z.string() })),
  PatientRenamed: plainShape(z.object({ patientId: z.string(), name: z.string() })),
};

/** A shape whose data are stored in another form than memory has them. */
export function shape<Data>(schema: z.ZodType<Data>, upcasters: readonly Upcaster[] = []): Shape<Data> {
  return { schema, isPlain: false, upcasters };
}

/** A shape whose data are text, numbers and lists of these; the schema has no codec. */
export function plainShape<Data>(
  schema: z.ZodType<Data>,
  upcasters: readonly Upcaster[] = [],
): PlainShape<Data> {
  return { schema, isPlain: true, upcasters };
}

/** How the events of a family are stored. */
export interface EventCodec<Event extends { readonly type: string; readonly data: unknown }> {
  /** Each type with its newest version. All earlier versions can be read, too. */
  readonly newestVersions: ReadonlyMap<string, number>;
  /**
   * Encodes in the newest version.
   *
   * @throws {InvariantViolation} for an event whose data are not those of its type.
   */
  encode(event: Event): StoredShape;
  /** @throws {InvariantViolation} for a type or version that this code does not know, or data that do not fit it. */
  decode(stored: StoredShape): Event;
}

export function createEventCodec<Event extends { readonly type: string; readonly data: unknown }>(
  shapes: Readonly<Record<string, Shape<unknown>>>,
): EventCodec<Event> {
  const known = new Map(Object.entries(shapes));
  const newestVersions = new Map(
    [...known].map(([type, shapeOfType]) => [type, newestVersionOf(shapeOfType)] as const),
  );

  return {
    newestVersions,
    encode: ({ type, data }) => {
      const shapeOfType = known.get(type);
      const encoded = shapeOfType === undefined ? undefined : encodeData(shapeOfType, data);
      if (shapeOfType === undefined || encoded?.success !== true) {
        throw new InvariantViolation(`event ${type} does not have its shape`);
      }
      return { type, schemaVersion: newestVersionOf(shapeOfType), data: encoded.data };
    },
    decode: ({ type, schemaVersion, data }) => {
      const shapeOfType = known.get(type);
      const newest = newestVersions.get(type) ?? 0;
      if (
        shapeOfType === undefined ||
        !Number.isInteger(schemaVersion) ||
        schemaVersion < 1 ||
        schemaVersion > newest
      ) {
        throw new InvariantViolation(`event ${type} version ${schemaVersion} is not known here`);
      }
      const { upcasters, schema } = shapeOfType;
      const decoded = schema.safeParse(upcast(upcasters.slice(schemaVersion - 1), data));
      if (!decoded.success) {
        throw new InvariantViolation(`event ${type} version ${schemaVersion} does not have its shape`);
      }
      return { type, data: decoded.data } as Event;
    },
  };
}

function newestVersionOf({ upcasters }: Shape<unknown>): number {
  return upcasters.length + 1;
}

function encodeData({ schema, isPlain }: Shape<unknown>, data: unknown) {
  return isPlain ? schema.safeParse(data) : schema.safeEncode(data);
}

/**
 * Runs the upcasters. If one of them throws, the data become something that no schema accepts, because the error's
 * message may hold content.
 */
function upcast(steps: readonly Upcaster[], data: unknown): unknown {
  try {
    return steps.reduce((older, step) => step(older), data);
  } catch {
    return undefined;
  }
}

export const eventCodec = createEventCodec<DomainEvent>(
  STORED_SHAPES as Readonly<Record<string, Shape<unknown>>>,
);
