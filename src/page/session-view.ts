import type { ConnectionPhase } from '../room/connection-phase.js';
import { createConnectionControls } from './connection-controls.js';
import type { JoinTarget } from './connection-port.js';
import { byId, showText } from './dom.js';
import type { PageAddress } from './page-address.js';
import { createSessionForm } from './session-form.js';
import { createSetupPanel } from './setup-panel.js';

export interface SessionActions {
  /** Also called with another token while the page is connected. */
  connect(serverUrl: string, token: string): void;
  disconnect(): void;
  join(target: JoinTarget): void;
  leave(): void;
}

export type RoomState = 'outside' | 'entering' | 'inside';

export interface SessionView {
  /** Reads the forms. `server` is never empty. `token` is empty for none, and is kept only in its field. */
  read(): { readonly target: JoinTarget; readonly server: string; readonly token: string };
  showPhase(phase: ConnectionPhase): void;
  showRoom(state: RoomState): void;
  /** Shows a problem beside the consultation field, which gets the focus. An empty sentence takes the problem away. */
  showJoinProblem(sentence: string): void;
  showConnectionProblem(sentence: string): void;
  /** Shows a problem beside the token field. An empty sentence takes the problem away. */
  showTokenProblem(sentence: string): void;
  /** Opens the panel and puts the focus on the token field, for somebody who has nothing else to do here. */
  askForToken(): void;
  /** On a narrow screen the forms and the conversation share one place. */
  showSetup(open: boolean): void;
}

const consultationIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const badIdSentence = 'A consultation id has 1 to 64 letters, digits, hyphens or underscores.';

export function createSessionView(address: PageAddress, actions: SessionActions): SessionView {
  const form = createSessionForm(address);
  const { consultation } = form;
  const setup = createSetupPanel();
  const connection = createConnectionControls(form, actions);
  const [join, leave] = [byId('join', HTMLButtonElement), byId('leave', HTMLButtonElement)];

  function showJoinProblem(sentence: string): void {
    showText(byId('join-error', HTMLElement), sentence);
    consultation.setAttribute('aria-invalid', String(sentence !== ''));
    if (sentence === '') return;
    setup.show(true);
    consultation.focus();
  }

  byId('session-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (join.disabled || join.hidden) return;
    const { target } = form.read();
    showJoinProblem(consultationIdPattern.test(target.consultationId) ? '' : badIdSentence);
    if (!consultationIdPattern.test(target.consultationId)) return;
    connection.tokenIsUsed();
    actions.join(target);
  });
  leave.addEventListener('click', () => actions.leave());

  return {
    read: form.read,
    showPhase: connection.showPhase,
    showRoom(state) {
      join.hidden = state === 'inside';
      join.disabled = state === 'entering';
      join.textContent = state === 'entering' ? 'Joining…' : 'Join';
      leave.hidden = state === 'outside';
      leave.textContent = state === 'entering' ? 'Cancel' : 'Leave';
      form.roles.disabled = state !== 'outside';
      consultation.readOnly = state !== 'outside';
      setup.letClose(state === 'inside');
    },
    showJoinProblem,
    showConnectionProblem: (sentence) => showText(byId('connection-error', HTMLElement), sentence),
    showTokenProblem: connection.showTokenProblem,
    askForToken() {
      setup.show(true);
      form.token.focus();
    },
    showSetup: setup.show,
  };
}
