role-user = المريض
role-doctor = الطبيب
you = أنت
somebody = شخص ما
says = { $name }: { $text }
comma = ،

moment = { $day } الساعة { $time }
date-and-time = { $date }، { $time }

conversation = المحادثة
message-label = رسالة
message-placeholder = الكتابة إلى { $name }
send = إرسال
writing-as = تكتب باسم { $name }
send-hint = مفتاح Enter للإرسال، ومفتاحا Shift + Enter لسطر جديد
closes-soon = مفتوحة حتى الساعة { $time }، أي لأقل من { $count ->
    [zero] دقيقة
    [one] دقيقة
    [two] دقيقتين
    [few] { $count } دقائق
    [many] { $count } دقيقة
   *[other] { $count } دقيقة
}.
characters-left = { $count ->
    [zero] لم يبق أي حرف
    [one] بقي حرف واحد
    [two] بقي حرفان
    [few] بقيت { $count } أحرف
    [many] بقي { $count } حرفًا
   *[other] بقي { $count } حرف
}
characters-too-many = { $count ->
    [zero] لا يوجد حرف زائد، الحد الأقصى { $limit }
    [one] يوجد حرف زائد، الحد الأقصى { $limit }
    [two] يوجد حرفان زائدان، الحد الأقصى { $limit }
    [few] توجد { $count } أحرف زائدة، الحد الأقصى { $limit }
    [many] يوجد { $count } حرفًا زائدًا، الحد الأقصى { $limit }
   *[other] يوجد { $count } حرف زائد، الحد الأقصى { $limit }
}

delivery-waiting = في انتظار الاتصال
delivery-signed-out = في انتظار دخولك من جديد
delivery-sending = جارٍ الإرسال…
delivery-sent = أُرسلت
delivery-read = قُرئت
delivery-failed = لم تُرسل
delivery-unconfirmed = غير مؤكدة
try-again = إعادة المحاولة
edit = تعديل
copy = نسخ
copied = تم النسخ.
said-by = { $name }، { $time }:

new = جديد
new-since-away = الجديد منذ غيابك
new-messages = { $count ->
    [zero] لا رسائل جديدة
    [one] رسالة جديدة واحدة
    [two] رسالتان جديدتان
    [few] { $count } رسائل جديدة
    [many] { $count } رسالة جديدة
   *[other] { $count } رسالة جديدة
}
not-sent = { $count ->
    [zero] لا رسائل غير مرسلة
    [one] رسالة واحدة لم تُرسل
    [two] رسالتان لم تُرسلا
    [few] { $count } رسائل لم تُرسل
    [many] { $count } رسالة لم تُرسل
   *[other] { $count } رسالة لم تُرسل
}
unread-above = { $count ->
    [zero] لا رسائل غير مقروءة في الأعلى
    [one] رسالة واحدة غير مقروءة في الأعلى
    [two] رسالتان غير مقروءتين في الأعلى
    [few] { $count } رسائل غير مقروءة في الأعلى
    [many] { $count } رسالة غير مقروءة في الأعلى
   *[other] { $count } رسالة غير مقروءة في الأعلى
}
newest-messages = أحدث الرسائل
older-loading = جارٍ تحميل الرسائل السابقة…
older-load = عرض الرسائل السابقة
older-failed = تعذّر تحميل الرسائل السابقة.
empty-title = لم يكتب أحد بعد
empty-text = تبدأ المحادثة بأول رسالة.
is-writing = { $name }: جارٍ الكتابة…
note-joined = انضمام { $name }
note-left = مغادرة { $name }
note-looked-in = انضمام { $name } ثم المغادرة
note-came-back = مغادرة { $name } ثم العودة
note-ended = أُنهيت الاستشارة
note-ran-out = انتهت مدة الاستشارة
note-reopened = الاستشارة مفتوحة من جديد
note-open-until = أصبحت مدة الاستشارة تنتهي { $moment }

presence-here = في المحادثة الآن
presence-away = خارج المحادثة الآن
open-until = تنتهي مدة هذه الاستشارة { $moment }
ended = أُنهيت
ran-out = انتهت مدتها { $moment }
duty-on = في الدوام
duty-until = حتى الساعة { $time }
duty-until-day = حتى { $moment }
duty-there = ({ $moment } في { $zone })
duty-off = خارج الدوام
duty-unconfirmed = الدوام غير مؤكد
duty-unknown = الدوام غير معروف بعد
duty-as-of = آخر تأكيد: { $time }
duty-back = العودة { $moment }
emergency-default = هذه المحادثة ليست للحالات الطارئة. في الحالات العاجلة اتصل برقم الطوارئ في بلدك.

connecting = جارٍ الاتصال…
connection-lost = انقطع الاتصال. سيُرسل ما تكتبه فور عودة الاتصال.
server-not-ready = المحادثة ليست جاهزة بعد. نواصل المحاولة.
unreachable = يتعذّر الوصول إلى المحادثة. نواصل المحاولة.
signed-out-title = انتهت جلسة دخولك
signed-out-text = اطلب رابطًا جديدًا من حيث حصلت على الرابط الأخير، أو افتح المحادثة مرة أخرى من الصفحة التي أتيت منها.
signed-out-kept = يبقى ما كتبته في هذا التبويب.
join-failed-title = يتعذّر فتح هذه المحادثة
nothing-chosen = لم تُختر أي محادثة.

