### Everything that the room says to people. The other languages have the same messages with the same variables.
### Names of people come in as { $name }, moments (today at 09:00) as { $moment }, already in the reader's language.

## Who
role-user = Patient
role-doctor = Doctor
you = You
somebody = Somebody
says = { $name }: { $text }
comma = ,

## When
moment = { $day } at { $time }
date-and-time = { $date }, { $time }

## Writing
conversation = Conversation
message-label = Message
message-placeholder = Write to { $name }
send = Send
writing-as = You are writing as { $name }
send-hint = Enter sends, Shift + Enter starts a new line
closes-soon = Open until { $time }, less than { $count ->
    [one] a minute
   *[other] { $count } minutes
} from now.
characters-left = { $count ->
    [one] { $count } character left
   *[other] { $count } characters left
}
characters-too-many = { $count ->
    [one] { $count } character too many, of at most { $limit }
   *[other] { $count } characters too many, of at most { $limit }
}

## What became of a message
delivery-waiting = Waiting for the connection
delivery-signed-out = Waiting for a new sign-in
delivery-sending = Sending…
delivery-sent = Sent
delivery-read = Read
delivery-failed = Not sent
delivery-unconfirmed = Not confirmed
try-again = Try again
edit = Edit
copy = Copy
copied = Copied.
said-by = { $name }, { $time }:

## In the conversation
new = New
new-since-away = New since you were away
new-messages = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
not-sent = { $count ->
    [one] { $count } message was not sent
   *[other] { $count } messages were not sent
}
unread-above = { $count ->
    [one] { $count } unread message above
   *[other] { $count } unread messages above
}
newest-messages = Newest messages
older-loading = Loading earlier messages…
older-load = Show earlier messages
older-failed = Earlier messages could not be loaded.
empty-title = Nobody has written yet
empty-text = The first message starts the conversation.
is-writing = { $name } is writing…
note-joined = { $name } joined
note-left = { $name } left
note-looked-in = { $name } joined and left again
note-came-back = { $name } left and came back
note-ended = The consultation was ended
note-ran-out = The consultation has run out
note-reopened = The consultation is open again
note-open-until = The consultation now runs until { $moment }

## The head of the room
presence-here = here now
presence-away = not here now
open-until = Consultation runs until { $moment }
ended = Ended
ran-out = Ran out { $moment }
duty-on = On duty
duty-until = until { $time }
duty-until-day = until { $moment }
duty-there = ({ $moment } in { $zone })
duty-off = Off duty
duty-unconfirmed = Duty not confirmed
duty-unknown = Duty not known yet
duty-as-of = as of { $time }
duty-back = back { $moment }
emergency-default = This chat is not for emergencies. If it is urgent, call your local emergency number.

## The connection
connecting = Connecting…
connection-lost = The connection was lost. What you write goes out as soon as it is back.
server-not-ready = The chat is not ready yet. We keep trying.
unreachable = The chat cannot be reached. We keep trying.
signed-out-title = Your sign-in has ended
signed-out-text = Ask for a new link where you got the last one, or open the chat again from the page that led you here.
signed-out-kept = What you wrote stays in this tab.
join-failed-title = This conversation cannot be opened
nothing-chosen = No conversation has been chosen.

## Why nobody can write
closed-ended-title = This consultation has ended
closed-ended-text = Messages can still be read, and no new ones sent.
closed-expired-title = This consultation has run out
closed-expired-text = It ran out { $moment }. Messages can still be read, and no new ones sent.
closed-off-duty-title = You cannot write now: { $name } is off duty
closed-off-duty-own-title = You cannot write now: you are off duty
next-opening = Messages can be sent from { $moment } (your time).
next-opening-there = For { $name } that is { $moment } ({ $zone }).
no-opening = No opening is planned within the next year.
runs-out-before = This consultation runs out before that, { $moment }.
can-extend = Until then it can be extended.
ask-clinic = If you need to write, ask your clinic what you can do.
duty-back-later = Back { $moment }.
closed-onlooker-title = You are looking on
draft-kept = Your draft was not sent, and stays in this tab.

## Printing
print = Print the conversation
print-loading = Loading the whole conversation…
print-failed = The conversation was not printed: not all of it could be loaded.
print-offline = Not printed: there is no connection, and earlier messages are not loaded. Your browser’s own menu prints what is here.
print-heading = Consultation { $id }
print-parties = { $patient } (patient) and { $doctor } (doctor)
print-zone = Times are in { $zone }. Printed { $moment }.
print-part = Earlier messages are missing here. The button “Print the conversation” prints all of them.
print-as-loaded = Printed without a connection: what was said or changed in the meantime is missing here.
print-unsent = Written here, and not known to have arrived
print-unsent-count = { $count ->
    [one] Not counted: { $count } message that was written here, and is not known to have arrived. It stands at the end.
   *[other] Not counted: { $count } messages that were written here, and are not known to have arrived. They stand at the end.
}
print-count = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}

## Refusals, by their code
error-request-invalid = This could not be understood.
error-request-invalid-content = A message needs 1 to 4,000 characters.
error-consultation-not-found = There is no such conversation, or you are not part of it.
error-consultation-inactive = This consultation has ended. It takes no more messages.
error-consultation-expired = This consultation has run out. It takes no more messages.
error-consultation-forbidden = You cannot speak here as this person.
error-doctor-unavailable = The doctor is off duty right now.
error-message-id-conflict = Another message was sent in its place. Edit it to send it as a new one.
error-auth-required = Please sign in first.
error-auth-invalid = Your sign-in is not valid.
error-auth-expired = Your sign-in has ended.
error-auth-forbidden = You are not allowed to do this.
error-connection-idle = Nobody used the connection, so it was closed.
error-rate-limited = That was a lot at once.
error-server-overloaded = The chat is busy.
error-server-error = Something went wrong on our side.
error-server-unavailable = The chat is starting or stopping.
error-request-origin-forbidden = This page may not use the chat.
error-client-outbox-full = Too many messages are waiting already. Try again when they are through.
error-client-connection-failed = The chat cannot be reached.
error-client-wrong-address = There is no chat at this address.
error-client-no-token = You could not be signed in.
error-unknown = This did not work.
retry-soon = Try again in a moment.
retry-in = { $seconds ->
    [one] Try again in { $seconds } second.
   *[other] Try again in { $seconds } seconds.
}
