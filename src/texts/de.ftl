role-user = Patientin/Patient
role-doctor = Ärztin/Arzt
you = Sie
somebody = Jemand
says = { $name }: { $text }
comma = ,

moment = { $day } um { $time }
date-and-time = { $date }, { $time }

conversation = Gespräch
message-label = Nachricht
message-placeholder = An { $name } schreiben
send = Senden
writing-as = Sie schreiben als { $name }
send-hint = Eingabetaste sendet, Umschalt + Eingabetaste beginnt eine neue Zeile
closes-soon = Offen bis { $time }, also noch weniger als { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
}.
characters-left = { $count ->
    [one] noch { $count } Zeichen
   *[other] noch { $count } Zeichen
}
characters-too-many = { $count ->
    [one] { $count } Zeichen zu viel, höchstens { $limit }
   *[other] { $count } Zeichen zu viel, höchstens { $limit }
}

delivery-waiting = Wartet auf die Verbindung
delivery-signed-out = Wartet auf eine neue Anmeldung
delivery-sending = Wird gesendet …
delivery-sent = Gesendet
delivery-read = Gelesen
delivery-failed = Nicht gesendet
delivery-unconfirmed = Nicht bestätigt
try-again = Erneut versuchen
edit = Bearbeiten
copy = Kopieren
copied = Kopiert.
said-by = { $name }, { $time }:

new = Neu
new-since-away = Neu, seit Sie weg waren
new-messages = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
not-sent = { $count ->
    [one] { $count } Nachricht wurde nicht gesendet
   *[other] { $count } Nachrichten wurden nicht gesendet
}
unread-above = { $count ->
    [one] { $count } ungelesene Nachricht weiter oben
   *[other] { $count } ungelesene Nachrichten weiter oben
}
newest-messages = Neueste Nachrichten
older-loading = Frühere Nachrichten werden geladen …
older-load = Frühere Nachrichten anzeigen
older-failed = Frühere Nachrichten konnten nicht geladen werden.
empty-title = Noch hat niemand geschrieben
empty-text = Mit der ersten Nachricht beginnt das Gespräch.
is-writing = { $name } schreibt …
note-joined = { $name } ist gekommen
note-left = { $name } ist gegangen
note-looked-in = { $name } ist gekommen und wieder gegangen
note-came-back = { $name } ist gegangen und wiedergekommen
note-ended = Die Sprechstunde wurde beendet
note-ran-out = Die Sprechstunde ist abgelaufen
note-reopened = Die Sprechstunde ist wieder offen
note-open-until = Die Sprechstunde läuft nun { $moment } ab

presence-here = gerade hier
presence-away = gerade nicht hier
open-until = Sprechstunde bis { $moment }
ended = Beendet
ran-out = Abgelaufen { $moment }
duty-on = Im Dienst
duty-until = bis { $time }
duty-until-day = bis { $moment }
duty-there = ({ $moment } in { $zone })
duty-off = Nicht im Dienst
duty-unconfirmed = Dienst nicht bestätigt
duty-unknown = Dienst noch unbekannt
duty-as-of = Stand { $time }
duty-back = wieder { $moment }
emergency-default = Dieser Chat ist nicht für Notfälle. Rufen Sie in dringenden Fällen den Notruf 112 oder die Notrufnummer Ihres Landes.

connecting = Verbindung wird aufgebaut …
connection-lost = Die Verbindung ist unterbrochen. Was Sie schreiben, wird gesendet, sobald sie wieder da ist.
server-not-ready = Der Chat ist noch nicht bereit. Wir versuchen es weiter.
unreachable = Der Chat ist nicht erreichbar. Wir versuchen es weiter.
signed-out-title = Ihre Anmeldung ist abgelaufen
signed-out-text = Bitten Sie dort um einen neuen Link, wo Sie den letzten erhalten haben, oder öffnen Sie den Chat noch einmal von der Seite aus, die Sie hierher geführt hat.
signed-out-kept = Was Sie geschrieben haben, bleibt in diesem Tab.
join-failed-title = Dieses Gespräch lässt sich nicht öffnen
nothing-chosen = Es wurde kein Gespräch gewählt.

