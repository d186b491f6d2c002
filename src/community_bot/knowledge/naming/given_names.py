# ruff: noqa: RUF001 - names in many alphabets are what this table is for
"""Given names that are one name: forms in the languages of the region, then short and pet forms.

General knowledge; nobody in particular is meant. A spelling that differs only by transliteration
needs no entry: the sounds see to that. After the bar stand forms that nobody would abbreviate to an
initial. A form may stand in several lines (Sasha is a man and a woman, Jerzy is Georgy and Yuri):
two words are taken for one name when they share a line, so no line holds two names that people tell
apart, whatever their common origin (Georgy and Yuri, Jan and Ivan, Mehmet and Muhammad). A name
without other forms is here so that it is known for a given name, which never answers alone.
"""

from __future__ import annotations

_LINES = """\
абдулла абдуллаһ abdullo
абдурахман абдрахман абдураман
айдер aydar
айше aisha | айшечка
александр олександр александър аляксандр alexander alexandre alessandro олександер | саша сашко
    сашка сашуня шура шурик саня санько сашо лесь олесь олелько алекс alex
александра олександра alexandra | саша сашка шура леся олеся саня
александър александр alexander | сашо алекс сандо
алексей олексий аляксей aleksiej alexis alexey алексий олекса | алеша альоша леша льоша лёха
    олексійко
алие | аля
алим | алимка
амет ahmet
анастасия anastazja настасья | настя настуся настька ася
анатолий анатоль | толя толик толька тосик
ангел ангелчо | ачо
андрей андрій андрон andrzej anders andreas andrew andré анджей andriej | андрюша андрійко
    андрусь андрюха
анна ганна ann anne | аня анюта анечка ганнуся ганя нюра нюся анка аннушка галя
антон антоній antonio antonín антін | тоша антоша антось тонко
антонина антанина | тоня тося
аркадий | аркаша
арсений арсен | сеня арсик
артем артемий арцём | тема артемко
асан | асик
афанасий опанас панас | афоня
ахмет ахмед ахмат ahmad ehmed
ахтем | ахтемчик
бекир bakir абубекир
богдан | бодя богданчик даня
борис барыс | боря борька бориско
бронислав браніслаў | броник
вадим вадзім | вадик вадимко
валентин валенцін walenty | валя валік
валентина валенціна | валя
валерий валеріан | валера валерик
валерия | лера валера
варвара barbara | варя варка basia
василий василь василе basil | вася васько васька василько васильок
вацлав wacław | вацик
вели walī
вениамин benjamin | веня
вера віра | верочка вірочка вірка
вероника veronica | ника
веселин | веско весо
веселина | веса
виктор victor | витя витёк
виктория victoria | вика вита
виолета | вили
виталий віталь vitalie | виталик витя віталько
владимир володимир уладзімір уладзімер włodzimierz володимер | вова вовка володя вовчик володька
    володко влад владо
владислав уладзіслаў | влад владик владко слава
войцех wojciech | войтек
всеволод усевалад | сева
вячеслав вячаслаў veaceslav вечеслав | слава славко славик
галина галя | галка галинка
геннадий генадзь геннадіус | гена геша
генрих henryk henry heinrich | геня
георгий george georges jerzy giorgi | гоша жора гога гоги
герман | гера
глеб гліб | глебушка
григорий рыгор grzegorz gregory hryhorij grigore григор | гриша гриць грицько грицик гришко
гульнара | гуля
давид davut | додик давидко
данило даниил данила daniel данаил | даня данька данилко данко
дарья дарина | даша дашка дарка
демьян дамян | дёма
денис дзяніс dionizy | дениска дениско денисик
десислава | деси деса
джевдет cevdet jevdet
джелял celal jalal jalol дзялал
джемиль cemil camil jamil
диана
дилявер dilaver
димитър димитрий dymytr | митко мито димо
дмитрий дмитро дзмітрый dimitri dymitr dimitrie зміцер | дима митя дімка дмитрик митько
евгений євген яўген eugen eugene eugeniusz яўгеній | женя жека геня євгенко
евгения яўгенія eugenia | женя геня
егор ягор | егорка гоша
ежи jerzy | юрек
екатерина катерина кацярына catherine katarzyna catalina | катя катюша катруся катька
елена олена алена helena helen ilona альона hélène | лена ленка оленка леся леночка оленочка
елизавета лизавета elisabeth elżbieta | лиза лізка
емил emile
ефим юхим яўхім | фима
захар захарий захарія zachary захарко
збигнев | збышек
здравко
зинаида | зина
зиновий зеновий | зиня
зоя zoe
ибрагим ибраим ebrahim иброҳим
ивайло
иван йован jovan ioan ion ioannes ivo | ваня ванька ванюша івась івасик іванко ванчо янко
игнат гнат игнатий ignacy
игорь ihar | игорёк ігорко гоша
идрис идриз
измаил ismail смаил esmail
илия ilie | илюша ілько
ильхам ilgham
ильяс
инна | инночка
ион ioan иван ён
иосиф йосип joseph józef язэп осип giuseppe | ося йося юзик
ирина irena irene ярина | ира іринка ириша іруся
исмет
казимир kazimierz kazimežs
карина
кемаль kamal кямал camal kamol | кемо
керим karim
кирилл кирило cyril | кирюша киро кирилко
клавдия claudia | клава
константин костянтин канстанцін konstanty constantine kostadin costantino | костя костик кость
    косьо
красимир | краси
кристина христина крысціна cristina kristine | христя крися
ксения xenia аксиния | ксюша ксана
кузьма козьма
кшиштоф krzysztof christopher христофор кшыштаф
лариса | лара
лев leo leon левко лівій | лёва
ленур | ленурчик
леонид леанід leonidas | лёня лёнька
лешек лешак | лешко
лидия лідзія | лида
лука lukas lucas
любовь luba | любочка
любомир | любо любко
людмила | люда люся мила людочка
лютви lutfi
макар makary
максим maxime maksymilian | макс максимко
маргарита małgorzata margaret margarethe | рита марго
марек mark marc марко marcus | марчик
марина | маринка мариша
мария mary marie maryja maryam | маша маруся марійка марічка маня машка
мартин marcin mārtiņš
матвей матвій мацвей maciej mateusz matthew matthias матей маттео | мотя матвійко
махмуд mahmut mahmood maxmud
мехмет мехмед memet
мирослав мираслаў | мирко мирон слава
михаил михайло михаль michał michael mihai michel mihkel miguel | миша мішка михась мисько мишко
мурад murat murod
муса
мустафа mostafa | мустик
мухаммед muhammad mohammed магомед muhammet
надежда надія надзея nadzieja | надійка
нариман
наталья nathalie natalija | наташа ната наталка натка таля
неджметтин necmettin nejmeddin neçmetdin наджмиддин
никита микита | микитка ник
николай микола мікалай nicolas mikołaj nicolae никола klaus mikuláš | коля миколка микольцьо
    колька кольо николка кольчо
нина | нинка
нури noori
оксана аксана oxana | ксюша оксанка ксана
олег алег | олежка олежко олежик олесь
ольга вольга хельга | оля олька олечка оленька ольчик
омер умар omar умер | ома
осман usman othman усмон osmon
остап астап
павел павло paul павал paolo pablo pavle | паша павлик павлусь павлуша павка пашка
павлина пауліна | поля
петр петро петър пятро peter petru pierre | петя петрик петрусь петька пецо петко пенчо
платон
полина паліна paulina | поля полинка
раиса | рая
рафаэль rafał
рашид raşit reşit
реджеп recep rəcəb
рефат rıfat
решат reshad rashad
ришард richard
роберт | роб
роман раман | рома ромка ромчик ромко
росица | роси
румен ромен
руслан | русик
рустам rustem
рустем rustam
савва
саид sait seyit
самед samet
самуил samuel самійло
светлана світлана святлана | света світланка лана світланочка
святослав світослав святаслаў świętosław | слава свят святик
сейран
селим salim
семен симон сямён szymon simeon семко | сеня сёма
сервер sarvar
сергей сергій сяргей serge sergiusz serhij | серёжа сергійко серж сергійчик серго
славчо | слави
софия sophie сафія | соня софійка
станислав stanislas stanislao | стас стасик станко
степан стефан сцяпан stephen steven szczepan ștefan étienne степко esteban stefano istván |
    стёпа степанко стецько
стоян стойчо
сулейман soliman сулеймон сулайман
тамара тамар | тома
тарас | тарасик тарасько
татьяна тетяна таццяна | таня тетянка танюша танька
теодора феодора федора | теа дора
тимофей тимофій цімафей timothy tymoteusz тиміш | тима тимоша тимко
тимур temur | тима
тихон tychon
тодор федор федір theodor хведар tudor | федя тошо федько
томаш фома хома томас
ульяна | уля
фатима fatma
фатих
филипп пилип philippe
хаджи hacı haji аджи
халид
халил xəlil
халит khalid xalid
хамид hamit
христина кристина christina | христя
христо христос christo | ицо
хусейн husayn hossein усеин
цветан | цецо
шевкет shavkat
эдуард edward | эдик
эльвира
эмиль
эмин amin
эмине
энвер anvar
эрвин
эскендер iskender iskandar искандер
юлий julius
юлия julia giulia | юлька юльця
юнус
юрий jerzy iurie jüri юрік | юра юрко юрась юрчик юрок юрец
юсуф yusif юсуп yousef
яков яків якаў jacob jakub james jacques | яша яшко
ян jan янош john johann jean jānis hans | янек янко янка
януш janusz janušas яну
ярослав jarosław | ярик ярко славко слава
яцек jacek яцак hyacinth | яцусь
"""
_WITHOUT_OTHER_FORMS = """
хасан нонна алла римма орест марат ринат рафаил ренат айрат азат аслан армен ашот гагик гарик
левон тигран вахтанг гиви нодар отар заур эльдар эльчин вагиф рауф тофик фуад намик чингиз
бахтияр ниязи фарид хакан эрдоган эрдал эрол серкан синан селахаттин семих тургут улаш умут умит
явуз орхан онур окан мерт левент кадир илхан илкер зеки шамиль сеитумер эдем эльзара лиля зарема
диляра ленара сафие усние асие эмир арслан радослав дариуш пшемыслав бартош тадеуш богуслав
веслав ева расим барыш бурак дениз эбру эмре эндер энгин эркан эрсин фахри фикрет гёкхан халиде
ихсан kazım мелих нуреттин özgür рефик седат сердар тайфун тунджай турхан уфук вахит яшар ziya
карл урмас андрис валдис гунтис илзе вайра витаутас гинтарас boyan бисер велизар волен галин
гергана делян драгомир калин камен лъчезар любен миглена милен минчо неделчо огнян пламен радан
светлин станимир цецка явор йордан
"""


def _split(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    full, _, short = line.partition("|")
    return tuple(full.split()), tuple(short.split())


GIVEN_NAMES = (
    *(_split(line) for line in _LINES.replace("\n    ", " ").splitlines()),
    *(((name,), ()) for name in _WITHOUT_OTHER_FORMS.split()),
)
"""Full forms and short forms of each name."""
