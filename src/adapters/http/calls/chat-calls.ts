import type { ChatCalls } from '../../../protocol/calls.js';
import type { Ask } from './in-process-api.js';

/** Makes a function for each operation of the HTTP API. Each asks for the path that a request over HTTP would name. */
export function createChatCalls(ask: Ask): ChatCalls {
  return {
    doctors: {
      create: (body, options) => ask({ method: 'POST', path: ['doctors'], body, options }),
      list: (query, options) => ask({ method: 'GET', path: ['doctors'], query, options }),
      get: (id, options) => ask({ method: 'GET', path: ['doctors', id], options }),
      put: (id, body, options) => ask({ method: 'PUT', path: ['doctors', id], body, options }),
      availability: (id, query, options) =>
        ask({ method: 'GET', path: ['doctors', id, 'availability'], query, options }),
      setSchedule: (id, body, options) =>
        ask({ method: 'PUT', path: ['doctors', id, 'schedule'], body, options }),
      setTimeZone: (id, body, options) =>
        ask({ method: 'PUT', path: ['doctors', id, 'time-zone'], body, options }),
      setOverride: (id, date, body, options) =>
        ask({ method: 'PUT', path: ['doctors', id, 'overrides', date], body, options }),
      removeOverride: (id, date, options) =>
        ask({ method: 'DELETE', path: ['doctors', id, 'overrides', date], options }),
    },
    patients: {
      create: (body, options) => ask({ method: 'POST', path: ['patients'], body, options }),
      list: (query, options) => ask({ method: 'GET', path: ['patients'], query, options }),
      get: (id, options) => ask({ method: 'GET', path: ['patients', id], options }),
      put: (id, body, options) => ask({ method: 'PUT', path: ['patients', id], body, options }),
    },
    consultations: {
      create: (body, options) => ask({ method: 'POST', path: ['consultations'], body, options }),
      list: (query, options) => ask({ method: 'GET', path: ['consultations'], query, options }),
      get: (id, options) => ask({ method: 'GET', path: ['consultations', id], options }),
      extend: (id, body, options) =>
        ask({ method: 'POST', path: ['consultations', id, 'extend'], body, options }),
      end: (id, options) => ask({ method: 'POST', path: ['consultations', id, 'end'], options }),
      reopen: (id, body, options) =>
        ask({ method: 'POST', path: ['consultations', id, 'reopen'], body, options }),
      messages: (id, query, options) =>
        ask({ method: 'GET', path: ['consultations', id, 'messages'], query, options }),
      events: (id, query, options) =>
        ask({ method: 'GET', path: ['consultations', id, 'events'], query, options }),
    },
    accessLog: {
      list: (query, options) => ask({ method: 'GET', path: ['access-log'], query, options }),
    },
  };
}
