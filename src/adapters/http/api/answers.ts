import type { FastifyReply } from 'fastify';
import type { Answer, PageOf, Put } from '../../../application/answers/answer.js';
import type { Refusal } from '../../../application/answers/refusal.js';
import { sendRefusal } from '../problem.js';
import { etagOf, isNamed, type NamedVersions } from './entity-tags.js';
import { encodeCursor, type ListName } from './paging.js';

/** Answers 200 with the resource and its entity tag, or 304 when `If-None-Match` names that tag. */
export function sendOne<Value>(
  reply: FastifyReply,
  answer: Answer<Value> | Refusal,
  known: NamedVersions | null,
  toJson: (value: Value) => object,
): FastifyReply {
  if (answer.outcome === 'refused') return sendRefusal(reply, answer);
  reply.header('etag', etagOf(answer.version));
  if (known !== null && isNamed(known, answer.version)) return reply.code(304).send();
  return sendJson(reply, 200, toJson(answer.value));
}

/** Answers 200 with the resource as it is after the change, and the entity tag of that state. */
export function sendChanged<Value>(
  reply: FastifyReply,
  answer: Answer<Value> | Refusal,
  toJson: (value: Value) => object,
): FastifyReply {
  if (answer.outcome === 'refused') return sendRefusal(reply, answer);
  reply.header('etag', etagOf(answer.version));
  return sendJson(reply, 200, toJson(answer.value));
}

/** Answers 201 with the new resource. `Location` is the path of `collection`, followed by the id. */
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

/** Answers 201 or 200, depending on whether the request created the resource or changed it. */
export function sendPut<Value, Json extends { readonly id: string }>(
  reply: FastifyReply,
  answer: Put<Value> | Refusal,
  collection: string,
  toJson: (value: Value) => Json,
): FastifyReply {
  return answer.outcome === 'done' && answer.isNew
    ? sendCreated(reply, answer, collection, toJson)
    : sendChanged(reply, answer, toJson);
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
