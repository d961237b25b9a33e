import type { Sender } from '../protocol/wire.js';
import { otherSide } from '../room/other-side.js';
import type { JoinTarget } from './connection-port.js';
import { demoConsultations } from './demo-consultations.js';
import { byId, element } from './dom.js';
import { type PageAddress, writePageAddress } from './page-address.js';

/** The fields in which somebody says what to join, as whom, where, and with which token. */
export interface SessionForm {
  readonly consultation: HTMLInputElement;
  readonly roles: HTMLFieldSetElement;
  readonly server: HTMLInputElement;
  readonly token: HTMLInputElement;
  /** `server` is never empty. `token` is empty for none, and is kept only in its field. */
  read(): { readonly target: JoinTarget; readonly server: string; readonly token: string };
}

export function createSessionForm(address: PageAddress): SessionForm {
  const consultation = byId('consultation-id', HTMLInputElement);
  const server = byId('server-url', HTMLInputElement);
  const token = byId('access-token', HTMLInputElement);

  function read(): ReturnType<SessionForm['read']> {
    const target = { consultationId: consultation.value.trim(), sender: chosenRole() };
    return { target, server: server.value.trim() || location.origin, token: token.value.trim() };
  }

  /** Updates everything that follows from the fields: the hint, the colours of the role, the link to the other side. */
  function follow(): void {
    const { target } = read();
    const demo = demoConsultations.find(({ id }) => id === target.consultationId);
    byId('consultation-hint', HTMLElement).textContent = demo?.label ?? 'Not one of the demo consultations';
    document.documentElement.dataset['role'] = target.sender;
    const other: Sender = otherSide(target.sender);
    const link = byId('other-side', HTMLAnchorElement);
    link.textContent = `Open the ${other === 'doctor' ? 'doctor' : 'patient'}’s side in a new tab`;
    const serverUrl = read().server === location.origin ? '' : read().server;
    link.href = writePageAddress({ ...target, sender: other, serverUrl, joinAtOnce: true });
  }

  for (const demo of demoConsultations) {
    const option = element('option', '', demo.label);
    option.value = demo.id;
    byId('demo-consultations', HTMLDataListElement).append(option);
  }
  consultation.value = address.consultationId;
  server.value = address.serverUrl || location.origin;
  const role = document.querySelector<HTMLInputElement>(`input[name="role"][value="${address.sender}"]`);
  if (role !== null) role.checked = true;
  follow();

  for (const id of ['session-form', 'server-form'])
    byId(id, HTMLFormElement).addEventListener('input', follow);

  return { consultation, roles: byId('role-field', HTMLFieldSetElement), server, token, read };
}

function chosenRole(): Sender {
  const chosen = document.querySelector<HTMLInputElement>('input[name="role"]:checked');
  return chosen?.value === 'doctor' ? 'doctor' : 'user';
}
