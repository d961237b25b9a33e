/**
 * Names of properties that only the page's own scripts use, so that the build can make them short. The build leaves strings,
 * markup, texts, exports, the wire, and the first script alone, so none of these names may be used there.
 * `test/people/short-names.test.ts` checks that.
 */
const OWN_NAMES = [
  // Rooms and their parts
  'addMessages addNote changeNote endsGroup findUnread isFirstLook isMissing isUnreachable isUnread keepDraft keepFailures',
  'keepNotes keepPlace keepSeen lastLook learnSeen loadEarlier lookedAway newFromSeq outgoingChanged outgoingGone recordedRoom',
  'arrived confirmedAt confirmedEveryMs loadFrom viewer withdraw removeOutgoing setOutgoing showUnsettled shownFrom startsGroup unreadBefore unreadIn',
  // The element
  'askForEmergencyText drafted hasLeftEnd isAtEnd isDecided isNearlyFull isTokenAwaited isTouch isUndecided isWaiting',
  'leaveEnd nearStart partnerName readFrom runsOutAt sendable toUnread topSeq wasAtVeryEnd',
  // The page around
  'askedAt beganAt bothMoments capitalised changePerson chooseMinutes choosePerson closeDialog forgetReady freshToken hasDraftIn hrefOf',
  'inFlight isLookedAt isSignedOut sortBy isOffDuty isOpened isToldBy listKey ownName unsentIn',
  // The client library
  'answerTimeoutMs environment loadMore maxInFlight sequencer snapshot stateChanged',
  'cameOrWent connectionLost doctorClosed doctorOpen isRenewable isRunning learnHead newMessage notKept outboxSender ownTyping',
  'openSocket readMarks startOver storagePrefix waitAgain willRetry',
  'dayKey hasFailed isBusy moments momentsIn nextWaiting onDoctor onOutbox onPresence onTraffic onTyping widthRem',
  // Socket.IO
  'clearTimeoutFn emitReserved notifyOutgoingListeners priorWebsocketSuccess receiveBuffer sendBuffer setTimeoutFn setTransport',
  'skipReconnect writeBuffer',
]
  .join(' ')
  .split(' ');

/** Options of esbuild: the same short names in every file of the page. */
export const shortNames = {
  mangleProps: new RegExp(`^(${OWN_NAMES.join('|')})$`),
  mangleCache: Object.fromEntries(OWN_NAMES.map((name, index) => [name, `$${index.toString(36)}`])),
};
