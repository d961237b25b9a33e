// In place of the sign-in of your application: who holds which token. Anybody may be anybody here, so it is for this machine.
import { randomUUID } from 'node:crypto';

const SESSION_MS = 60 * 60 * 1_000;
const PEOPLE = new Map([
  ['patient-1', { id: 'patient-1', role: 'patient' }],
  ['doctor-1', { id: 'doctor-1', role: 'doctor' }],
]);
const sessions = new Map();

/** Returns a token for the person, or undefined for a stranger. */
export function signIn(id) {
  const person = PEOPLE.get(id);
  if (person === undefined) return undefined;
  const token = randomUUID();
  sessions.set(token, { ...person, expiresAt: new Date(Date.now() + SESSION_MS) });
  return token;
}

/** What the chat asks for each connection and each request: who is this? */
export async function authenticate({ token }) {
  return sessions.get(token);
}
