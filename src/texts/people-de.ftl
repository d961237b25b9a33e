app-name = Sprechstunde
inbox = Posteingang
own-conversations = Ihre Gespräche
back-to-list = Zurück zur Liste
to-conversation = Zu Ihrem Gespräch
settings = Einstellungen
language = Sprache
signed-in-as = Sie sind angemeldet als { $name }
sign-out = Abmelden
close = Schließen
cancel = Abbrechen
sign-out-title = Nicht Gesendetes verwerfen?
sign-out-plain = Was nicht gesendet ist, ist weg, wenn Sie sich abmelden.
sign-out-text = Was Sie geschrieben und nicht gesendet haben, gibt es nur in diesem Tab. Wenn Sie sich abmelden, ist es weg.
sign-out-unconfirmed = Nachrichten ohne Bestätigung sind vielleicht schon angekommen, vielleicht auch noch gar nicht gesendet. Was nicht angekommen ist, ist weg, wenn Sie sich abmelden.
sign-out-confirm = Verwerfen und abmelden
sign-out-here = In diesem Tab abmelden?

search-label = Nach Namen suchen
search-none = { $count ->
    [one] Im einzigen Gespräch hier gibt es niemanden mit diesem Namen.
   *[other] In den { $count } Gesprächen hier gibt es niemanden mit diesem Namen.
}
sort-label = Reihenfolge
sort-waiting = Wer am längsten wartet, zuerst
sort-activity = Neueste zuerst
waiting-for = Wartezeit: { $duration }
waiting-briefly = Wartezeit: unter einer Minute
last-message = Letzte Nachricht { $moment }
nothing-said = Noch hat niemand geschrieben
draft = Entwurf
opened = Eröffnet { $moment }
one-of = { $number } von { $count }
runs-out = Läuft { $moment } ab
unread-count = { $count ->
    [one] { $count } ungelesene Nachricht
   *[other] { $count } ungelesene Nachrichten
}
load-more = Mehr anzeigen
list-loading = Ihre Gespräche werden geladen …
list-offline = Keine Verbindung. Stand dieser Liste: { $time }.
list-refused = Ihre Gespräche können nicht gezeigt werden.
empty-doctor-title = Niemand wartet
empty-doctor-text = Neue Sprechstunden erscheinen hier von selbst.
empty-patient-title = Sie haben noch keine Gespräche
empty-patient-text = Sobald Ihre Praxis eines für Sie eröffnet, erscheint es hier.
choose-title = Wählen Sie ein Gespräch
choose-text = Mit den Pfeiltasten durch die Liste, mit der Eingabetaste öffnen, mit Escape zurück zur Liste.

extend = Verlängern
end = Beenden
end-title = Diese Sprechstunde beenden?
end-text = { $name } und Sie können danach noch lesen, aber nicht mehr schreiben.
end-confirm = Sprechstunde beenden
extend-title = Diese Sprechstunde verlängern
extend-for = Zusätzliche Zeit
extend-until = Sie ist dann offen bis { $moment }.
extend-confirm = Verlängern
change-offline = Der Chat ist gerade nicht erreichbar. Das geht, sobald die Verbindung wieder da ist.
change-unknown = Es kam keine Antwort. Vielleicht ist es trotzdem geschehen: Sehen Sie im Gespräch nach, bevor Sie es noch einmal versuchen.

waiting-ahead = { $count ->
    [0] Sie sind als Nächstes an der Reihe.
    [one] { $count } Person ist vor Ihnen an der Reihe.
   *[other] { $count } Personen sind vor Ihnen an der Reihe.
}
waiting-wrote = Sie haben { $moment } geschrieben. Es gibt noch keine Antwort.
waiting-away = Sie können diese Seite schließen: Was Sie gesendet haben, bleibt erhalten. Ein Entwurf bleibt nur in diesem Tab.
hours-title = Dienstzeiten: { $name }
hours-here = Ihre Zeit, { $zone }
hours-there = Bei { $name }, { $zone }
hours-none = Keine Zeiten in den nächsten sieben Tagen
hours-always = Rund um die Uhr

link-needed-title = Öffnen Sie den Link, den Sie erhalten haben
link-needed-text = Dieser Chat öffnet sich über einen persönlichen Link aus einer E-Mail oder von den Seiten Ihrer Praxis.
link-refused-title = Dieser Link ist nicht gültig
link-refused-text = Bitten Sie um einen neuen Link, und zwar dort, wo Sie diesen erhalten haben.
another-title = Wer macht in diesem Tab weiter?
another-text = Dieser Link gehört zu einer anderen Person als der vorige in diesem Tab.
another-before = Vorige Person: { $name }
another-next = Person zu diesem Link: { $name }
another-unsent = Was die vorige Person geschrieben und nicht gesendet hat, ist weg, sobald Sie fortfahren.
another-unconfirmed = Nachrichten der vorigen Person ohne Bestätigung sind vielleicht schon angekommen, vielleicht auch noch gar nicht gesendet. Was nicht angekommen ist, ist weg, sobald Sie fortfahren.
another-go-on = Verwerfen und fortfahren
another-continue = Fortfahren
another-go-back = Bei der vorigen Person bleiben
wrong-role-title = Diese Seite ist für Patientinnen, Patienten, Ärztinnen und Ärzte
wrong-role-text = Mit dieser Anmeldung nehmen Sie an keinem Gespräch teil.
left-text = Sie haben sich in diesem Tab abgemeldet. Andere Tabs bleiben angemeldet.
demo-title = Wer sind Sie?
demo-text = Dies ist eine Demo: Auf diesem Computer können alle jede Person sein. In zwei Tabs können Sie mit sich selbst schreiben.
demo-doctors = Ärztinnen und Ärzte
demo-patients = Patientinnen und Patienten
demo-failed = Die Personen dieser Demo konnten nicht geladen werden.

notices = Neues melden
notice-sound = Mit einem Ton
notice-desktop = Mit einer Benachrichtigung, ohne Inhalt und Namen
notice-blocked = Ihr Browser erlaubt dieser Seite keine Benachrichtigungen. In seinen Einstellungen können Sie sie erlauben.
notice-failed = Die letzte Benachrichtigung konnte nicht angezeigt werden.
notice-insecure = Benachrichtigungen brauchen eine sichere Verbindung (https), und diese Seite hat keine.
notice-missing = Dieser Browser hat für eine Seite wie diese keine Benachrichtigungen.
notice-when = Gemeldet wird nur, solange diese Seite offen ist. Legt ein Telefon sie im Hintergrund schlafen, kommt solange nichts.
news-answer = Es gibt eine Antwort für Sie.
news-message = Eine Patientin oder ein Patient hat geschrieben.
news-patient = Eine neue Patientin oder ein neuer Patient wartet.
news-trial = So wird Ihnen Neues gemeldet.
