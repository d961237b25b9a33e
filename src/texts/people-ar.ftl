app-name = محادثة الاستشارة
inbox = صندوق الوارد
own-conversations = محادثاتك
back-to-list = العودة إلى القائمة
to-conversation = إلى محادثتك
settings = الإعدادات
language = اللغة
signed-in-as = سجّلت الدخول باسم { $name }
sign-out = تسجيل الخروج
close = إغلاق
cancel = إلغاء
sign-out-title = هل تريد تجاهل ما لم ترسله؟
sign-out-plain = ما لم يُرسل يضيع عند تسجيل الخروج.
sign-out-text = ما كتبته ولم ترسله موجود في هذا التبويب فقط، ويضيع عند تسجيل الخروج.
sign-out-unconfirmed = الرسائل التي لم يأتِ تأكيد لها ربما وصلت، وربما لم تُرسل أصلًا. وما لم يصل يضيع عند تسجيل الخروج.
sign-out-confirm = تجاهل وتسجيل الخروج
sign-out-here = هل تريد تسجيل الخروج في هذا التبويب؟

search-label = البحث بالاسم
search-none = { $count ->
    [zero] لا توجد محادثات هنا.
    [one] لا أحد بهذا الاسم في المحادثة الوحيدة هنا.
    [two] لا أحد بهذا الاسم في المحادثتين هنا.
    [few] لا أحد بهذا الاسم في { $count } محادثات هنا.
    [many] لا أحد بهذا الاسم في { $count } محادثة هنا.
   *[other] لا أحد بهذا الاسم في { $count } محادثة هنا.
}
sort-label = الترتيب
sort-waiting = الأطول انتظارًا أولًا
sort-activity = الأحدث أولًا
waiting-for = مدة الانتظار: { $duration }
waiting-briefly = مدة الانتظار: أقل من دقيقة
last-message = آخر رسالة { $moment }
nothing-said = لم يكتب أحد بعد
draft = مسودة
opened = فُتحت { $moment }
one-of = { $number } من { $count }
runs-out = تنتهي { $moment }
unread-count = { $count ->
    [zero] لا رسائل غير مقروءة
    [one] رسالة واحدة غير مقروءة
    [two] رسالتان غير مقروءتين
    [few] { $count } رسائل غير مقروءة
    [many] { $count } رسالة غير مقروءة
   *[other] { $count } رسالة غير مقروءة
}
load-more = عرض المزيد
list-loading = جارٍ تحميل محادثاتك…
list-offline = لا يوجد اتصال. هذه القائمة كما كانت الساعة { $time }.
list-refused = لا يمكن عرض محادثاتك.
empty-doctor-title = لا أحد ينتظر
empty-doctor-text = تظهر الاستشارات الجديدة هنا تلقائيًا.
empty-patient-title = ليست لديك محادثات بعد
empty-patient-text = حالما تفتح عيادتك محادثة لك تظهر هنا.
choose-title = اختر محادثة
choose-text = استخدم مفاتيح الأسهم للتنقل في القائمة، ومفتاح Enter لفتح المحادثة، ومفتاح Escape للعودة إلى القائمة.

extend = تمديد
end = إنهاء
end-title = هل تريد إنهاء هذه الاستشارة؟
end-text = يمكنك أنت و{ $name } قراءة المحادثة بعد ذلك، دون الكتابة فيها.
end-confirm = إنهاء الاستشارة
extend-title = تمديد هذه الاستشارة
extend-for = المدة الإضافية
extend-until = ستكون مفتوحة حتى { $moment }.
extend-confirm = تمديد
change-offline = لا يمكن الوصول إلى الدردشة الآن. يمكن ذلك حالما يعود الاتصال.
change-unknown = لم يأتِ رد. ربما تم الأمر رغم ذلك: انظر في المحادثة قبل أن تحاول مجددًا.

waiting-ahead = { $count ->
    [0] لا أحد أمامك.
    [zero] لا أحد أمامك.
    [one] أمامك شخص واحد.
    [two] أمامك شخصان.
    [few] أمامك { $count } أشخاص.
    [many] أمامك { $count } شخصًا.
   *[other] أمامك { $count } شخص.
}
waiting-wrote = كتبت { $moment }. لا يوجد رد بعد.
waiting-away = يمكنك إغلاق هذه الصفحة: ما أرسلته يبقى محفوظًا. أما المسودة فتبقى في هذا التبويب فقط.
hours-title = أوقات دوام { $name }
hours-here = بتوقيتك، { $zone }
hours-there = بتوقيت { $name }، { $zone }
hours-none = لا أوقات في الأيام السبعة القادمة
hours-always = على مدار الساعة

link-needed-title = افتح الرابط الذي وصلك
link-needed-text = تُفتح هذه المحادثة برابط شخصي، من رسالة بريد إلكتروني أو من موقع عيادتك.
link-refused-title = هذا الرابط غير صالح
link-refused-text = اطلب رابطًا جديدًا من حيث حصلت على هذا الرابط.
another-title = من يتابع في هذا التبويب؟
another-text = هذا الرابط لشخص غير صاحب الرابط السابق في هذا التبويب.
another-before = الشخص السابق: { $name }
another-next = صاحب هذا الرابط: { $name }
another-unsent = ما كتبه الشخص السابق ولم يرسله يضيع إذا تابعت.
another-unconfirmed = رسائل الشخص السابق التي لم يأتِ تأكيد لها ربما وصلت، وربما لم تُرسل أصلًا. وما لم يصل يضيع إذا تابعت.
another-go-on = تجاهل ومتابعة
another-continue = متابعة
another-go-back = البقاء مع الشخص السابق
wrong-role-title = هذه الصفحة للمرضى والأطباء
wrong-role-text = لا يتيح تسجيل دخولك الحالي المشاركة في أي محادثة.
left-text = سجّلت الخروج في هذا التبويب. وتبقى التبويبات الأخرى مسجّلة الدخول.
demo-title = من أنت؟
demo-text = هذا عرض تجريبي، ويمكن لمن يستخدم هذا الحاسوب أن يختار أي شخص. افتحه في تبويبين لتتحدث مع نفسك.
demo-doctors = الأطباء
demo-patients = المرضى
demo-failed = تعذّر تحميل أشخاص هذا العرض.

notices = إعلامي بالجديد
notice-sound = بصوت
notice-desktop = بإشعار دون محتوى ودون أسماء
notice-blocked = لا يسمح متصفحك بإشعارات هذه الصفحة. يمكنك السماح بها في إعداداته.
notice-failed = تعذّر عرض الإشعار الأخير.
notice-insecure = تحتاج الإشعارات إلى اتصال آمن (https)، وهذه الصفحة بلا اتصال آمن.
notice-missing = لا يوفر هذا المتصفح إشعارات لصفحة كهذه.
notice-when = يصلك الجديد ما دامت هذه الصفحة مفتوحة فقط. وإذا أوقفها الهاتف في الخلفية، فلن يصل شيء في تلك الأثناء.
news-answer = وصلك رد.
news-message = كتب أحد المرضى.
news-patient = مريض جديد ينتظر.
news-trial = هكذا سيصلك الجديد.
