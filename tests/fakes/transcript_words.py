"""Sample words in four languages for the fake bot of the web chat. Unreviewed; only for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.channels.contract import Attachment
from nlu.contract import Language


@dataclass(frozen=True, slots=True)
class Sample:
    """A message: by language its title, its text and the labels of its buttons.

    ``rows``: how many buttons stand in each row; one where it is empty.
    """

    words: dict[Language, tuple[str, ...]]
    data: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    tone: Literal["normal", "alarm"] = "normal"
    phones: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


_NAMES = ("ትግርኛ", "العربية", "Nederlands", "English")
_CHOOSE: dict[Language, str] = {
    "ti": "ቋንቋኹም ምረጹ።",
    "ar": "اختر لغتك.",
    "nl": "Kies je taal.",
    "en": "Choose your language.",
}


def _in_every_language(first: Language) -> str:
    return "\n".join((_CHOOSE[first], *(words for other, words in _CHOOSE.items() if other != first)))


_TALK = ("go/human", "go/messages", "go/language", "go/privacy")
_GROUPS = ("arrival", "housing", "money", "integration", "school_and_work", "health", "family", "daily_life")

BUBBLES: dict[str, Sample] = {
    "choose": Sample(
        {language: ("", _in_every_language(language), *_NAMES) for language in ("ti", "ar", "nl", "en")},
        ("go/speak/ti", "go/speak/ar", "go/speak/nl", "go/speak/en"),
    ),
    "welcome": Sample(
        {
            "ti": (
                "👋 እንቋዕ ናብ Wegwijs ብደሓን መጻእኩም።",
                "ኣነ ናይ ምምሕዳር ከተማ (gemeente) ለዋርደን ናይ ኮምፒተር ፕሮግራም እየ። ሰብ ኣይኮንኩን።\n\n"
                "ቋንቋኹም እዕቅብ። መልእኽትታትኩም ንሓደ መዓልቲ እዕቅብ፣ ድሕሪኡ ነቲ ቃላት እድምስሶ።\n\n"
                "ኩሉ ክድምሰስ ትኽእሉ ኢኹም፦ “ብሕትውና” ጠውቑ።",
            ),
            "ar": (
                "👋 أهلاً بك في \u2066Wegwijs\u2069.",
                "أنا برنامج كمبيوتر من بلدية (\u2066gemeente\u2069) ليوواردن. أنا لست إنساناً.\n\n"
                "أحفظ لغتك. أحفظ رسائلك يوماً واحداً، ثم أمسح الكلمات.\n\n"
                "يمكنك أن تطلب حذف كل شيء: اضغط على «الخصوصية».",
            ),
            "nl": (
                "👋 Welkom bij Wegwijs.",
                "Ik ben een computerprogramma van de gemeente Leeuwarden. Ik ben geen mens.\n\n"
                "Ik bewaar je taal. Ik bewaar je berichten één dag, dan wis ik de woorden.\n\n"
                "Je kunt alles laten wissen: druk op “Privacy”.",
            ),
            "en": (
                "👋 Welcome to Wegwijs.",
                "I am a computer programme of the municipality (gemeente) of Leeuwarden. "
                "I am not a human.\n\n"
                "I keep your language. I keep your messages for one day, then I erase the words.\n\n"
                "You can have everything deleted: press “Privacy”.",
            ),
        }
    ),
    "menu": Sample(
        {
            "ti": (
                "",
                "🧭 ሕቶኹም ብዛዕባ እንታይ እዩ? መጠወቒ ጠውቑ፣ ወይ ሕቶኹም ጽሓፉ።",
                "🧭 ምምጻእን ወረቓቕትን",
                "🏠 ገዛ",
                "💶 ገንዘብ",
                "📚 ምውህሃድን ቋንቋን",
                "🎒 ትምህርትን ስራሕን",
                "🩺 ጥዕና",
                "👪 ስድራቤትን ሕግን",
                "🚲 መዓልታዊ ህይወት ኣብ Leeuwarden",
                "🧑 ምስ ሰብ ተዘራረቡ",
                "🔔 መልእኽትታት",
                "🌐 ቋንቋ",
                "🔒 ብሕትውና",
            ),
            "ar": (
                "",
                "🧭 عن ماذا سؤالك؟ اضغط على زر، أو اكتب سؤالك.",
                "🧭 الوصول والأوراق",
                "🏠 السكن",
                "💶 المال",
                "📚 الاندماج واللغة",
                "🎒 المدرسة والعمل",
                "🩺 الصحة",
                "👪 العائلة والقانون",
                "🚲 الحياة اليومية في \u2066Leeuwarden\u2069",
                "🧑 تحدّث مع إنسان",
                "🔔 تشغيل الرسائل أو إيقافها",
                "🌐 اللغة",
                "🔒 الخصوصية",
            ),
            "nl": (
                "",
                "🧭 Waar gaat je vraag over? Druk op een knop, of typ je vraag.",
                "🧭 Aankomst en papieren",
                "🏠 Wonen",
                "💶 Geld",
                "📚 Inburgering en taal",
                "🎒 School en werk",
                "🩺 Gezondheid",
                "👪 Familie en recht",
                "🚲 Elke dag in Leeuwarden",
                "🧑 Praat met een mens",
                "🔔 Berichten aan of uit",
                "🌐 Taal",
                "🔒 Privacy",
            ),
            "en": (
                "",
                "🧭 What is your question about? Press a button, or type your question.",
                "🧭 Arrival and papers",
                "🏠 Housing",
                "💶 Money",
                "📚 Integration and language",
                "🎒 School and work",
                "🩺 Health",
                "👪 Family and law",
                "🚲 Daily life in Leeuwarden",
                "🧑 Talk to a human",
                "🔔 Messages on or off",
                "🌐 Language",
                "🔒 Privacy",
            ),
        },
        (*(f"go/group/{group}" for group in _GROUPS), *_TALK),
        rows=(2, 2, 2, 2, 2, 2),
    ),
    "doctor": Sample(
        {
            "ti": (
                "🩺 huisarts (ናይ ስድራቤት ሓኪም) ምርካብ",
                "huisarts ናይ ገዛእ ርእስኹም ሓኪም እዩ። ክትሓሙ ከለኹም መጀመርታ ናብኡ ኪዱ።\n\n"
                "ኣብ ቀረባኹም ንዘሎ huisarts ደውሉ ወይ ብጽሕዎ። ክትምዝገቡ ትኽእሉ እንተዄንኩም ሕተቱ።\n\n"
                "ኣይሰርሐን? ናብ zorgverzekeraar (ናይ ጥዕና መድሕን ኩባንያ) ደውሉ። ክትረኽቡ ይሕግዙኹም።\n\n"
                "ክሕግዘኩም ዝኽእል፦ VluchtelingenWerk\n📞 VluchtelingenWerk: 058 123 45 67",
                "➕ ብዛዕባ እዚ ተወሳኺ",
                "💊 ጥዕና መድሕን",
                "👍 እዚ ሓጊዙኒ",
                "👎 እዚ ኣይሓገዘንን",
                "🇳🇱 ብሆላንድኛ ኣርእይ",
                "🌐 ቋንቋ",
                "☰ ሜኑ",
            ),
            "ar": (
                "🩺 البحث عن طبيب عائلة (\u2066huisarts\u2069)",
                "\u2066Huisarts\u2069 هو طبيبك الخاص. اذهب إليه أولاً عندما تمرض.\n\n"
                "اتصل بطبيب قريب من بيتك أو قم بزيارته. اسأل إن كان يمكنك التسجيل.\n\n"
                "لم تنجح؟ اتصل بشركة التأمين الصحي (\u2066zorgverzekeraar\u2069). هم يساعدونك في البحث.\n\n"
                "من يمكنه المساعدة: \u2066VluchtelingenWerk\u2069\n"
                "📞 \u2066VluchtelingenWerk\u2069: \u2066058 123 45 67\u2069",
                "➕ المزيد عن هذا",
                "💊 التأمين الصحي",
                "👍 هذا ساعدني",
                "👎 هذا لم يساعدني",
                "🇳🇱 أظهره بالهولندية",
                "🌐 اللغة",
                "☰ القائمة",
            ),
            "nl": (
                "🩺 Een huisarts zoeken",
                "Een huisarts is je eigen dokter. Ga daar eerst naartoe als je ziek bent.\n\n"
                "Bel of bezoek een huisarts bij jou in de buurt. Vraag of je je kunt inschrijven.\n\n"
                "Lukt het niet? Bel je zorgverzekeraar (het bedrijf van je verzekering). "
                "Die helpt zoeken.\n\n"
                "Wie kan helpen: VluchtelingenWerk\n📞 VluchtelingenWerk: 058 123 45 67",
                "➕ Meer hierover",
                "💊 Zorgverzekering",
                "👍 Dit hielp",
                "👎 Dit hielp niet",
                "🇬🇧 Laat in het Engels zien",
                "🌐 Taal",
                "☰ Menu",
            ),
            "en": (
                "🩺 Finding a doctor",
                "A huisarts (family doctor) is your own doctor. Go there first when you are ill.\n\n"
                "Call or visit a huisarts near your home. Ask if you can register.\n\n"
                "Does it not work? Call your zorgverzekeraar (health insurance company). "
                "They help you search.\n\n"
                "Who can help: VluchtelingenWerk\n📞 VluchtelingenWerk: 058 123 45 67",
                "➕ More about this",
                "💊 Health insurance",
                "👍 This helped",
                "👎 This did not help",
                "🇳🇱 Show in Dutch",
                "🌐 Language",
                "☰ Menu",
            ),
        },
        (
            "go/more/gp_registration",
            "go/topic/health_insurance/0",
            "go/rate/gp_registration/up/1",
            "go/rate/gp_registration/down/1",
            "go/dutch/gp_registration",
            "go/language",
            "go/menu",
        ),
        rows=(1, 1, 2, 1, 2),
        phones=("058 123 45 67",),
    ),
    "alarm": Sample(
        {
            "ti": ("🆘 112", "ሕጂ ናብ 112 ደውሉ።"),
            "ar": ("🆘 \u2066112\u2069", "اتصل بالرقم \u2066112\u2069 الآن."),
            "nl": ("🆘 112", "Bel nu 112."),
            "en": ("🆘 112", "Call 112 now."),
        },
        tone="alarm",
        phones=("112",),
    ),
    "advice": Sample(
        {
            "ti": (
                "",
                "እዚ ናትኩም ጌጋ ኣይኮነን። ነጻ ምኽሪ ክትረኽቡ ትኽእሉ፣ ቀትርን ለይትን፦\n\n📞 Veilig Thuis: 0800-2000\n\n"
                "ኣነ ናይ ኮምፒተር ፕሮግራም እየ። ነዚ ሕጂ ዘንብብ ሰብ የለን።\n\nዝጸሓፍኩምዎ ኣይዓቀብክዎን።",
                "🧑 ምስ ሰብ ተዘራረቡ",
                "☰ ሜኑ",
            ),
            "ar": (
                "",
                "هذا ليس ذنبك. يمكنك الحصول على نصيحة مجاناً، نهاراً وليلاً:\n\n"
                "📞 \u2066Veilig Thuis\u2069: \u20660800-2000\u2069\n\n"
                "أنا برنامج كمبيوتر. لا يقرأ هذا أي إنسان الآن.\n\nلم أحفظ ما كتبته.",
                "🧑 تحدّث مع إنسان",
                "☰ القائمة",
            ),
            "nl": (
                "",
                "Dit is niet jouw schuld. Je kunt gratis advies krijgen, dag en nacht:\n\n"
                "📞 Veilig Thuis: 0800-2000\n\nIk ben een computerprogramma. Geen mens leest dit nu.\n\n"
                "Ik heb niet bewaard wat je schreef.",
                "🧑 Praat met een mens",
                "☰ Menu",
            ),
            "en": (
                "",
                "This is not your fault. You can get advice, free, day and night:\n\n"
                "📞 Veilig Thuis: 0800-2000\n\nI am a computer programme. No human reads this now.\n\n"
                "I did not keep what you wrote.",
                "🧑 Talk to a human",
                "☰ Menu",
            ),
        },
        ("go/human", "go/menu"),
        rows=(2,),
        phones=("0800-2000",),
    ),
    "place": Sample(
        {
            "ti": ("📍 Stadskantoor", "ኣብዚ ኢኹም ትምዝገቡ።"),
            "ar": ("📍 \u2066Stadskantoor\u2069", "هنا تسجّل نفسك."),
            "nl": ("📍 Stadskantoor", "Hier schrijf je je in."),
            "en": ("📍 Stadskantoor", "Here you register."),
        },
        attachments=(
            Attachment("place", "Stadskantoor", "Oldehoofsterkerkhof 2", latitude=53.2037, longitude=5.7895),
        ),
    ),
}

# The words of `bot.web.texts`, in the order Tigrinya, Arabic, Dutch.
_PAGE = {
    "A computer programme, not a human": (
        "ናይ ኮምፒተር ፕሮግራም፣ ሰብ ኣይኮነን",
        "برنامج كمبيوتر، وليس إنساناً",
        "Een computerprogramma, geen mens",
    ),
    "Go to the place where you write": (
        "ናብቲ ትጽሕፍሉ ቦታ ኪዱ",
        "اذهب إلى مكان الكتابة",
        "Ga naar de plek waar je schrijft",
    ),
    "Language": ("ቋንቋ", "اللغة", "Taal"),
    "Menu": ("ሜኑ", "القائمة", "Menu"),
    "Your talk with Wegwijs": (
        "ምስ Wegwijs ዝገበርኩምዎ ዘተ",
        "محادثتك مع \u2066Wegwijs\u2069",
        "Je gesprek met Wegwijs",
    ),
    "Wegwijs says:": ("Wegwijs ይብል፦", "يقول \u2066Wegwijs\u2069:", "Wegwijs zegt:"),
    "You say:": ("ንስኹም ትብሉ፦", "أنت تقول:", "Jij zegt:"),
    "These words are not kept.": (
        "እዘን ቃላት ኣይተዓቀባን።",
        "لم تُحفظ هذه الكلمات.",
        "Deze woorden zijn niet bewaard.",
    ),
    "Go to the newest message": ("ናብቲ ሓድሽ መልእኽቲ ኪዱ", "اذهب إلى أحدث رسالة", "Ga naar het nieuwste bericht"),
    "Show new messages": ("ሓደስቲ መልእኽትታት ኣርእይ", "أظهر الرسائل الجديدة", "Toon nieuwe berichten"),
    "Call {number}": ("ናብ {number} ደውሉ", "اتصل بـ \u2066{number}\u2069", "Bel {number}"),
    "Show on a map": ("ኣብ ካርታ ኣርእይ", "أظهره على الخريطة", "Toon op een kaart"),
    "Save the file {name}": (
        "ነቲ ፋይል {name} ዓቅቡ",
        "احفظ الملف \u2066{name}\u2069",
        "Bewaar het bestand {name}",
    ),
    "Listen to this message": ("ነዚ መልእኽቲ ስምዑ", "استمع إلى هذه الرسالة", "Luister naar dit bericht"),
    "Write your question": ("ሕቶኹም ጽሓፉ", "اكتب سؤالك", "Schrijf je vraag"),
    "Send": ("ስደዱ", "إرسال", "Verstuur"),
    "Your message was not sent.": ("መልእኽትኹም ኣይተሰደደን።", "لم تُرسل رسالتك.", "Je bericht is niet verstuurd."),
    "Send again": ("እንደገና ስደዱ", "أرسل مرة أخرى", "Verstuur opnieuw"),
    "There is no connection. I keep trying.": (
        "ርክብ የለን። እፍትን ኣለኹ።",
        "لا يوجد اتصال. سأواصل المحاولة.",
        "Er is geen verbinding. Ik blijf het proberen.",
    ),
    "I could not keep your message. Please send it again in a moment.": (
        "መልእኽትኹም ክዕቅቦ ኣይከኣልኩን። ድሕሪ ቁሩብ እንደገና ስደድዎ።",
        "لم أستطع حفظ رسالتك. أرسلها مرة أخرى بعد قليل.",
        "Ik kon je bericht niet bewaren. Verstuur het zo meteen nog een keer.",
    ),
    "I cannot answer right now. Please try again in a moment.": (
        "ሕጂ ክምልስ ኣይክእልን እየ። ድሕሪ ቁሩብ እንደገና ፈትኑ።",
        "لا أستطيع الإجابة الآن. حاول مرة أخرى بعد قليل.",
        "Ik kan nu niet antwoorden. Probeer het zo meteen nog een keer.",
    ),
    "This message is too long. Please write a shorter one.": (
        "እዚ መልእኽቲ ኣዝዩ ነዊሕ እዩ። ብሓጺሩ ጽሓፉ።",
        "هذه الرسالة طويلة جداً. اكتب رسالة أقصر.",
        "Dit bericht is te lang. Schrijf een korter bericht.",
    ),
    "This did not come from the chat page. I did nothing with it.": (
        "እዚ ካብ ናይ ዘተ ገጽ ኣይመጸን። ዝገበርክዎ የለን።",
        "هذا لم يأتِ من صفحة المحادثة. لم أفعل به شيئاً.",
        "Dit kwam niet van de chatpagina. Ik heb er niets mee gedaan.",
    ),
    "Your chat is not open in this browser any more. Open it again.": (
        "ዘተኹም ኣብዚ ብራውዘር ክፉት ኣይኮነን። እንደገና ክፈትዎ።",
        "محادثتك لم تعد مفتوحة في هذا المتصفح. افتحها مرة أخرى.",
        "Je chat is niet meer open in deze browser. Open hem opnieuw.",
    ),
    "This page does not exist.": ("እዚ ገጽ የለን።", "هذه الصفحة غير موجودة.", "Deze pagina bestaat niet."),
    "Something went wrong on my side. Please try again.": (
        "ብወገነይ ጌጋ ኣጋጢሙ። እንደገና ፈትኑ።",
        "حدث خطأ عندي. حاول مرة أخرى.",
        "Er ging bij mij iets mis. Probeer het opnieuw.",
    ),
    "Open the chat": ("ነቲ ዘተ ክፈቱ", "افتح المحادثة", "Open de chat"),
    "In danger? Call {number}.": (
        "ኣብ ሓደጋ ዲኹም? ናብ {number} ደውሉ።",
        "هل أنت في خطر؟ اتصل بالرقم \u2066{number}\u2069.",
        "In gevaar? Bel {number}.",
    ),
    "Demo town: {moment}": (
        "ናይ ፈተነ ከተማ፦ {moment}",
        "مدينة للتجربة: {moment}",
        "Demostad: {moment}",
    ),
    "To the next reminder": (
        "ናብ ዝቕጽል መዘኻኸሪ",
        "إلى التذكير التالي",
        "Naar de volgende herinnering",
    ),
    "Be a newcomer of the demo town": (
        "ከም ሓድሽ መጻኢ ናይ ፈተነ ከተማ ፈትኑ",
        "جرّب كقادم جديد في مدينة التجربة",
        "Wees een nieuwkomer uit de demostad",
    ),
    "There is no reminder ahead.": (
        "ዝመጽእ መዘኻኸሪ የለን።",
        "لا يوجد تذكير قادم.",
        "Er komt geen herinnering.",
    ),
    "No newcomer of the demo town has an appointment ahead.": (
        "ዝመጽእ ቆጸራ ዘለዎ ሓድሽ መጻኢ ናይ ፈተነ ከተማ የለን።",
        "لا يوجد قادم جديد في مدينة التجربة عنده موعد قادم.",
        "Geen nieuwkomer uit de demostad heeft nog een afspraak.",
    ),
}
PAGE: dict[str, dict[Language, str]] = {
    english: dict(zip(("ti", "ar", "nl"), others, strict=True)) for english, others in _PAGE.items()
}
