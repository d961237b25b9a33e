### Everything that the page of patients and doctors says around the room. The room's own sentences are in `en.ftl`.

app-name = Consultation chat
inbox = Inbox
own-conversations = Your conversations
back-to-list = Back to the list
to-conversation = To your conversation
settings = Settings
language = Language
signed-in-as = You are signed in as { $name }
sign-out = Sign out
close = Close
cancel = Cancel
sign-out-title = Discard what you have not sent?
sign-out-plain = What has not been sent is gone once you sign out.
sign-out-text = What you have written and not sent is in this tab only. It is gone once you sign out.
sign-out-unconfirmed = Messages without a confirmation may have arrived already, or not have been sent at all. What has not arrived is gone once you sign out.
sign-out-confirm = Discard and sign out
sign-out-here = Sign out in this tab?

## The list
search-label = Search by name
search-none = Nobody with this name among { $count ->
    [one] { $count } conversation
   *[other] { $count } conversations
} here.
sort-label = Order
sort-waiting = Waiting longest first
sort-activity = Latest first
waiting-for = Waiting for { $duration }
waiting-briefly = Waiting for less than a minute
last-message = Last message { $moment }
nothing-said = Nobody has written yet
draft = Draft
opened = Opened { $moment }
one-of = { $number } of { $count }
runs-out = Runs out { $moment }
unread-count = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
load-more = Show more
list-loading = Loading your conversations…
list-offline = No connection. This list is as of { $time }.
list-refused = Your conversations cannot be shown.
empty-doctor-title = Nobody is waiting
empty-doctor-text = New consultations appear here by themselves.
empty-patient-title = You have no conversations yet
empty-patient-text = As soon as your clinic opens one for you, it appears here.
choose-title = Choose a conversation
choose-text = Arrow keys move through the list, Enter opens, Escape leads back to it.

## What a doctor can do
extend = Extend
end = End
end-title = End this consultation?
end-text = { $name } and you can still read it afterwards, and write no more.
end-confirm = End consultation
extend-title = Extend this consultation
extend-for = For another
extend-until = It will be open until { $moment }.
extend-confirm = Extend
change-offline = The chat cannot be reached right now. This can be done as soon as the connection is back.
change-unknown = No answer came. It may have been done all the same: look at the conversation before you try again.

## The patient's waiting room
waiting-ahead = { $count ->
    [0] You are next.
    [one] { $count } person is ahead of you.
   *[other] { $count } people are ahead of you.
}
waiting-wrote = You wrote { $moment }. There is no answer yet.
waiting-away = You can close this page: what you have sent stays here. A draft stays in this tab only.
hours-title = When { $name } is on duty
hours-here = Your time, { $zone }
hours-there = For { $name }, { $zone }
hours-none = No hours in the next seven days
hours-always = Round the clock

## Signing in
link-needed-title = Open the link that you were sent
link-needed-text = This chat opens by a personal link, from an e-mail or from your clinic’s pages.
link-refused-title = This link is not valid
link-refused-text = Ask for a new link where you got this one.
another-title = Who goes on in this tab?
another-text = This link is of another person than the one before in this tab.
another-before = The person before: { $name }
another-next = The person of this link: { $name }
another-unsent = What the person before has written and not sent is gone once you go on.
another-unconfirmed = Messages of the person before without a confirmation may have arrived already, or not have been sent at all. What has not arrived is gone once you go on.
another-go-on = Discard and go on
another-continue = Go on
another-go-back = Stay with the person before
wrong-role-title = This page is for patients and doctors
wrong-role-text = You are signed in as somebody who takes part in no conversation.
left-text = You have signed out in this tab. Other tabs stay signed in.
demo-title = Who are you?
demo-text = This is a demo, and anybody on this computer can be anybody. Open it in two tabs to talk to yourself.
demo-doctors = Doctors
demo-patients = Patients
demo-failed = The people of this demo could not be loaded.

## Being told
notices = Tell me of news
notice-sound = With a sound
notice-desktop = With a notification, without content and names
notice-blocked = Your browser does not allow notifications for this page. You can allow them in its settings.
notice-failed = The last notification could not be shown.
notice-insecure = Notifications need a secure connection (https), and this page has none.
notice-missing = This browser has no notifications for a page like this one.
notice-when = You are told only while this page is open. Where a phone puts it to sleep in the background, nothing comes meanwhile.
news-answer = There is an answer for you.
news-message = A patient has written.
news-patient = A new patient is waiting.
news-trial = You will be told of news like this.
