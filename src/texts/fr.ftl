role-user = Patient(e)
role-doctor = Médecin
you = Vous
somebody = Quelqu’un
says = { $name } : { $text }
comma = ,

moment = { $day } à { $time }
date-and-time = { $date } à { $time }

conversation = Conversation
message-label = Message
message-placeholder = Écrire à { $name }
send = Envoyer
writing-as = Vous écrivez en tant que { $name }
send-hint = Entrée envoie, Maj + Entrée commence une nouvelle ligne
closes-soon = Ouvert jusqu’à { $time } : il reste moins { $count ->
    [one] d’une minute
   *[other] de { $count } minutes
}.
characters-left = { $count ->
    [one] { $count } caractère restant
   *[other] { $count } caractères restants
}
characters-too-many = { $count ->
    [one] { $count } caractère de trop, { $limit } au maximum
   *[other] { $count } caractères de trop, { $limit } au maximum
}

delivery-waiting = En attente de connexion
delivery-signed-out = En attente d’une nouvelle session
delivery-sending = Envoi…
delivery-sent = Envoyé
delivery-read = Lu
delivery-failed = Non envoyé
delivery-unconfirmed = Non confirmé
try-again = Réessayer
edit = Modifier
copy = Copier
copied = Copié.
said-by = { $name }, { $time } :

new = Nouveau
new-since-away = Nouveau depuis votre absence
new-messages = { $count ->
    [one] { $count } nouveau message
   *[other] { $count } nouveaux messages
}
not-sent = { $count ->
    [one] { $count } message n’a pas été envoyé
   *[other] { $count } messages n’ont pas été envoyés
}
unread-above = { $count ->
    [one] { $count } message non lu plus haut
   *[other] { $count } messages non lus plus haut
}
newest-messages = Derniers messages
older-loading = Chargement des messages précédents…
older-load = Afficher les messages précédents
older-failed = Les messages précédents n’ont pas pu être chargés.
empty-title = Personne n’a encore écrit
empty-text = Le premier message commence la conversation.
is-writing = { $name } écrit…
note-joined = { $name } a rejoint la conversation
note-left = { $name } a quitté la conversation
note-looked-in = { $name } a rejoint puis quitté la conversation
note-came-back = { $name } a quitté puis rejoint la conversation
note-ended = La consultation a été terminée
note-ran-out = La consultation a expiré
note-reopened = La consultation est de nouveau ouverte
note-open-until = La consultation expire désormais { $moment }

presence-here = ici en ce moment
presence-away = pas ici en ce moment
open-until = Cette consultation expire { $moment }
ended = Terminée
ran-out = Expirée { $moment }
duty-on = De service
duty-until = jusqu’à { $time }
duty-until-day = jusqu’à { $moment }
duty-there = ({ $moment } à { $zone })
duty-off = Pas de service
duty-unconfirmed = Service non confirmé
duty-unknown = Service pas encore connu
duty-as-of = dernier état : { $time }
duty-back = retour { $moment }
emergency-default = Cette messagerie n’est pas destinée aux urgences. En cas d’urgence, appelez le 112 ou le numéro d’urgence de votre pays.

connecting = Connexion…
connection-lost = La connexion est perdue. Ce que vous écrivez partira dès son retour.
server-not-ready = La messagerie n’est pas encore prête. Nous continuons d’essayer.
unreachable = La messagerie est injoignable. Nous continuons d’essayer.
signed-out-title = Votre session est terminée
signed-out-text = Demandez un nouveau lien là où vous avez reçu le dernier, ou rouvrez la messagerie depuis la page d’où vous venez.
signed-out-kept = Ce que vous avez écrit reste dans cet onglet.
join-failed-title = Impossible d’ouvrir cette conversation
nothing-chosen = Aucune conversation n’a été choisie.

