import type { ConnectionPhase } from '../room/connection-phase.js';
import { byId, showText } from './dom.js';
import type { SessionForm } from './session-form.js';

const phaseWords: Readonly<Record<ConnectionPhase, { readonly tone: string; readonly text: string }>> = {
  offline: { tone: 'quiet', text: 'Not connected' },
  'signed-out': { tone: 'quiet', text: 'Not signed in' },
  connecting: { tone: 'waiting', text: 'Connecting…' },
  online: { tone: 'good', text: 'Connected' },
  reconnecting: { tone: 'waiting', text: 'Connection lost, trying again…' },
};

export interface ConnectionActions {
  connect(serverUrl: string, token: string): void;
  disconnect(): void;
}

/** The buttons that connect and disconnect, and the texts beside them. */
export interface ConnectionControls {
  showPhase(phase: ConnectionPhase): void;
  showTokenProblem(sentence: string): void;
  /** Called when the token in its field has gone to the server. A problem of the one before no longer counts. */
  tokenIsUsed(): void;
}

export function createConnectionControls(form: SessionForm, actions: ConnectionActions): ConnectionControls {
  const { server, token, read } = form;
  const connect = byId('connect', HTMLButtonElement);
  const disconnect = byId('disconnect', HTMLButtonElement);
  let phase: ConnectionPhase = 'offline';
  /** Whether the token was written since the last time that it was used. */
  let isTokenNew = false;

  function show(): void {
    const isAtRest = phase === 'offline' || phase === 'signed-out';
    connect.hidden = !isAtRest && !isTokenNew;
    connect.textContent = isAtRest ? 'Connect' : 'Use this token';
    disconnect.hidden = isAtRest;
    server.readOnly = !isAtRest;
  }

  function showTokenProblem(sentence: string): void {
    showText(byId('token-error', HTMLElement), sentence);
    token.setAttribute('aria-invalid', String(sentence !== ''));
  }

  function tokenIsUsed(): void {
    isTokenNew = false;
    showTokenProblem('');
    show();
  }

  byId('server-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (connect.hidden) return;
    tokenIsUsed();
    actions.connect(read().server, read().token);
  });
  token.addEventListener('input', () => {
    isTokenNew = true;
    show();
  });
  disconnect.addEventListener('click', () => {
    actions.disconnect();
    connect.focus();
  });

  return {
    showPhase: (next) => {
      phase = next;
      const { tone, text } = phaseWords[phase];
      byId('connection-dot', HTMLElement).dataset['tone'] = tone;
      showText(byId('connection-text', HTMLElement), text);
      show();
    },
    showTokenProblem,
    tokenIsUsed,
  };
}
