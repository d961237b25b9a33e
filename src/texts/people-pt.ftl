app-name = Consulta on-line
inbox = Caixa de entrada
own-conversations = Suas conversas
back-to-list = Voltar para a lista
to-conversation = Para a sua conversa
settings = Configurações
language = Idioma
signed-in-as = Você entrou como { $name }
sign-out = Sair
close = Fechar
cancel = Cancelar
sign-out-title = Descartar o que você não enviou?
sign-out-plain = O que não foi enviado se perde ao sair.
sign-out-text = O que você escreveu e não enviou está só nesta aba. Ao sair, isso se perde.
sign-out-unconfirmed = Mensagens sem confirmação talvez já tenham chegado, ou talvez nem tenham sido enviadas. O que não chegou se perde ao sair.
sign-out-confirm = Descartar e sair
sign-out-here = Sair nesta aba?

search-label = Buscar por nome
search-none = { $count ->
    [one] Ninguém com este nome na única conversa daqui.
   *[other] Ninguém com este nome nas { $count } conversas daqui.
}
sort-label = Ordem
sort-waiting = Maior espera primeiro
sort-activity = Mais recentes primeiro
waiting-for = Aguarda há { $duration }
waiting-briefly = Aguarda há menos de um minuto
last-message = Última mensagem { $moment }
nothing-said = Ninguém escreveu ainda
draft = Rascunho
opened = Aberta { $moment }
one-of = { $number } de { $count }
runs-out = O prazo termina { $moment }
unread-count = { $count ->
    [one] { $count } mensagem não lida
   *[other] { $count } mensagens não lidas
}
load-more = Mostrar mais
list-loading = Carregando suas conversas…
list-offline = Sem conexão. Dados da lista: { $time }.
list-refused = Não é possível mostrar suas conversas.
empty-doctor-title = Ninguém está esperando
empty-doctor-text = Novas consultas aparecem aqui automaticamente.
empty-patient-title = Você ainda não tem conversas
empty-patient-text = Assim que sua clínica abrir uma para você, ela aparecerá aqui.
choose-title = Escolha uma conversa
choose-text = As setas percorrem a lista, Enter abre, Escape volta para a lista.

extend = Prolongar
end = Encerrar
end-title = Encerrar esta consulta?
end-text = { $name } e você ainda poderão ler a conversa depois, mas não escrever.
end-confirm = Encerrar a consulta
extend-title = Prolongar esta consulta
extend-for = Tempo adicional
extend-until = Ficará aberta até { $moment }.
extend-confirm = Prolongar
change-offline = Não é possível acessar o chat no momento. Isso será possível assim que a conexão voltar.
change-unknown = Nenhuma resposta chegou. Talvez tenha sido feito mesmo assim: veja a conversa antes de tentar de novo.

waiting-ahead = { $count ->
    [0] Não há ninguém antes de você.
    [one] Há { $count } pessoa antes de você.
   *[other] Há { $count } pessoas antes de você.
}
waiting-wrote = Você escreveu { $moment }. Ainda não há resposta.
waiting-away = Você pode fechar esta página: o que você enviou fica guardado. Um rascunho fica só nesta aba.
hours-title = Horário de { $name }
hours-here = Seu horário, { $zone }
hours-there = Para { $name }, { $zone }
hours-none = Sem horário nos próximos sete dias
hours-always = 24 horas por dia

link-needed-title = Abra o link que você recebeu
link-needed-text = Este chat é aberto por um link pessoal, recebido por e-mail ou disponível no site da sua clínica.
link-refused-title = Este link não é válido
link-refused-text = Peça um novo link onde você recebeu este.
another-title = Quem continua nesta aba?
another-text = Este link é de outra pessoa, não a do anterior nesta aba.
another-before = Pessoa anterior: { $name }
another-next = Pessoa deste link: { $name }
another-unsent = O que a pessoa anterior escreveu e não enviou se perde se você continuar.
another-unconfirmed = Mensagens da pessoa anterior sem confirmação talvez já tenham chegado, ou talvez nem tenham sido enviadas. O que não chegou se perde se você continuar.
another-go-on = Descartar e continuar
another-continue = Continuar
another-go-back = Ficar com a pessoa anterior
wrong-role-title = Esta página é para pacientes e profissionais médicos
wrong-role-text = Com este acesso, você não participa de nenhuma conversa.
left-text = Você saiu nesta aba. As outras abas continuam conectadas.
demo-title = Quem é você?
demo-text = Isto é uma demonstração: neste computador é possível escolher qualquer pessoa. Abra em duas abas para escrever dos dois lados.
demo-doctors = Médicas e médicos
demo-patients = Pacientes
demo-failed = Não foi possível carregar as pessoas desta demonstração.

notices = Avisar sobre novidades
notice-sound = Com um som
notice-desktop = Com uma notificação, sem conteúdo nem nomes
notice-blocked = Seu navegador não permite notificações desta página. Você pode permiti-las nas configurações do navegador.
notice-failed = Não foi possível mostrar a última notificação.
notice-insecure = As notificações precisam de uma conexão segura (https), e esta página não tem uma.
notice-missing = Este navegador não tem notificações para uma página como esta.
notice-when = Os avisos só vêm enquanto esta página está aberta. Se um telefone a suspende em segundo plano, nada chega nesse tempo.
news-answer = Há uma resposta para você.
news-message = Paciente enviou uma mensagem.
news-patient = Há uma nova pessoa esperando.
news-trial = Você será avisado das novidades assim.