closed-ended-title = Cette consultation est terminée
closed-ended-text = On peut encore lire les messages, mais plus en envoyer.
closed-expired-title = Cette consultation a expiré
closed-expired-text = Elle a expiré { $moment }. On peut encore lire les messages, mais plus en envoyer.
closed-off-duty-title = Vous ne pouvez pas écrire maintenant : { $name } n’est pas de service
closed-off-duty-own-title = Vous ne pouvez pas écrire maintenant : vous n’êtes pas de service
next-opening = Vous pourrez écrire { $moment } (votre heure).
next-opening-there = Pour { $name }, c’est { $moment } ({ $zone }).
no-opening = Aucune heure de service n’est prévue dans l’année à venir.
runs-out-before = Cette consultation expire avant, { $moment }.
can-extend = D’ici là, elle peut être prolongée.
ask-clinic = Si vous avez besoin d’écrire, demandez à votre cabinet ce qui est possible.
duty-back-later = Retour { $moment }.
closed-onlooker-title = Vous êtes en lecture seule
draft-kept = Votre brouillon n’a pas été envoyé et reste dans cet onglet.

print = Imprimer la conversation
print-loading = Chargement de toute la conversation…
print-failed = Pas d’impression : la conversation entière n’a pas pu être chargée.
print-offline = Pas d’impression : il n’y a pas de connexion, et des messages précédents ne sont pas chargés. Le menu de votre navigateur imprime ce qui est ici.
print-heading = Consultation { $id }
print-parties = { $patient } (patient(e)) et { $doctor } (médecin)
print-zone = Heures de { $zone }. Imprimé : { $moment }.
print-part = Des messages précédents manquent ici. Le bouton « Imprimer la conversation » les imprime tous.
print-as-loaded = Imprimé sans connexion : ce qui a été dit ou modifié entre-temps manque ici.
print-unsent = Écrit ici, arrivée non confirmée
print-unsent-count = { $count ->
    [one] Non compté : { $count } message écrit ici, dont l’arrivée n’est pas confirmée. Il figure à la fin.
   *[other] Non comptés : { $count } messages écrits ici, dont l’arrivée n’est pas confirmée. Ils figurent à la fin.
}
print-count = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}

error-request-invalid = La demande n’a pas été comprise.
error-request-invalid-content = Un message doit avoir de 1 à 4 000 caractères.
error-consultation-not-found = Cette conversation n’existe pas, ou vous n’en faites pas partie.
error-consultation-inactive = Cette consultation est terminée. Elle n’accepte plus de messages.
error-consultation-expired = Cette consultation a expiré. Elle n’accepte plus de messages.
error-consultation-forbidden = Vous ne pouvez pas écrire ici au nom de cette personne.
error-doctor-unavailable = Le médecin n’est pas de service en ce moment.
error-message-id-conflict = Un autre message a été envoyé à sa place. Modifiez-le pour l’envoyer comme nouveau message.
error-auth-required = Veuillez d’abord vous connecter.
error-auth-invalid = Votre connexion n’est pas valide.
error-auth-expired = Votre session est terminée.
error-auth-forbidden = Vous n’avez pas le droit de faire cela.
error-connection-idle = Personne n’utilisait la connexion, elle a donc été fermée.
error-rate-limited = Trop de demandes à la fois.
error-server-overloaded = La messagerie est très sollicitée.
error-server-error = Une erreur s’est produite de notre côté.
error-server-unavailable = La messagerie démarre ou s’arrête.
error-request-origin-forbidden = Cette page n’est pas autorisée à utiliser la messagerie.
error-client-outbox-full = Trop de messages sont déjà en attente. Réessayez quand ils seront partis.
error-client-connection-failed = La messagerie est injoignable.
error-client-wrong-address = Il n’y a pas de messagerie à cette adresse.
error-client-no-token = Votre connexion n’a pas abouti.
error-unknown = Cela n’a pas fonctionné.
retry-soon = Réessayez dans un instant.
retry-in = { $seconds ->
    [one] Réessayez dans { $seconds } seconde.
   *[other] Réessayez dans { $seconds } secondes.
}
