import { byId } from './dom.js';

/** The panel with the forms, which on a narrow screen shares one place with the conversation. */
export interface SetupPanel {
  show(open: boolean): void;
  letClose(mayClose: boolean): void;
}

export function createSetupPanel(): SetupPanel {
  const app = byId('app', HTMLElement);
  const open = byId('open-setup', HTMLButtonElement);
  const close = byId('close-setup', HTMLButtonElement);

  function show(isOpen: boolean): void {
    app.dataset['setup'] = isOpen ? 'open' : 'closed';
    open.setAttribute('aria-expanded', String(isOpen));
  }

  open.addEventListener('click', () => {
    show(true);
    close.focus();
  });
  close.addEventListener('click', () => {
    show(false);
    open.focus();
  });
  return {
    show,
    letClose: (mayClose) => {
      close.hidden = !mayClose;
    },
  };
}
