import { ConsultationChat } from './consultation-chat.js';

/** If there are no custom elements, as on a server that renders a page, the import does nothing. */
if (typeof customElements !== 'undefined' && customElements.get('consultation-chat') === undefined)
  customElements.define('consultation-chat', ConsultationChat);
