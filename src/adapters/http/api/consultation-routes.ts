import { z } from 'zod';
import { MUST_BE_A_CURSOR } from '../../../application/answers/answer.js';
import type { SummaryOrder } from '../../../application/ports/directory.js';
import { sendChanged, sendCreated, sendOne, sendPage } from './answers.js';
import { documented } from './api-schemas.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  consultationId,
  consultationSchema,
  listedConsultation,
  newConsultation,
  newEnd,
  reopening,
  status,
  toConsultation,
  toListedConsultation,
  untilOf,
} from './consultation-schemas.js';
import { oneOf, personId } from './fields.js';
import { isCursorOf, pageOf, pageQuery, pageSchema } from './paging.js';
import { changeHeaders, createHeaders, readHeaders } from './request-headers.js';
import { changed, created, list, OF_BODIES, one, problems } from './responses.js';

const tags = ['Consultations'];
const consultationPage = pageSchema(listedConsultation, 'ConsultationPage');
/** The name of the list in each order. A cursor of one order is not valid in another. */
const LISTS = {
  id: 'consultations',
  waiting: 'consultations-waiting',
  activity: 'consultations-activity',
} as const;
/** The query of the list of consultations. They are in the order of their ids unless `sort` names another order. */
function orderOf(sort: 'waiting' | 'activity' | undefined): SummaryOrder {
  return sort ?? 'id';
}

const orders = ['waiting', 'activity'] as const;
const consultationQuery = z
  .object({
    patientId: personId('patient-lind').optional(),
    doctorId: personId().optional(),
    status: status().optional(),
    sort: documented(oneOf(orders).optional(), {
      description:
        '`waiting`: whoever has waited longest first, then the others by activity. `activity`: the last message, or the opening, first. By id when left out. An administrator has to name a patient or a doctor.',
    }),
    unread: documented(oneOf(['true', 'false']).optional(), {
      description: '`true`: only those in which the caller has something to read. Not for administrators.',
    }),
    ...pageQuery(LISTS.id, LISTS.waiting, LISTS.activity),
  })
  .refine(({ sort, after }) => after === undefined || isCursorOf(LISTS[orderOf(sort)], after), {
    path: ['after'],
    error: MUST_BE_A_CURSOR,
  });
const ofChanging = ['consultation.not_found', 'precondition.failed', 'idempotency.conflict'] as const;

export function addConsultationRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'POST',
    url: '/consultations',
    schema: {
      operationId: 'createConsultation',
      summary: 'Open a consultation',
      tags,
      headers: createHeaders,
      body: newConsultation,
      response: {
        ...created('The consultation.', consultationSchema),
        ...problems(
          'patient.not_found',
          'doctor.not_found',
          'consultation.already_exists',
          'idempotency.conflict',
          ...OF_BODIES,
        ),
      },
    },
    handler: async (request, reply) => {
      const { id, patientId, doctorId, ...until } = request.body;
      const opening = { consultationId: id ?? null, patientId, doctorId, until: untilOf(until) };
      const { options } = request.headers;
      const answer = await administration.openConsultation(requesterOf(request), opening, options);
      return sendCreated(reply, answer, `${API_PREFIX}/consultations`, toConsultation);
    },
  });

  app.route({
    method: 'GET',
    url: '/consultations',
    schema: {
      operationId: 'listConsultations',
      summary: 'The consultations that the caller may see',
      description: 'A patient and a doctor get their own, administrators all of them.',
      tags,
      querystring: consultationQuery,
      response: { ...list('In the order of their ids, or as `sort` says.', consultationPage), ...problems() },
    },
    handler: async (request, reply) => {
      const { patientId = null, doctorId = null, status = null, sort, unread } = request.query;
      const order = orderOf(sort);
      const asked = { patientId, doctorId, status, order, isUnread: unread === 'true' };
      const paging = pageOf(LISTS[order], request.query);
      const page = await administration.consultations(requesterOf(request), asked, paging);
      return sendPage(reply, page, LISTS[order], toListedConsultation);
    },
  });

  app.route({
    method: 'GET',
    url: '/consultations/:consultationId',
    schema: {
      operationId: 'getConsultation',
      summary: 'A consultation',
      tags,
      params: consultationId,
      headers: readHeaders,
      response: { ...one('The consultation.', consultationSchema), ...problems('consultation.not_found') },
    },
    handler: async (request, reply) => {
      const answer = await administration.consultation(requesterOf(request), request.params.consultationId);
      return sendOne(reply, answer, request.headers.known, toConsultation);
    },
  });

  addChangeRoutes(app, administration);
}

function addChangeRoutes(app: ApiServer, administration: RouteDependencies['administration']): void {
  app.route({
    method: 'POST',
    url: '/consultations/:consultationId/extend',
    schema: {
      operationId: 'extendConsultation',
      summary: 'Let a consultation run longer',
      description: 'For administrators and for the doctor of the consultation.',
      tags,
      params: consultationId,
      headers: changeHeaders,
      body: newEnd,
      response: {
        ...changed('The consultation.', consultationSchema),
        ...problems(...ofChanging, 'consultation.inactive', 'consultation.expired', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { consultationId } = request.params;
      const until = untilOf(request.body);
      const { options } = request.headers;
      const answer = await administration.extendConsultation(
        requesterOf(request),
        consultationId,
        until,
        options,
      );
      return sendChanged(reply, answer, toConsultation);
    },
  });

  app.route({
    method: 'POST',
    url: '/consultations/:consultationId/end',
    schema: {
      operationId: 'endConsultation',
      summary: 'End a consultation',
      description: 'For administrators and for the doctor of the consultation.',
      tags,
      params: consultationId,
      headers: changeHeaders,
      response: {
        ...changed('The consultation.', consultationSchema),
        ...problems(...ofChanging, 'consultation.inactive', 'consultation.expired', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { consultationId } = request.params;
      const { options } = request.headers;
      const answer = await administration.endConsultation(requesterOf(request), consultationId, options);
      return sendChanged(reply, answer, toConsultation);
    },
  });

  app.route({
    method: 'POST',
    url: '/consultations/:consultationId/reopen',
    schema: {
      operationId: 'reopenConsultation',
      summary: 'Let a consultation that ended or ran out take messages again',
      tags,
      params: consultationId,
      headers: changeHeaders,
      body: reopening,
      response: {
        ...changed('The consultation.', consultationSchema),
        ...problems(...ofChanging, 'consultation.still_open', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { consultationId } = request.params;
      const { expiresAt } = request.body;
      const { options } = request.headers;
      const answer = await administration.reopenConsultation(
        requesterOf(request),
        consultationId,
        expiresAt,
        options,
      );
      return sendChanged(reply, answer, toConsultation);
    },
  });
}