closed-ended-title = انتهت هذه الاستشارة
closed-ended-text = يمكن قراءة الرسائل، ولا يمكن إرسال رسائل جديدة.
closed-expired-title = انتهت مدة هذه الاستشارة
closed-expired-text = انتهت مدتها { $moment }. يمكن قراءة الرسائل، ولا يمكن إرسال رسائل جديدة.
closed-off-duty-title = لا يمكنك الكتابة الآن: { $name } خارج الدوام
closed-off-duty-own-title = لا يمكنك الكتابة الآن: أنت خارج الدوام
next-opening = يمكن إرسال الرسائل { $moment } (بتوقيتك).
next-opening-there = هذا الموعد لدى { $name }: { $moment } ({ $zone }).
no-opening = لا توجد أوقات دوام مقررة خلال السنة القادمة.
runs-out-before = تنتهي مدة هذه الاستشارة قبل ذلك، { $moment }.
can-extend = ويمكن تمديدها حتى ذلك الحين.
ask-clinic = إذا احتجت إلى الكتابة فاسأل عيادتك عمّا يمكنك فعله.
duty-back-later = العودة { $moment }.
closed-onlooker-title = يمكنك القراءة فقط
draft-kept = لم تُرسل مسودتك، وهي باقية في هذا التبويب.

print = طباعة المحادثة
print-loading = جارٍ تحميل المحادثة كاملة…
print-failed = لم تتم الطباعة: تعذّر تحميل المحادثة كاملة.
print-offline = لم تتم الطباعة: لا يوجد اتصال، والرسائل السابقة غير محمّلة. يمكن لقائمة متصفحك طباعة ما هو موجود هنا.
print-heading = الاستشارة { $id }
print-parties = { $patient } (المريض) و{ $doctor } (الطبيب)
print-zone = الأوقات بتوقيت { $zone }. طُبعت { $moment }.
print-part = الرسائل السابقة ليست هنا. زر «طباعة المحادثة» يطبعها كلها.
print-as-loaded = طُبعت دون اتصال: ما قيل أو تغيّر في تلك الأثناء ليس هنا.
print-unsent = كُتب هنا ولم يتأكد وصوله
print-unsent-count = { $count ->
    [zero] لا رسائل خارج العدد.
    [one] خارج العدد: رسالة واحدة كُتبت هنا ولم يتأكد وصولها. تجدها في النهاية.
    [two] خارج العدد: رسالتان كُتبتا هنا ولم يتأكد وصولهما. تجدهما في النهاية.
    [few] خارج العدد: { $count } رسائل كُتبت هنا ولم يتأكد وصولها. تجدها في النهاية.
    [many] خارج العدد: { $count } رسالة كُتبت هنا ولم يتأكد وصولها. تجدها في النهاية.
   *[other] خارج العدد: { $count } رسالة كُتبت هنا ولم يتأكد وصولها. تجدها في النهاية.
}
print-count = { $count ->
    [zero] لا رسائل
    [one] رسالة واحدة
    [two] رسالتان
    [few] { $count } رسائل
    [many] { $count } رسالة
   *[other] { $count } رسالة
}

error-request-invalid = تعذّر فهم هذا الطلب.
error-request-invalid-content = يجب أن تحتوي الرسالة على حرف واحد على الأقل و4000 حرف على الأكثر.
error-consultation-not-found = هذه المحادثة غير موجودة، أو لست طرفًا فيها.
error-consultation-inactive = انتهت هذه الاستشارة، ولم تعد تقبل الرسائل.
error-consultation-expired = انتهت مدة هذه الاستشارة، ولم تعد تقبل الرسائل.
error-consultation-forbidden = لا يمكنك الكتابة هنا بصفة هذا الشخص.
error-doctor-unavailable = الطبيب خارج الدوام الآن.
error-message-id-conflict = أُرسلت رسالة أخرى مكانها. عدّلها لإرسالها رسالةً جديدة.
error-auth-required = يرجى تسجيل الدخول أولًا.
error-auth-invalid = تسجيل دخولك غير صالح.
error-auth-expired = انتهت جلسة دخولك.
error-auth-forbidden = لا يُسمح لك بهذا.
error-connection-idle = لم يستخدم أحد الاتصال، فأُغلق.
error-rate-limited = هذه طلبات كثيرة دفعة واحدة.
error-server-overloaded = المحادثة مشغولة.
error-server-error = حدث خطأ لدينا.
error-server-unavailable = المحادثة قيد التشغيل أو الإيقاف.
error-request-origin-forbidden = لا يُسمح لهذه الصفحة باستخدام المحادثة.
error-client-outbox-full = توجد رسائل كثيرة في الانتظار. حاول مرة أخرى بعد إرسالها.
error-client-connection-failed = يتعذّر الوصول إلى المحادثة.
error-client-wrong-address = لا توجد محادثة على هذا العنوان.
error-client-no-token = تعذّر تسجيل دخولك.
error-unknown = لم ينجح هذا.
retry-soon = حاول مرة أخرى بعد قليل.
retry-in = { $seconds ->
    [zero] حاول مرة أخرى الآن.
    [one] حاول مرة أخرى بعد ثانية.
    [two] حاول مرة أخرى بعد ثانيتين.
    [few] حاول مرة أخرى بعد { $seconds } ثوانٍ.
    [many] حاول مرة أخرى بعد { $seconds } ثانية.
   *[other] حاول مرة أخرى بعد { $seconds } ثانية.
}
