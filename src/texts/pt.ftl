role-user = Paciente
role-doctor = Médico(a)
you = Você
somebody = Alguém
says = { $name }: { $text }
comma = ,

moment = { $day } às { $time }
date-and-time = { $date }, { $time }

conversation = Conversa
message-label = Mensagem
message-placeholder = Escrever para { $name }
send = Enviar
writing-as = Você escreve como { $name }
send-hint = Enter envia, Shift + Enter começa uma nova linha
closes-soon = Aberto até às { $time }: { $count ->
    [one] falta menos de um minuto
   *[other] faltam menos de { $count } minutos
}.
characters-left = { $count ->
    [one] resta { $count } caractere
   *[other] restam { $count } caracteres
}
characters-too-many = { $count ->
    [one] { $count } caractere a mais, máximo { $limit }
   *[other] { $count } caracteres a mais, máximo { $limit }
}

delivery-waiting = Aguardando a conexão
delivery-signed-out = Aguardando uma nova sessão
delivery-sending = Enviando…
delivery-sent = Enviada
delivery-read = Lida
delivery-failed = Não enviada
delivery-unconfirmed = Não confirmada
try-again = Tentar de novo
edit = Editar
copy = Copiar
copied = Copiado.
said-by = { $name }, { $time }:

new = Novas
new-since-away = Novas desde que você saiu
new-messages = { $count ->
    [one] { $count } mensagem nova
   *[other] { $count } mensagens novas
}
not-sent = { $count ->
    [one] { $count } mensagem não foi enviada
   *[other] { $count } mensagens não foram enviadas
}
unread-above = { $count ->
    [one] { $count } mensagem não lida acima
   *[other] { $count } mensagens não lidas acima
}
newest-messages = Mensagens mais recentes
older-loading = Carregando mensagens anteriores…
older-load = Mostrar mensagens anteriores
older-failed = Não foi possível carregar as mensagens anteriores.
empty-title = Ninguém escreveu ainda
empty-text = A primeira mensagem inicia a conversa.
is-writing = { $name } está escrevendo…
note-joined = { $name } entrou
note-left = { $name } saiu
note-looked-in = { $name } entrou e saiu de novo
note-came-back = { $name } saiu e voltou
note-ended = A consulta foi encerrada
note-ran-out = O prazo da consulta terminou
note-reopened = A consulta está aberta de novo
note-open-until = O prazo da consulta agora termina { $moment }

presence-here = aqui agora
presence-away = não está aqui agora
open-until = O prazo desta consulta termina { $moment }
ended = Encerrada
ran-out = Prazo terminado { $moment }
duty-on = De plantão
duty-until = até às { $time }
duty-until-day = até { $moment }
duty-there = ({ $moment } em { $zone })
duty-off = Fora de plantão
duty-unconfirmed = Plantão não confirmado
duty-unknown = Plantão ainda desconhecido
duty-as-of = última informação: { $time }
duty-back = volta { $moment }
emergency-default = Este chat não é para emergências. Se for urgente, ligue para o número de emergência da sua região.

connecting = Conectando…
connection-lost = A conexão caiu. O que você escrever será enviado assim que ela voltar.
server-not-ready = O chat ainda não está pronto. Continuamos tentando.
unreachable = Não é possível acessar o chat. Continuamos tentando.
signed-out-title = Sua sessão terminou
signed-out-text = Peça um novo link onde você recebeu o último, ou abra o chat de novo pela página que trouxe você aqui.
signed-out-kept = O que você escreveu fica nesta aba.
join-failed-title = Não é possível abrir esta conversa
nothing-chosen = Nenhuma conversa foi escolhida.

closed-ended-title = Esta consulta foi encerrada
closed-ended-text = As mensagens ainda podem ser lidas, mas não é possível enviar novas.
closed-expired-title = O prazo desta consulta terminou
closed-expired-text = O prazo terminou { $moment }. As mensagens ainda podem ser lidas, mas não é possível enviar novas.
closed-off-duty-title = Você não pode escrever agora: { $name } está fora de plantão
closed-off-duty-own-title = Você não pode escrever agora: está fora de plantão
next-opening = Será possível escrever { $moment } (seu horário).
next-opening-there = Para { $name }, isso é { $moment } ({ $zone }).
no-opening = Nenhum horário está previsto para o próximo ano.
runs-out-before = O prazo desta consulta termina antes, { $moment }.
can-extend = Até lá, ela pode ser prorrogada.
ask-clinic = Se precisar escrever, pergunte à sua clínica o que pode fazer.
duty-back-later = Volta { $moment }.
closed-onlooker-title = Você só pode ler
draft-kept = Seu rascunho não foi enviado e fica nesta aba.

print = Imprimir a conversa
print-loading = Carregando toda a conversa…
print-failed = Não foi impresso: não foi possível carregar toda a conversa.
print-offline = Não foi impresso: não há conexão, e mensagens anteriores não estão carregadas. O menu do seu navegador imprime o que está aqui.
print-heading = Consulta { $id }
print-parties = { $patient } (paciente) e { $doctor } (médico(a))
print-zone = Horários de { $zone }. Impressão: { $moment }.
print-part = Faltam aqui mensagens anteriores. O botão “Imprimir a conversa” imprime todas.
print-as-loaded = Impresso sem conexão: falta aqui o que foi dito ou alterado nesse tempo.
print-unsent = Escrito aqui, chegada não confirmada
print-unsent-count = { $count ->
    [one] Não contada: { $count } mensagem escrita aqui, cuja chegada não foi confirmada. Está no final.
   *[other] Não contadas: { $count } mensagens escritas aqui, cuja chegada não foi confirmada. Estão no final.
}
print-count = { $count ->
    [one] { $count } mensagem
   *[other] { $count } mensagens
}

error-request-invalid = Não foi possível entender isto.
error-request-invalid-content = Uma mensagem precisa ter de 1 a 4.000 caracteres.
error-consultation-not-found = Esta conversa não existe ou você não faz parte dela.
error-consultation-inactive = Esta consulta foi encerrada. Ela não aceita mais mensagens.
error-consultation-expired = O prazo desta consulta terminou. Ela não aceita mais mensagens.
error-consultation-forbidden = Você não pode escrever aqui como esta pessoa.
error-doctor-unavailable = O médico ou a médica está fora de plantão agora.
error-message-id-conflict = Outra mensagem foi enviada no lugar dela. Edite-a para enviá-la como nova.
error-auth-required = Entre na sua conta primeiro.
error-auth-invalid = Seu acesso não é válido.
error-auth-expired = Sua sessão terminou.
error-auth-forbidden = Você não tem permissão para fazer isto.
error-connection-idle = Ninguém usava a conexão, por isso ela foi fechada.
error-rate-limited = Muitas solicitações de uma vez.
error-server-overloaded = O chat está ocupado.
error-server-error = Algo deu errado do nosso lado.
error-server-unavailable = O chat está iniciando ou parando.
error-request-origin-forbidden = Esta página não pode usar o chat.
error-client-outbox-full = Já há mensagens demais esperando. Tente de novo quando elas forem enviadas.
error-client-connection-failed = Não é possível acessar o chat.
error-client-wrong-address = Não há um chat neste endereço.
error-client-no-token = Não foi possível iniciar sua sessão.
error-unknown = Não funcionou.
retry-soon = Tente de novo em um momento.
retry-in = { $seconds ->
    [one] Tente de novo em { $seconds } segundo.
   *[other] Tente de novo em { $seconds } segundos.
}
