import type { Sender } from '../protocol/wire.js';
import type { ConnectionPhase, JoinTarget } from './connection-port.js';
import { demoConsultations } from './demo-consultations.js';
import { byId, element, showText } from './dom.js';
import { type PageAddress, writePageAddress } from './page-address.js';

export interface SessionActions {
  /** Also with another token while there is a connection. */
  connect(serverUrl: string, token: string): void;
  disconnect(): void;
  join(target: JoinTarget): void;
  leave(): void;
}

export type RoomState = 'outside' | 'entering' | 'inside';

export interface SessionView {
  /** What the forms say now. `server` is never empty; `token` is, for none, and stands nowhere but in its field. */
  read(): { readonly target: JoinTarget; readonly server: string; readonly token: string };
  showPhase(phase: ConnectionPhase): void;
  showRoom(state: RoomState): void;
  /** Beside the consultation field, which gets the focus. An empty sentence takes it away. */
  showJoinProblem(sentence: string): void;
  showConnectionProblem(sentence: string): void;
  /** Beside the token field. An empty sentence takes it away. */
  showTokenProblem(sentence: string): void;
  /** Puts the token field before whoever has nothing else to do here. */
  askForToken(): void;
  /** On a narrow screen the forms and the conversation share one place. */
  showSetup(open: boolean): void;
}

const phaseWords: Readonly<Record<ConnectionPhase, { readonly tone: string; readonly text: string }>> = {
  offline: { tone: 'quiet', text: 'Not connected' },
  'signed-out': { tone: 'quiet', text: 'Not signed in' },
  connecting: { tone: 'waiting', text: 'Connecting…' },
  online: { tone: 'good', text: 'Connected' },
  reconnecting: { tone: 'waiting', text: 'Connection lost, trying again…' },
};
const consultationIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const badIdSentence = 'A consultation id has 1 to 64 letters, digits, hyphens or underscores.';

export function createSessionView(address: PageAddress, actions: SessionActions): SessionView {
  const app = byId('app', HTMLElement);
  const consultation = byId('consultation-id', HTMLInputElement);
  const roleField = byId('role-field', HTMLFieldSetElement);
  const server = byId('server-url', HTMLInputElement);
  const token = byId('access-token', HTMLInputElement);
  const [join, leave] = [byId('join', HTMLButtonElement), byId('leave', HTMLButtonElement)];
  const [connect, disconnect] = [byId('connect', HTMLButtonElement), byId('disconnect', HTMLButtonElement)];
  const [openSetup, closeSetup] = [
    byId('open-setup', HTMLButtonElement),
    byId('close-setup', HTMLButtonElement),
  ];

  const chosenRole = (): Sender =>
    document.querySelector<HTMLInputElement>('input[name="role"]:checked')?.value === 'doctor'
      ? 'doctor'
      : 'user';

  let phase: ConnectionPhase = 'offline';
  /** Written since the last time that it was used. */
  let isTokenNew = false;

  function read(): { target: JoinTarget; server: string; token: string } {
    const target = { consultationId: consultation.value.trim(), sender: chosenRole() };
    return { target, server: server.value.trim() || location.origin, token: token.value.trim() };
  }

  /** What follows from the fields: the hint, the colours of the role, the link to the other side. */
  function follow(): void {
    const { target } = read();
    const demo = demoConsultations.find(({ id }) => id === target.consultationId);
    byId('consultation-hint', HTMLElement).textContent = demo?.label ?? 'Not one of the demo consultations';
    document.documentElement.dataset['role'] = target.sender;
    const other: Sender = target.sender === 'doctor' ? 'user' : 'doctor';
    const link = byId('other-side', HTMLAnchorElement);
    link.textContent = `Open the ${other === 'doctor' ? 'doctor' : 'patient'}’s side in a new tab`;
    const serverUrl = read().server === location.origin ? '' : read().server;
    link.href = writePageAddress({ ...target, sender: other, serverUrl, joinAtOnce: true });
  }

  function showJoinProblem(sentence: string): void {
    showText(byId('join-error', HTMLElement), sentence);
    consultation.setAttribute('aria-invalid', String(sentence !== ''));
    if (sentence === '') return;
    showSetup(true);
    consultation.focus();
  }

  function showTokenProblem(sentence: string): void {
    showText(byId('token-error', HTMLElement), sentence);
    token.setAttribute('aria-invalid', String(sentence !== ''));
  }

  function showConnectionControls(): void {
    const isAtRest = phase === 'offline' || phase === 'signed-out';
    connect.hidden = !isAtRest && !isTokenNew;
    connect.textContent = isAtRest ? 'Connect' : 'Use this token';
    disconnect.hidden = isAtRest;
    server.readOnly = !isAtRest;
  }

  function tokenIsUsed(): void {
    isTokenNew = false;
    showTokenProblem('');
    showConnectionControls();
  }

  function showSetup(open: boolean): void {
    app.dataset['setup'] = open ? 'open' : 'closed';
    openSetup.setAttribute('aria-expanded', String(open));
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
  byId('session-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (join.disabled || join.hidden) return;
    const { target } = read();
    showJoinProblem(consultationIdPattern.test(target.consultationId) ? '' : badIdSentence);
    if (!consultationIdPattern.test(target.consultationId)) return;
    tokenIsUsed();
    actions.join(target);
  });
  byId('server-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (connect.hidden) return;
    tokenIsUsed();
    actions.connect(read().server, read().token);
  });
  token.addEventListener('input', () => {
    isTokenNew = true;
    showConnectionControls();
  });
  leave.addEventListener('click', () => actions.leave());
  disconnect.addEventListener('click', () => {
    actions.disconnect();
    connect.focus();
  });
  openSetup.addEventListener('click', () => {
    showSetup(true);
    closeSetup.focus();
  });
  closeSetup.addEventListener('click', () => {
    showSetup(false);
    openSetup.focus();
  });

  return {
    read,
    showPhase(next) {
      phase = next;
      const { tone, text } = phaseWords[phase];
      byId('connection-dot', HTMLElement).dataset['tone'] = tone;
      showText(byId('connection-text', HTMLElement), text);
      showConnectionControls();
    },
    showRoom(state) {
      join.hidden = state === 'inside';
      join.disabled = state === 'entering';
      join.textContent = state === 'entering' ? 'Joining…' : 'Join';
      leave.hidden = state === 'outside';
      leave.textContent = state === 'entering' ? 'Cancel' : 'Leave';
      roleField.disabled = state !== 'outside';
      consultation.readOnly = state !== 'outside';
      closeSetup.hidden = state !== 'inside';
    },
    showJoinProblem,
    showConnectionProblem: (sentence) => showText(byId('connection-error', HTMLElement), sentence),
    showTokenProblem,
    askForToken() {
      showSetup(true);
      token.focus();
    },
    showSetup,
  };
}
