import type { DoctorAvailability, ReadSeq } from '../client/index.js';
import type { Consultation, Sender, WireError } from '../protocol/wire.js';
import type { ConnectionPhase } from '../room/connection-phase.js';
import { otherSide } from '../room/other-side.js';
import { createTimeline, type TimelineEntry } from '../room/timeline.js';
import { createAnnouncer } from './announcer.js';
import { keptByBrowser } from './browser-storage.js';
import { createChatConnection } from './chat-connection.js';
import { createComposerView } from './composer-view.js';
import type { ChatConnectionListener, JoinTarget } from './connection-port.js';
import { createConversationView } from './conversation-view.js';
import { byId, showText } from './dom.js';
import { sentenceForError, sentenceForFailure } from './error-sentences.js';
import { createEventLogView } from './event-log-view.js';
import { changeSentence, renderHeader, roleWords } from './header-view.js';
import { noticeSentence, unreachableSentence } from './notice-sentences.js';
import { readPageAddress } from './page-address.js';
import { createSessionView, type RoomState } from './session-view.js';
import { socketPathOf } from './socket-path.js';
import { createTimeWords, englishLocale } from './time-words.js';

/** How often the page is drawn again, in ms, because an availability grows stale and an expiry passes. */
const refreshIntervalMs = 15_000;

const words = createTimeWords(englishLocale(navigator.languages));
const address = readPageAddress(location.search);
const timeline = createTimeline();
const now = (): number => Date.now();
/** Tells what has changed in the header. */
const announce = createAnnouncer(byId('announcer', HTMLElement));

let phase: ConnectionPhase = 'offline';
let room: RoomState = 'outside';
let target: JoinTarget = { consultationId: '', sender: address.sender };
/** The place whose messages the timeline holds: a server, a side and a consultation. */
let place = '';
let consultation: Consultation | null = null;
let availability: DoctorAvailability = { state: 'unknown' };
let readSeq: ReadSeq = { user: 0, doctor: 0 };
let present: ReadonlySet<Sender | null> = new Set();
let wasEverCaughtUp = false;
let entryDelayed = false;
let unseen = 0;

const composer = createComposerView({
  send: (content) => connection.send(content),
  typing: (isTyping) => connection.typing(isTyping),
});
const eventLog = createEventLogView(words, (open) => {
  byId('app', HTMLElement).dataset['log'] = open ? 'open' : 'closed';
});
const conversation = createConversationView({
  words,
  cameToEnd: () => markRead(),
  retry: (clientMessageId) => {
    connection.retry(clientMessageId);
    composer.focus();
  },
  edit: ({ clientMessageId, content }) => {
    connection.withdraw(clientMessageId);
    timeline.removeOutgoing(clientMessageId);
    render();
    composer.restore(content);
  },
});
const session = createSessionView(address, {
  connect: (serverUrl, token) => connection.connect(serverUrl, token),
  disconnect: () => connection.disconnect(),
  join,
  leave: () => connection.leave(),
});

const partner = (): Sender => otherSide(target.sender);

function names(): Record<Sender, string> {
  return {
    user: consultation?.user.name ?? roleWords.user,
    doctor: consultation?.doctor.name ?? roleWords.doctor,
  };
}

function render(): void {
  const inside = room === 'inside';
  const entries = timeline.entries(words.dayKey);
  conversation.render(entries, {
    viewer: target.sender,
    names: names(),
    online: phase === 'online',
    readUpTo: readSeq[partner()],
    now: now(),
  });
  const isOtherPresent = phase === 'online' && present.has(partner());
  const isConnected = phase === 'online';
  renderHeader(
    { viewer: target.sender, consultation, availability, isConnected, isOtherPresent, now: now() },
    words,
  );
  session.showRoom(room);
  composer.setReady(inside, inside ? `Write to ${names()[partner()]}` : 'Join a consultation to write');
  renderEmpty(entries, inside);
  renderNotice(entries, inside);
  const title =
    consultation === null ? 'Consultation chat' : `${roleWords[target.sender]} · ${target.consultationId}`;
  document.title = unseen > 0 ? `(${unseen}) ${title}` : title;
}

function renderEmpty(entries: readonly TimelineEntry[], inside: boolean): void {
  const spoken = entries.some(({ kind }) => kind === 'message' || kind === 'outgoing');
  byId('empty', HTMLElement).hidden = spoken;
  if (!inside) return;
  showText(byId('empty-title', HTMLElement), 'Nobody has written yet');
  showText(byId('empty-text', HTMLElement), 'The first message starts the conversation.');
}

/** Shows one line above the composer about whatever keeps people from writing, or from being read. */
function renderNotice(entries: readonly TimelineEntry[], inside: boolean): void {
  const conditions = { phase, entryDelayed, consultation, availability, entries };
  const sentence = inside ? noticeSentence(conditions, words, now()) : '';
  const notice = byId('notice', HTMLElement);
  showText(notice, sentence);
  notice.dataset['tone'] = phase === 'online' && !entryDelayed ? 'quiet' : 'waiting';
}

function setAvailability(next: DoctorAvailability): void {
  const changed = next.state !== availability.state;
  availability = next;
  if (!changed || next.state === 'unknown') return;
  announce(next.state === 'open' ? 'The doctor is available.' : 'The doctor is off duty.');
}

function note(text: string, at: number): void {
  timeline.addNote(text, at);
}

