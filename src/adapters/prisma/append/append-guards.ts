import type { AppendRequest, StreamId, StreamVersion } from '../../../application/ports/event-store.js';

/** A stream that decisions relied on, the version that they saw, and the streams for which they decided. */
type GuardRow = readonly [streamId: StreamId, version: number, decidedFor: StreamId[]];

export interface GuardedChain {
  readonly streamId: StreamId;
  readonly appends: readonly { readonly request: AppendRequest }[];
}

/**
 * Everything that the chains relied on, as the JSON of `GuardRow`s. Each stream and version is there once, however
 * many chains relied on it.
 */
export function guardsOf(chains: readonly GuardedChain[]): string {
  const guards = new Map<string, GuardRow>();
  for (const { streamId, appends } of chains) {
    let before: StreamVersion | undefined;
    for (const { request } of appends) {
      const { reliesOn } = request;
      if (reliesOn === undefined || isSameVersion(reliesOn, before)) continue;
      before = reliesOn;
      const name = `${reliesOn.version} ${reliesOn.streamId}`;
      const guard = guards.get(name);
      if (guard === undefined) guards.set(name, [reliesOn.streamId, reliesOn.version, [streamId]]);
      else guard[2].push(streamId);
    }
  }
  return JSON.stringify([...guards.values()]);
}

function isSameVersion(one: StreamVersion, other: StreamVersion | undefined): boolean {
  return one.version === other?.version && one.streamId === other.streamId;
}
