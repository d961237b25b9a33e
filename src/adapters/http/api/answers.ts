import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, PageOf } from '../../../application/answers/answer.js';
import type { Refusal } from '../../../application/answers/refusal.js';
import { sendRefusal } from '../problem.js';
import { encodeCursor, type ListName } from './paging.js';
import { etagOf, isAmong } from './request-headers.js';

/** 200 with the thing and its tag; 304 when the caller has it. */
export function sendOne<Value>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer<Value> | Refusal,
  toJson: (value: Value) => object,
): FastifyReply {
  if (answer.outcome === 'refused') return sendRefusal(reply, answer);
  const etag = etagOf(answer.version);
  reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && isAmong(known, etag)) return reply.code(304).send();
  return sendJson(reply, 200, toJson(answer.value));
}

/** 200 with what has become of it, and the tag of that. */
export function sendChanged<Value>(
  reply: FastifyReply,
  answer: Answer<Value> | Refusal,
  toJson: (value: Value) => object,
): FastifyReply {
  if (answer.outcome === 'refused') return sendRefusal(reply, answer);
  reply.header('etag', etagOf(answer.version));
  return sendJson(reply, 200, toJson(answer.value));
}

/** 201 with what was made and where it is: `collection` and its id. */
export function sendCreated<Value, Json extends { readonly id: string }>(
  reply: FastifyReply,
  answer: Answer<Value> | Refusal,
  collection: string,
  toJson: (value: Value) => Json,
): FastifyReply {
  if (answer.outcome === 'refused') return sendRefusal(reply, answer);
  const body = toJson(answer.value);
  reply
    .header('etag', etagOf(answer.version))
    .header('location', `${reply.request.basePath}${collection}/${encodeURIComponent(body.id)}`);
  return sendJson(reply, 201, body);
}

export function sendPage<Value>(
  reply: FastifyReply,
  page: PageOf<Value> | Refusal,
  list: ListName,
  toJson: (value: Value) => object,
): FastifyReply {
  if (page.outcome === 'refused') return sendRefusal(reply, page);
  const items = page.items.map(({ value }) => toJson(value));
  return sendJson(reply, 200, { items, nextCursor: encodeCursor(list, page.next) });
}

export function sendJson(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).type('application/json').send(body);
}
