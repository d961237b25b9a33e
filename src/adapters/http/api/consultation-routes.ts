import { z } from 'zod';
import { sendChanged, sendCreated, sendOne, sendPage } from './answers.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  consultationId,
  consultationSchema,
  newConsultation,
  newEnd,
  reopening,
  status,
  toConsultation,
  untilOf,
} from './consultation-schemas.js';
import { personId } from './fields.js';
import { pageOf, pageQuery, pageSchema } from './paging.js';
import { changeHeaders, createHeaders, readHeaders } from './request-headers.js';
import { changed, created, list, OF_BODIES, one, problems } from './responses.js';

const tags = ['Consultations'];
const consultationPage = pageSchema(consultationSchema, 'ConsultationPage');
const consultationQuery = z.object({
  patientId: personId('patient-lind').optional(),
  doctorId: personId().optional(),
  status: status().optional(),
  ...pageQuery('consultations'),
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
      response: { ...list('In the order of their ids.', consultationPage), ...problems() },
    },
    handler: async (request, reply) => {
      const { patientId = null, doctorId = null, status = null } = request.query;
      const filter = { patientId, doctorId, status };
      const paging = pageOf('consultations', request.query);
      const page = await administration.consultations(requesterOf(request), filter, paging);
      return sendPage(reply, page, 'consultations', toConsultation);
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
