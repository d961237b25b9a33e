import { SignJWT } from 'jose';
import { withBackOffice } from '../../test/e2e/back-office.js';
import { openConsultation } from '../../test/support/clinic.js';
import type { Member, Room } from '../generator/commands.js';

/** The key with which the tokens for these servers are signed. */
export const SECRET = 'the-benchmark-signs-with-this-key-of-its-own';

const CONSULTATIONS_PER_DOCTOR = 10;
const AT_ONCE = 50;
const DAY_MS = 86_400_000;
const TOKEN_HOURS = 12;

/** Consultations `<prefix>-0` and so on. Each has a patient of its own; a doctor has ten of them. */
export interface Clinic {
  readonly prefix: string;
  readonly consultations: number;
}

/** Opens the consultations in the database for a day, with doctors who are always on duty. */
export async function openClinic(databaseUrl: string, { prefix, consultations }: Clinic): Promise<void> {
  await withBackOffice(databaseUrl, async ({ application }) => {
    const expiresAt = Date.now() + DAY_MS;
    for (let from = 0; from < consultations; from += AT_ONCE) {
      const some = Array.from(
        { length: Math.min(AT_ONCE, consultations - from) },
        (_, index) => from + index,
      );
      await Promise.all(
        some.map((index) => openConsultation(application, { ...peopleOf(prefix, index), expiresAt })),
      );
    }
  });
}

function peopleOf(prefix: string, index: number) {
  return {
    consultationId: `${prefix}-${index}`,
    patientId: `patient-${prefix}-${index}`,
    doctorId: `doctor-${prefix}-${Math.floor(index / CONSULTATIONS_PER_DOCTOR)}`,
  };
}

/**
 * The rooms of the consultations with so many devices each, the patient's and the doctor's in turn, each with a
 * token.
 */
export async function roomsOf({ prefix, consultations }: Clinic, devices: number): Promise<Room[]> {
  const key = new TextEncoder().encode(SECRET);
  const tokens = new Map<string, string>();
  const tokenOf = async (sub: string, role: 'patient' | 'doctor'): Promise<string> => {
    const known = tokens.get(sub);
    if (known !== undefined) return known;
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setExpirationTime(`${TOKEN_HOURS}h`)
      .sign(key);
    tokens.set(sub, token);
    return token;
  };
  const rooms: Room[] = [];
  for (let index = 0; index < consultations; index += 1) {
    const { consultationId, patientId, doctorId } = peopleOf(prefix, index);
    const patient: Member = { sender: 'user', token: await tokenOf(patientId, 'patient') };
    const doctor: Member = { sender: 'doctor', token: await tokenOf(doctorId, 'doctor') };
    const members = Array.from({ length: devices }, (_, device) => (device % 2 === 0 ? patient : doctor));
    rooms.push({ consultationId, members });
  }
  return rooms;
}

/** The same people for a server that asks nobody who they are. */
export function withoutTokens(rooms: readonly Room[]): Room[] {
  return rooms.map(({ consultationId, members }) => ({
    consultationId,
    members: members.map(({ sender }) => ({ sender, token: null })),
  }));
}
