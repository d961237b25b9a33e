app-name = Consultation en ligne
inbox = Boîte de réception
own-conversations = Vos conversations
back-to-list = Retour à la liste
to-conversation = Vers votre conversation
settings = Réglages
language = Langue
signed-in-as = Vous êtes connecté en tant que { $name }
sign-out = Se déconnecter
close = Fermer
cancel = Annuler
sign-out-title = Abandonner ce qui n’est pas envoyé ?
sign-out-plain = La déconnexion efface ce qui n’est pas envoyé.
sign-out-text = Ce que vous avez écrit sans l’envoyer n’existe que dans cet onglet. La déconnexion l’efface.
sign-out-unconfirmed = Les messages sans confirmation sont peut-être déjà arrivés, ou n’ont peut-être pas été envoyés. Ce qui n’est pas arrivé est effacé par la déconnexion.
sign-out-confirm = Abandonner et se déconnecter
sign-out-here = Se déconnecter dans cet onglet ?

search-label = Chercher par nom
search-none = { $count ->
    [one] Personne de ce nom dans l’unique conversation ici.
   *[other] Personne de ce nom dans les { $count } conversations ici.
}
sort-label = Ordre
sort-waiting = Attente la plus longue d’abord
sort-activity = Les plus récentes d’abord
waiting-for = En attente depuis { $duration }
waiting-briefly = En attente depuis moins d’une minute
last-message = Dernier message { $moment }
nothing-said = Personne n’a encore écrit
draft = Brouillon
opened = Ouverte { $moment }
one-of = { $number } sur { $count }
runs-out = Prend fin { $moment }
unread-count = { $count ->
    [one] { $count } message non lu
   *[other] { $count } messages non lus
}
load-more = Afficher plus
list-loading = Chargement de vos conversations…
list-offline = Pas de connexion. État de cette liste : { $time }.
list-refused = Vos conversations ne peuvent pas être affichées.
empty-doctor-title = Personne n’attend
empty-doctor-text = Les nouvelles consultations apparaissent ici automatiquement.
empty-patient-title = Vous n’avez pas encore de conversation
empty-patient-text = Dès que votre cabinet en ouvrira une pour vous, elle apparaîtra ici.
choose-title = Choisissez une conversation
choose-text = Les flèches parcourent la liste, Entrée ouvre, Échap ramène à la liste.

extend = Prolonger
end = Terminer
end-title = Terminer cette consultation ?
end-text = { $name } et vous pourrez encore lire la conversation, mais plus y écrire.
end-confirm = Terminer la consultation
extend-title = Prolonger cette consultation
extend-for = Durée supplémentaire
extend-until = Elle sera ouverte jusqu’à { $moment }.
extend-confirm = Prolonger
change-offline = Le chat est injoignable pour le moment. Ce sera possible dès que la connexion sera rétablie.
change-unknown = Aucune réponse n’est venue. C’est peut-être fait malgré tout : regardez la conversation avant de réessayer.

waiting-ahead = { $count ->
    [0] Personne n’est avant vous.
    [one] { $count } personne est avant vous.
   *[other] { $count } personnes sont avant vous.
}
waiting-wrote = Vous avez écrit { $moment }. Il n’y a pas encore de réponse.
waiting-away = Vous pouvez fermer cette page : ce que vous avez envoyé est conservé. Un brouillon ne reste que dans cet onglet.
hours-title = Heures de service : { $name }
hours-here = Votre heure, { $zone }
hours-there = Chez { $name }, { $zone }
hours-none = Aucune heure dans les sept prochains jours
hours-always = 24 h sur 24

link-needed-title = Ouvrez le lien que vous avez reçu
link-needed-text = Cette messagerie s’ouvre par un lien personnel, reçu par e-mail ou trouvé sur le site de votre cabinet.
link-refused-title = Ce lien n’est pas valable
link-refused-text = Demandez un nouveau lien là où vous avez reçu celui-ci.
another-title = Qui continue dans cet onglet ?
another-text = Ce lien est celui d’une autre personne que le précédent dans cet onglet.
another-before = Personne précédente : { $name }
another-next = Personne de ce lien : { $name }
another-unsent = Ce que la personne précédente a écrit sans l’envoyer sera effacé si vous continuez.
another-unconfirmed = Les messages sans confirmation de la personne précédente sont peut-être déjà arrivés, ou n’ont peut-être pas été envoyés. Ce qui n’est pas arrivé sera effacé si vous continuez.
another-go-on = Abandonner et continuer
another-continue = Continuer
another-go-back = Rester avec la personne précédente
wrong-role-title = Cette page est destinée aux patients et aux médecins
wrong-role-text = Avec cette connexion, vous ne participez à aucune conversation.
left-text = Vous êtes déconnecté dans cet onglet. Les autres onglets restent connectés.
demo-title = Qui êtes-vous ?
demo-text = Ceci est une démonstration : sur cet ordinateur, on peut choisir n’importe quelle personne. Ouvrez deux onglets pour vous écrire à vous-même.
demo-doctors = Médecins
demo-patients = Patientes et patients
demo-failed = Les personnes de cette démonstration n’ont pas pu être chargées.

notices = Me signaler les nouveautés
notice-sound = Par un son
notice-desktop = Par une notification, sans contenu ni noms
notice-blocked = Votre navigateur n’autorise pas les notifications de cette page. Vous pouvez les autoriser dans ses réglages.
notice-failed = La dernière notification n’a pas pu être affichée.
notice-insecure = Les notifications demandent une connexion sécurisée (https), et cette page n’en a pas.
notice-missing = Ce navigateur n’a pas de notifications pour une page comme celle-ci.
notice-when = Les nouveautés ne sont signalées que tant que cette page est ouverte. Si un téléphone la met en veille à l’arrière-plan, rien n’arrive entre-temps.
news-answer = Il y a une réponse pour vous.
news-message = Vous avez un nouveau message.
news-patient = Une nouvelle personne attend.
news-trial = Les nouveautés vous seront signalées ainsi.