closed-ended-title = Diese Sprechstunde ist beendet
closed-ended-text = Nachrichten können weiter gelesen, aber keine neuen gesendet werden.
closed-expired-title = Diese Sprechstunde ist abgelaufen
closed-expired-text = Sie ist { $moment } abgelaufen. Nachrichten können weiter gelesen, aber keine neuen gesendet werden.
closed-off-duty-title = Sie können gerade nicht schreiben: { $name } ist nicht im Dienst
closed-off-duty-own-title = Sie können gerade nicht schreiben: Sie sind nicht im Dienst
next-opening = Nachrichten können ab { $moment } gesendet werden (Ihre Zeit).
next-opening-there = Für { $name } ist das { $moment } ({ $zone }).
no-opening = Innerhalb des nächsten Jahres sind keine Dienstzeiten geplant.
runs-out-before = Diese Sprechstunde läuft vorher ab, { $moment }.
can-extend = Bis dahin kann sie verlängert werden.
ask-clinic = Wenn Sie schreiben möchten, fragen Sie Ihre Praxis, was möglich ist.
duty-back-later = Wieder da { $moment }.
closed-onlooker-title = Sie lesen nur mit
draft-kept = Ihr Entwurf wurde nicht gesendet und bleibt in diesem Tab.

print = Gespräch drucken
print-loading = Das ganze Gespräch wird geladen …
print-failed = Nicht gedruckt: Das Gespräch konnte nicht ganz geladen werden.
print-offline = Nicht gedruckt: Es gibt keine Verbindung, und frühere Nachrichten sind nicht geladen. Das Menü Ihres Browsers druckt, was hier ist.
print-heading = Sprechstunde { $id }
print-parties = { $patient } (Patientin/Patient) und { $doctor } (Ärztin/Arzt)
print-zone = Zeiten in { $zone }. Gedruckt { $moment }.
print-part = Frühere Nachrichten fehlen hier. Die Schaltfläche „Gespräch drucken“ druckt alle.
print-as-loaded = Ohne Verbindung gedruckt: Was inzwischen gesagt oder geändert wurde, fehlt hier.
print-unsent = Hier geschrieben, Ankunft nicht bestätigt
print-unsent-count = { $count ->
    [one] Nicht mitgezählt: { $count } Nachricht, die hier geschrieben und deren Ankunft nicht bestätigt wurde. Sie steht am Ende.
   *[other] Nicht mitgezählt: { $count } Nachrichten, die hier geschrieben und deren Ankunft nicht bestätigt wurde. Sie stehen am Ende.
}
print-count = { $count ->
    [one] { $count } Nachricht
   *[other] { $count } Nachrichten
}

error-request-invalid = Das konnte nicht verstanden werden.
error-request-invalid-content = Eine Nachricht braucht 1 bis 4.000 Zeichen.
error-consultation-not-found = Dieses Gespräch gibt es nicht, oder Sie gehören nicht dazu.
error-consultation-inactive = Diese Sprechstunde ist beendet. Sie nimmt keine Nachrichten mehr an.
error-consultation-expired = Diese Sprechstunde ist abgelaufen. Sie nimmt keine Nachrichten mehr an.
error-consultation-forbidden = Als diese Person können Sie hier nicht schreiben.
error-doctor-unavailable = Die Ärztin oder der Arzt ist gerade nicht im Dienst.
error-message-id-conflict = An ihrer Stelle wurde eine andere Nachricht gesendet. Bearbeiten Sie sie, um sie neu zu senden.
error-auth-required = Bitte melden Sie sich zuerst an.
error-auth-invalid = Ihre Anmeldung ist nicht gültig.
error-auth-expired = Ihre Anmeldung ist abgelaufen.
error-auth-forbidden = Das dürfen Sie nicht.
error-connection-idle = Niemand hat die Verbindung benutzt, deshalb wurde sie geschlossen.
error-rate-limited = Das war viel auf einmal.
error-server-overloaded = Der Chat ist ausgelastet.
error-server-error = Bei uns ist etwas schiefgegangen.
error-server-unavailable = Der Chat startet gerade oder wird beendet.
error-request-origin-forbidden = Diese Seite darf den Chat nicht benutzen.
error-client-outbox-full = Es warten schon zu viele Nachrichten. Versuchen Sie es erneut, wenn sie gesendet sind.
error-client-connection-failed = Der Chat ist nicht erreichbar.
error-client-wrong-address = Unter dieser Adresse gibt es keinen Chat.
error-client-no-token = Sie konnten nicht angemeldet werden.
error-unknown = Das hat nicht geklappt.
retry-soon = Versuchen Sie es gleich noch einmal.
retry-in = { $seconds ->
    [one] Versuchen Sie es in { $seconds } Sekunde noch einmal.
   *[other] Versuchen Sie es in { $seconds } Sekunden noch einmal.
}
