app-name = Consulta em linha
inbox = Caixa de entrada
own-conversations = As suas conversas
back-to-list = Voltar à lista
settings = Definições
language = Idioma
sign-out = Terminar sessão
close = Fechar
cancel = Cancelar

search-label = Procurar por nome
search-none = Ninguém com este nome em { $count ->
    [one] { $count } conversa
   *[other] { $count } conversas
} aqui.
sort-label = Ordem
sort-waiting = Primeiro quem espera há mais tempo
sort-activity = Primeiro as mais recentes
waiting-for = À espera há { $duration }
last-message = Última mensagem { $moment }
nothing-said = Ainda ninguém escreveu
opened = Foi aberta { $moment }
runs-out = Termina { $moment }
unread-count = { $count ->
    [one] { $count } mensagem por ler
   *[other] { $count } mensagens por ler
}
unread-none = Nenhuma mensagem por ler
load-more = Mostrar mais
list-loading = A carregar as suas conversas…
list-offline = Sem ligação. Esta lista é das { $time }.
list-refused = As suas conversas não podem ser mostradas.
empty-doctor-title = Ninguém está à espera
empty-doctor-text = As novas consultas aparecem aqui por si.
empty-patient-title = Ainda não tem conversas
empty-patient-text = Assim que a sua clínica abrir uma para si, aparece aqui.
choose-title = Escolha uma conversa
choose-text = As setas percorrem a lista, Enter abre, Escape volta a ela.

extend = Prolongar
end = Terminar
end-title = Terminar esta consulta?
end-text = { $name } e você ainda a podem ler depois, mas não escrever.
end-confirm = Terminar a consulta
extend-title = Prolongar esta consulta
extend-for = Por mais
extend-until = Ficará aberta até { $moment }.
extend-confirm = Prolongar

waiting-ahead = { $count ->
    [0] É a sua vez a seguir.
    [one] Há { $count } pessoa antes de si.
   *[other] Há { $count } pessoas antes de si.
}
waiting-wrote = Escreveu { $moment }. Ainda não há resposta.
waiting-away = Pode fechar esta página. O que for dito fica aqui.
hours-title = Horário de { $name }
hours-here = A sua hora, { $zone }
hours-there = Para { $name }, { $zone }
hours-none = Sem horário nos próximos sete dias
hours-always = Dia e noite

link-needed-title = Abra a ligação que recebeu
link-needed-text = Este chat abre-se por uma ligação pessoal, de um e-mail ou das páginas da sua clínica.
link-refused-title = Esta ligação não é válida
link-refused-text = Peça uma nova ligação onde recebeu esta.
link-ended-title = A sua sessão terminou
link-ended-text = Peça uma nova ligação onde recebeu a última. O que escreveu fica neste separador.
wrong-role-title = Esta página é para doentes e médicos
wrong-role-text = Entrou como alguém que não participa em nenhuma conversa.
demo-title = Quem é você?
demo-text = Isto é uma demonstração: neste computador qualquer um pode ser qualquer um. Abra-a em dois separadores para falar consigo.
demo-doctors = Médicos
demo-patients = Doentes
demo-failed = Não foi possível carregar as pessoas desta demonstração.

notices = Avisar-me de novidades
notice-sound = Com um som
notice-desktop = Com uma notificação, sem conteúdo nem nomes
notice-blocked = O seu navegador não permite notificações desta página. Pode permiti-las nas definições dele.
news-answer = Há uma resposta para si.
news-message = Um doente escreveu.
news-patient = Um novo doente está à espera.