function join(wanted: JoinTarget): void {
  const { server, token } = session.read();
  connection.connect(server, token);
  // The timeline of another place holds what somebody else has written or failed to send, such as the other party.
  const wantedPlace = `${server} ${wanted.sender} ${wanted.consultationId}`;
  if (wantedPlace !== place) timeline.clear();
  place = wantedPlace;
  target = wanted;
  room = 'entering';
  wasEverCaughtUp = false;
  availability = { state: 'unknown' };
  readSeq = { user: 0, doctor: 0 };
  present = new Set();
  connection.join(wanted);
  render();
}

function leaveRoom(): void {
  room = 'outside';
  consultation = null;
  showTyping([]);
  session.showSetup(true);
  render();
}

function showTyping(typists: readonly { readonly sender: Sender | null }[]): void {
  const others = typists.filter(({ sender }) => sender !== target.sender);
  const who = others.map(({ sender }) => (sender === null ? 'Somebody' : names()[sender]));
  showText(byId('typing', HTMLElement), who.length === 0 ? '' : `${who[0]} is writing…`);
}

/**
 * Once the end of the conversation is on a screen that somebody may be looking at, everything counts as read, the
 * messages above it, too. This is enough for trying things out. The pages for people look at each message.
 */
function markRead(): void {
  if (room === 'inside' && wasEverCaughtUp && !document.hidden && conversation.follows) connection.markRead();
}

/** Shows a refusal that came without an acknowledgement, in the session panel or as a note in the conversation. */
function showRefusal(error: WireError): void {
  const sentence = sentenceForError(error, words, now());
  if (error.event === 'join_consultation' || room !== 'inside') session.showJoinProblem(sentence);
  else note(sentence, now());
  render();
}

const listener: ChatConnectionListener = {
  phaseChanged(next) {
    phase = next;
    session.showPhase(next);
    if (next === 'online' || next === 'offline' || next === 'signed-out') session.showConnectionProblem('');
    if (next !== 'connecting') announce(next === 'online' ? 'Connected.' : 'Not connected.');
    if (next === 'online') session.showTokenProblem('');
    if ((next === 'offline' || next === 'signed-out') && room === 'entering') room = 'outside';
    render();
  },
  unreachable(willRetry, refusal) {
    session.showConnectionProblem(
      unreachableSentence(session.read().server, willRetry, refusal, words, now()),
    );
  },
  signedOut(refusal) {
    session.showTokenProblem(sentenceForError(refusal, words, now()));
    // Somebody who is writing must not lose the focus.
    if (room !== 'inside') session.askForToken();
  },
  entryDelayed() {
    entryDelayed = true;
    if (room === 'entering') session.showConnectionProblem('The server is not ready yet. Trying again.');
    render();
  },
  joined(entered) {
    entryDelayed = false;
    const isReturn = room === 'inside';
    room = 'inside';
    consultation = entered;
    session.showConnectionProblem('');
    session.showJoinProblem('');
    if (!isReturn) session.showSetup(false);
    render();
    if (!isReturn) composer.focus();
  },
  startedOver: () => timeline.clear(),
  caughtUp() {
    if (!wasEverCaughtUp) {
      conversation.silently(() => {
        note(`You joined as the ${roleWords[target.sender].toLowerCase()}`, now());
        render();
      });
      conversation.scrollToEnd();
    }
    wasEverCaughtUp = true;
    markRead();
  },
  joinFailed(failure) {
    entryDelayed = false;
    const wasInside = room === 'inside';
    leaveRoom();
    const sentence = sentenceForFailure(failure, words, now());
    session.showJoinProblem(wasInside ? `You are no longer in the room. ${sentence}` : sentence);
  },
  left() {
    if (room === 'inside') note('You left', now());
    leaveRoom();
    byId('join', HTMLButtonElement).focus();
  },
  messages(messages) {
    const fresh = timeline.addMessages(messages);
    if (document.hidden && wasEverCaughtUp)
      unseen += fresh.filter(({ sender }) => sender !== target.sender).length;
    if (wasEverCaughtUp) render();
    else conversation.silently(render);
    markRead();
  },
  outgoingChanged(outgoing) {
    timeline.setOutgoing(outgoing);
    const { progress } = outgoing;
    if (progress.state === 'failed') {
      announce(`Not sent. ${sentenceForFailure(progress.failure, words, now())}`);
    }
    render();
  },
  outgoingGone(clientMessageId) {
    timeline.removeOutgoing(clientMessageId);
    render();
  },
  presence(people, change) {
    present = new Set(people.map(({ sender }) => sender));
    if (change !== null) {
      const who = change.sender === null ? 'Somebody' : names()[change.sender];
      note(`${who} ${change.what}`, Date.parse(change.at));
    }
    render();
  },
  doctorChanged(next) {
    setAvailability(next);
    render();
  },
  typing: showTyping,
  read(next) {
    readSeq = next;
    render();
  },
  consultationUpdated(updated) {
    const sentence = changeSentence(consultation, updated, words, now());
    consultation = updated;
    if (sentence !== '') note(sentence, now());
    render();
  },
  refused: showRefusal,
  traffic: (entry) => eventLog.add(entry),
};

const connection = createChatConnection({
  listener,
  now,
  problem: reportError,
  options: keptByBrowser(),
  socketPathOf,
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) unseen = 0;
  markRead();
  render();
});
setInterval(render, refreshIntervalMs);
session.showPhase(phase);
render();
if (address.joinAtOnce) join(session.read().target);
