role-user = Paciente
role-doctor = Médico/a
you = Usted
somebody = Alguien
says = { $name }: { $text }
comma = ,

moment = { $day } a las { $time }
date-and-time = { $date }, { $time }

conversation = Conversación
message-label = Mensaje
message-placeholder = Escribir a { $name }
send = Enviar
writing-as = Escribe como { $name }
send-hint = Intro envía, Mayús + Intro empieza una línea nueva
closes-soon = Abierto hasta las { $time }: { $count ->
    [one] queda menos de un minuto
   *[other] quedan menos de { $count } minutos
}.
characters-left = { $count ->
    [one] queda { $count } carácter
   *[other] quedan { $count } caracteres
}
characters-too-many = { $count ->
    [one] sobra { $count } carácter, máximo { $limit }
   *[other] sobran { $count } caracteres, máximo { $limit }
}

delivery-waiting = Esperando la conexión
delivery-signed-out = Esperando una nueva sesión
delivery-sending = Enviando…
delivery-sent = Enviado
delivery-read = Leído
delivery-failed = No enviado
delivery-unconfirmed = Sin confirmar
try-again = Intentar de nuevo
edit = Editar
copy = Copiar
copied = Copiado.
said-by = { $name }, { $time }:

new = Nuevo
new-since-away = Nuevo desde que se fue
new-messages = { $count ->
    [one] { $count } mensaje nuevo
   *[other] { $count } mensajes nuevos
}
not-sent = { $count ->
    [one] { $count } mensaje no se ha enviado
   *[other] { $count } mensajes no se han enviado
}
unread-above = { $count ->
    [one] { $count } mensaje no leído más arriba
   *[other] { $count } mensajes no leídos más arriba
}
newest-messages = Mensajes más recientes
older-loading = Cargando mensajes anteriores…
older-load = Mostrar mensajes anteriores
older-failed = No se pudieron cargar los mensajes anteriores.
empty-title = Todavía no ha escrito nadie
empty-text = El primer mensaje inicia la conversación.
is-writing = { $name } está escribiendo…
note-joined = { $name } ha entrado
note-left = { $name } ha salido
note-looked-in = { $name } ha entrado y ha vuelto a salir
note-came-back = { $name } ha salido y ha vuelto
note-ended = La consulta se ha terminado
note-ran-out = El plazo de la consulta ha terminado
note-reopened = La consulta está abierta de nuevo
note-open-until = Ahora la consulta termina { $moment }

presence-here = aquí ahora
presence-away = ahora no está
open-until = Esta consulta termina { $moment }
ended = Terminada
ran-out = Plazo terminado { $moment }
duty-on = De servicio
duty-until = hasta las { $time }
duty-until-day = hasta { $moment }
duty-there = ({ $moment } en { $zone })
duty-off = No está de servicio
duty-unconfirmed = Servicio sin confirmar
duty-unknown = Servicio aún desconocido
duty-as-of = último dato: { $time }
duty-back = vuelve { $moment }
emergency-default = Este chat no es para emergencias. Si es urgente, llame al número de emergencias de su zona.

connecting = Conectando…
connection-lost = Se perdió la conexión. Lo que escriba se enviará en cuanto vuelva la conexión.
server-not-ready = El chat aún no está listo. Seguimos intentándolo.
unreachable = No se puede acceder al chat. Seguimos intentándolo.
signed-out-title = Su sesión ha terminado
signed-out-text = Pida un enlace nuevo donde recibió el último, o abra de nuevo el chat desde la página que le trajo aquí.
signed-out-kept = Lo que escribió queda en esta pestaña.
join-failed-title = No se puede abrir esta conversación
nothing-chosen = No se ha elegido ninguna conversación.

closed-ended-title = Esta consulta ha terminado
closed-ended-text = Los mensajes se pueden seguir leyendo, pero no se pueden enviar nuevos.
closed-expired-title = El plazo de esta consulta ha terminado
closed-expired-text = El plazo terminó { $moment }. Los mensajes se pueden seguir leyendo, pero no se pueden enviar nuevos.
closed-off-duty-title = Ahora no puede escribir: { $name } no está de servicio
closed-off-duty-own-title = Ahora no puede escribir: no está de servicio
next-opening = Se podrá escribir { $moment } (su hora).
next-opening-there = Para { $name } es { $moment } ({ $zone }).
no-opening = No hay ningún horario previsto en el próximo año.
runs-out-before = El plazo de esta consulta termina antes, { $moment }.
can-extend = Hasta entonces se puede prolongar.
ask-clinic = Si necesita escribir, pregunte a su clínica qué puede hacer.
duty-back-later = Vuelve { $moment }.
closed-onlooker-title = Usted solo puede leer
draft-kept = Su borrador no se ha enviado y queda en esta pestaña.

print = Imprimir la conversación
print-loading = Cargando toda la conversación…
print-failed = No se ha impreso: no se pudo cargar toda la conversación.
print-offline = No se ha impreso: no hay conexión, y hay mensajes anteriores sin cargar. El menú de su navegador imprime lo que hay aquí.
print-heading = Consulta { $id }
print-parties = { $patient } (paciente) y { $doctor } (médico/a)
print-zone = Horas de { $zone }. Impresión: { $moment }.
print-part = Aquí faltan mensajes anteriores. El botón «Imprimir la conversación» los imprime todos.
print-as-loaded = Impreso sin conexión: aquí falta lo que se haya dicho o cambiado entretanto.
print-unsent = Escrito aquí, llegada sin confirmar
print-unsent-count = { $count ->
    [one] No contado: { $count } mensaje escrito aquí, cuya llegada no está confirmada. Figura al final.
   *[other] No contados: { $count } mensajes escritos aquí, cuya llegada no está confirmada. Figuran al final.
}
print-count = { $count ->
    [one] { $count } mensaje
   *[other] { $count } mensajes
}

error-request-invalid = No se pudo entender.
error-request-invalid-content = Un mensaje debe tener de 1 a 4.000 caracteres.
error-consultation-not-found = Esta conversación no existe o usted no forma parte de ella.
error-consultation-inactive = Esta consulta ha terminado. Ya no admite mensajes.
error-consultation-expired = El plazo de esta consulta ha terminado. Ya no admite mensajes.
error-consultation-forbidden = No puede escribir aquí como esta persona.
error-doctor-unavailable = El médico o la médica no está de servicio en este momento.
error-message-id-conflict = En su lugar se envió otro mensaje. Edítelo para enviarlo como uno nuevo.
error-auth-required = Inicie sesión primero.
error-auth-invalid = Su inicio de sesión no es válido.
error-auth-expired = Su sesión ha terminado.
error-auth-forbidden = No tiene permiso para hacer esto.
error-connection-idle = Nadie usaba la conexión, así que se cerró.
error-rate-limited = Demasiadas solicitudes a la vez.
error-server-overloaded = El chat está ocupado.
error-server-error = Algo falló por nuestra parte.
error-server-unavailable = El chat se está iniciando o deteniendo.
error-request-origin-forbidden = Esta página no puede usar el chat.
error-client-outbox-full = Ya hay demasiados mensajes en espera. Inténtelo de nuevo cuando se hayan enviado.
error-client-connection-failed = No se puede acceder al chat.
error-client-wrong-address = No hay ningún chat en esta dirección.
error-client-no-token = No se pudo iniciar su sesión.
error-unknown = No ha funcionado.
retry-soon = Inténtelo de nuevo en un momento.
retry-in = { $seconds ->
    [one] Inténtelo de nuevo en { $seconds } segundo.
   *[other] Inténtelo de nuevo en { $seconds } segundos.
}
