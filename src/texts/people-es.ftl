app-name = Consulta en línea
inbox = Bandeja de entrada
own-conversations = Sus conversaciones
back-to-list = Volver a la lista
to-conversation = A su conversación
settings = Ajustes
language = Idioma
signed-in-as = Ha iniciado sesión como { $name }
sign-out = Cerrar sesión
close = Cerrar
cancel = Cancelar
sign-out-title = ¿Descartar lo que no ha enviado?
sign-out-plain = Lo que no se ha enviado se pierde al cerrar la sesión.
sign-out-text = Lo que escribió y no envió solo está en esta pestaña. Al cerrar la sesión se pierde.
sign-out-unconfirmed = Los mensajes sin confirmación quizá ya llegaron, o quizá no se han enviado. Lo que no llegó se pierde al cerrar la sesión.
sign-out-confirm = Descartar y cerrar sesión
sign-out-here = ¿Cerrar sesión en esta pestaña?

search-label = Buscar por nombre
search-none = { $count ->
    [one] No hay nadie con ese nombre en la única conversación de aquí.
   *[other] No hay nadie con ese nombre en las { $count } conversaciones de aquí.
}
sort-label = Orden
sort-waiting = Mayor espera primero
sort-activity = Lo más reciente primero
waiting-for = En espera desde hace { $duration }
waiting-briefly = En espera desde hace menos de un minuto
last-message = Último mensaje { $moment }
nothing-said = Todavía no ha escrito nadie
draft = Borrador
opened = Se abrió { $moment }
one-of = { $number } de { $count }
runs-out = Termina { $moment }
unread-count = { $count ->
    [one] { $count } mensaje sin leer
   *[other] { $count } mensajes sin leer
}
load-more = Mostrar más
list-loading = Cargando sus conversaciones…
list-offline = Sin conexión. Datos de la lista: { $time }.
list-refused = No se pueden mostrar sus conversaciones.
empty-doctor-title = Nadie espera
empty-doctor-text = Las consultas nuevas aparecen aquí automáticamente.
empty-patient-title = Todavía no tiene conversaciones
empty-patient-text = En cuanto su clínica abra una para usted, aparecerá aquí.
choose-title = Elija una conversación
choose-text = Las flechas recorren la lista, Intro abre, Escape vuelve a la lista.

extend = Prolongar
end = Terminar
end-title = ¿Terminar esta consulta?
end-text = { $name } y usted podrán leer la conversación después, pero ya no escribir.
end-confirm = Terminar la consulta
extend-title = Prolongar esta consulta
extend-for = Tiempo adicional
extend-until = Estará abierta hasta { $moment }.
extend-confirm = Prolongar
change-offline = No se puede contactar con el chat en este momento. Será posible en cuanto vuelva la conexión.
change-unknown = No llegó ninguna respuesta. Quizá se hizo de todos modos: mire la conversación antes de volver a intentarlo.

waiting-ahead = { $count ->
    [0] No hay nadie antes que usted.
    [one] Hay { $count } persona antes que usted.
   *[other] Hay { $count } personas antes que usted.
}
waiting-wrote = Usted escribió { $moment }. Todavía no hay respuesta.
waiting-away = Puede cerrar esta página: lo que envió se conserva. Un borrador solo queda en esta pestaña.
hours-title = Horario de { $name }
hours-here = Su hora, { $zone }
hours-there = Para { $name }, { $zone }
hours-none = Sin horario en los próximos siete días
hours-always = Las 24 horas

link-needed-title = Abra el enlace que recibió
link-needed-text = Este chat se abre con un enlace personal que llega por correo electrónico o está en el sitio web de su clínica.
link-refused-title = Este enlace no es válido
link-refused-text = Pida un enlace nuevo donde recibió este.
another-title = ¿Quién sigue en esta pestaña?
another-text = Este enlace es de otra persona que el anterior en esta pestaña.
another-before = Persona anterior: { $name }
another-next = Persona de este enlace: { $name }
another-unsent = Lo que la persona anterior escribió y no envió se pierde si continúa.
another-unconfirmed = Los mensajes sin confirmación de la persona anterior quizá ya llegaron, o quizá no se han enviado. Lo que no llegó se pierde si continúa.
another-go-on = Descartar y continuar
another-continue = Continuar
another-go-back = Seguir con la persona anterior
wrong-role-title = Esta página es para pacientes y personal médico
wrong-role-text = Con este acceso no participa en ninguna conversación.
left-text = Ha cerrado la sesión en esta pestaña. Las demás pestañas siguen con la sesión abierta.
demo-title = ¿Quién es usted?
demo-text = Esto es una demostración: aquí se puede elegir a cualquier persona. Ábrala en dos pestañas para escribir desde ambos lados.
demo-doctors = Médicas y médicos
demo-patients = Pacientes
demo-failed = No se pudieron cargar las personas de esta demostración.

notices = Avisarme de novedades
notice-sound = Con un sonido
notice-desktop = Con una notificación, sin contenido ni nombres
notice-blocked = Su navegador no permite notificaciones de esta página. Puede permitirlas en sus ajustes.
notice-failed = No se pudo mostrar la última notificación.
notice-insecure = Las notificaciones necesitan una conexión segura (https), y esta página no la tiene.
notice-missing = Este navegador no tiene notificaciones para una página como esta.
notice-when = Se le avisa solo mientras esta página está abierta. Si un teléfono la suspende en segundo plano, entretanto no llega nada.
news-answer = Hay una respuesta para usted.
news-message = Ha escrito un paciente o una paciente.
news-patient = Hay una persona nueva en espera.
news-trial = Así se le avisará de las novedades.
