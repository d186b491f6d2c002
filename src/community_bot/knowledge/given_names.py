"""Given names that are one name: forms in the languages of the region, then short and pet forms.

General knowledge; nobody in particular is meant. A spelling that differs only by transliteration
needs no entry: the sounds see to that. After the bar stand forms that nobody would abbreviate to an
initial. A form may stand in several lines (Sasha is a man and a woman, Jerzy is Georgy and Yuri),
and two words are taken for one name when they share a line, so that no line may hold two names that
a person would tell apart.
"""

from __future__ import annotations

_LINES = """\
александр олександр александър аляксандр alexander alexandre aleksander alessandro олександер | саша сашко сашка сашуня шура шурик саня санько сашо лесь олесь олелько алекс alex
александра олександра alexandra | саша сашка шура леся олеся саня
алексей олексий олексій аляксей aleksiej alexis alexey алексий олекса | алеша альоша леша льоша алёша лёша лёха олексійко
анастасия анастасія anastazja настасья | настя настуся настька ася
анатолий анатолій анатоль анатоли | толя толик толька тосик
ангел ангелчо | ачо
андрей андрій андрэй андрон andrzej андрон anders andreas andrew andré анджей анджэй andriej andrei | андрюша андрійко андрусь андрюха
анна ганна ana ann anne hanna hannah ане | аня анюта анечка ганнуся ганя нюра нюся анка аннушка галя
антон антоній антоний antoni anthony antonio antonín антоніо антін | тоша антоша антось тонко
антонина антоніна антанина | тоня тося
аркадий аркадій | аркаша
арсений арсеній арсен | сеня арсик
артем артём артемий артемій арцём | тема тёма артемко
афанасий опанас панас афанасій | афоня
богдан | бодя богданчик даня
борис барыс | боря борька бориско
бронислав bronisław браніслаў броніслав | броник
вадим вадзім вадым | вадик вадимко
валентин валенцін walenty валентін | валя валік валик
валентина валенціна | валя
валерий валерій валеры валеріан valéry | валера валерик
валерия валерія | лера валера
варвара barbara барбара | варя варка basia
василий василь васіль васил василе basil wasyl vasile | вася васько васька василько васильок
вацлав wacław václav | вацик
вениамин веніамін benjamin беньямин | веня
вера віра wiera | верочка вірочка вірка
вероника вероніка veronica | ника ніка
веселин wesselin | веско весо
веселина | веса
виктор віктор victor wiktor | витя вітя витёк вітьок
виктория вікторія victoria wiktoria | вика віка вита віта
виолета виолетта віолетта | вили
виталий віталій віталь vitalie | виталик віталик витя віталько
владимир володимир уладзімір уладзімер włodzimierz володимер władimir wladimir | вова вовка володя вовчик володька володко влад владо
владислав władysław уладзіслаў | влад владик владко слава
войцех wojciech адальберт | войтек
всеволод всеволод усевалад | сева
вячеслав в'ячеслав вячаслаў wiaczesław veaceslav вечеслав | слава славко славик
галина halina галіна галя | галя галка галинка
геннадий геннадій генадзь геннадіус геннади | гена геша
генрих henryk henry heinrich хенрих henrik | геня
георгий георгій george georges георги юрий юрій jerzy gheorghe георге giorgi егор ягор heorhii | гоша жора гога гоги юрко
герман hermann херман | гера
глеб гліб hleb | глебушка
григорий григорій рыгор grzegorz gregory hryhorij grigore григор hryhoriy | гриша гриць грицько грицик гришко
давид dawid david давыд davut | додик давидко
данило даниил данила даниїл daniel danylo данііл даніїл данаил | даня данька данилко данко
дарья дарія дарина дар'я daria | даша дашка дарка
демьян дем'ян дамян damian | дёма
денис дзяніс dionizy dionisiy | дениска дениско денисик
десислава | деси деса
диана діана diana |
димитър димитър dimitar димитрий dymytr димитар | митко мито димо
дмитрий дмитро дзмітрый dimitri dmitri dymitr димитрий dimitrie зміцер | дима діма митя дімка дмитрик митько
евгений євген яўген yevhen eugen eugene eugeniusz яўгеній євгеній | женя жека геня євгенко
евгения євгенія яўгенія eugenia | женя геня
егор єгор ягор георгий георгій yehor | егорка
екатерина катерина кацярына catherine katarzyna kateryna catalina катажина | катя катюша катруся катька
елена олена алена helena helen elena yelena ilona альона алёна hélène | лена лєна ленка оленка леся леночка оленочка
елизавета єлизавета лизавета elisabeth elżbieta elizabeth | лиза ліза лізка
емил эмиль еміль emile emil |
ефим юхим єфим яўхім efim | фима
захар захарий захарія zachary захарко |
здравко |
збигнев zbigniew збігнєв зьбігнеў збігнеў | збышек
зинаида зінаїда зінаіда | зина зіна
зиновий зіновій зеновий | зиня
зоя zoe |
иван іван iwan ян ян jan john johann ivo йован jovan jean janis ioan ion ён johan ioannis hans ioannes яну янис яніс jānis | ваня ванька ванюша івась івасик іванко янко янка ванчо
ивайло |
игнат гнат ігнат игнатий ignacy ihnat |
игорь ігор игор ihar | игорёк игорек ігорко ігорьок гоша
илия илья ілля илия elias eliasz ілія ilie élie ільля | илюша ільюша ілько ильюша
инна інна | инночка
ион ioan иван john ян ён |
иосиф йосип joseph józef язэп юзеф йосиф осип юзэф giuseppe | ося йося юзик
ирина ірина irena irene ірена ирена ярина iryna irène | ира іра іринка ириша іруся
казимир kazimierz казимеж казімєж kazimír kazimežs казимір |
карина каріна |
кирилл кирило кірыл cyril kiril cyryl кіріл кирил | кирюша киро кирилко
клавдия клавдія claudia | клава
константин костянтин канстанцін konstanty constantine kostadin костадин costantino kostiantyn | костя костик кость косьо
красимир | краси
кристина христина krystyna крысціна cristina христина kristine | христя крися
кузьма козьма kuzma |
кшиштоф krzysztof christopher христофор кшыштаф |
лариса ларыса ларіса | лара
лев leo leon левко лео леў лівій | лёва льова лева
лешек leszek лєшек лешак lech лех | лешко
леонид леонід леанід leonidas | лёня льоня леня лёнька
лидия лідія лідзія lidia | лида ліда
лилия лілія лилія lilia | лиля ліля
любовь любов любоў luba | люба любочка
любомир любомір lubomir | любо любко
людмила людміла ludmiła | люда люся мила міла людочка
лука luka lukas łukasz лукаш lucas |
макар makary |
максим максім maxime maksymilian | макс максимко
маргарита маргарыта małgorzata margaret margarethe | рита ріта марго
марек mark марк marc марко marcus маркус | марчик
марина марына | маринка марінка мариша
мария марія марыя mary marie maryja maryam marija | маша маруся марійка марічка маня машка маріка
мартин мартын мартін marcin martyn mārtiņš мартиньш |
матвей матвій мацвей maciej mateusz matthew matthias матеуш матей мацей маттео | мотя матвійко
мирослав мірослав miroslav мираслаў | мирко мирон слава
михаил михайло михаїл міхаіл михаль michał michael mihai michel михай mihkel mykhailo miguel | миша міша мішка мишка михась мисько мишко міхась
надежда надія надзея nadzieja | надя надійка надійка
наталья наталія natalia nathalie наталля наталя natalija | наташа ната наталка натка таля
никита микита мікіта nikita | микитка ник
николай микола мікалай nicolas nicholas mikołaj nicolae никола nikola klaus mykola mikuláš | коля миколка микольцьо колька кольо николка миколай кольчо
нина ніна | нинка
оксана ксения ксенія аксана xenia oxana | ксюша оксанка ксеня ксана
олег алег oleh олег aleh | олежка олежко олежик олесь
ольга вольга olha olga хельга | оля олька олечка оленька ольчик
остап астап |
павел павло paweł paul pavlo павал paolo pablo pavle | паша павлик павлусь павлуша павка пашка
павлина пауліна paulina полина | поля
петр пётр петро петър пятро peter piotr petru petar pierre pietro peeter | петя петрик петрусь петька пецо петко пенчо
платон |
полина поліна паліна paulina | поля полинка
раиса раїса раіса | рая
рафаэль рафаель raphael rafał |
роберт robert | роб
роман раман | рома ромка ромчик ромко
росица росица | роси
румен ромен |
руслан | русик
ришард ryszard richard рышард річард |
савва сава sava |
самуил самуїл samuel самійло |
светлана світлана святлана swietłana svetlana | света світланка лана світланочка
святослав світослав святаслаў świętosław | слава свят святик
семен семён симон сямён szymon simon simeon симеон семко | сеня сёма сьома сема
сергей сергій сяргей serge sergiusz serhii сергий serghei sergius sergio сергі сергиј serhij | серёжа сережа сєрьожа сергійко серж серьожа сергійчик серго
славчо slavi | слави
софия софія софья zofia sophie sofia сафія соф'я | соня софійка
станислав станіслав stanisław stanislas станіслаў stanislao | стас стасик станко стась
степан стефан сцяпан stephen steven szczepan stephan ștefan étienne штефан степко esteban stefano istván | стёпа стьопа степанко стецько
стоян стойчо |
тамара тамар | тома
тарас | тарасик тарасько
татьяна тетяна таццяна tatiana тацяна | таня тетянка танюша танька
теодора феодора theodora федора | теа дора
тимофей тимофій цімафей timothy tymoteusz тиміш | тима тимоша тимко
тимур тімур timour демир demir temur temür | тима
тихон tychon |
тодор федор фёдор федір theodor теодор fedir teodor хведар tudor | федя тошо федько
томаш tomasz thomas фома хома tomas томас |
ульяна уляна uliana | уля
филипп пилип філіп philip philippe filip |
христо христос hristo christo | ицо
христина кристина christina | христя
цветан tsvetan | цецо
эдуард едуард edward eduardo edvard эдвард эдвинс едвард edvīns | эдик едик
эльвира ельвіра elvira |
эльмира ельміра elmira |
юлия юлія julia giulia iulia yulia | юля юлька юльця
юлий юлій julius juliusz iulius |
юрий юрій юры jerzy george iurie jüri georgi iouri yury іuri юрік | юра юрко юрась юрчик юрок юрец
яков яків якаў jacob jakub james иаков якуб jaakob jacques яакав akiv | яша яшко
ярослав ярослаў jarosław iaroslav | ярик ярко славко слава
яцек jacek яцак яцэк hyacinth | яцусь
януш janusz janušas яну |
ян jan янош ян иван janek | янек янко
ежи jerzy єжи јежи еży георгий юрий еже | юрек
александър александр alexander | сашо алекс сандо
алим alim alym | алимка
али алі ali əli |
алие алиє aliye | аля
ахмет ахмед ахмат ahmet ahmed ahmad əhməd akhmat ehmed akhmed |
абдулла абдула абдуллаһ abdullah abdulla abdullo |
абдурахман абдрахман abdurrahman abdurakhman абдураман |
айдер aider aydar айдар |
айше aisha ayşe ayşə айша аіша | айшечка
амет ahmet amet ахмет |
асан hasan asan | асик
ахтем ahtem akhtem | ахтемчик
бекир bekir bakir абубекир бекір |
вели veli wəli walī вели |
гульнара gulnara gülnara gülnarə | гуля
джемиль cemil dzhemil camil jamil |
джелял celal jalal джалал джелал jalol дзялал |
джевдет cevdet jevdet |
дилявер dilaver dilyaver |
ибрагим ibrahim ібрагім ибраим ibragim ebrahim ібраїм иброҳим |
идрис idris іdris ідріс идриз |
измаил ismail исмаил ісмаїл ismayıl смаил esmail smail |
ильхам ilham ilgham |
ильяс ilyas ільяс elias ilias |
исмет ismet ісмет |
кемаль kemal kamal кямал camal kamol | кемо
керим karim kerim kərim керім |
ленур lenur | ленурчик
лютви lutfi lutvi lütfi |
махмуд mahmud mahmut mahmood maxmud mähmud |
мамед mehmet memet məmməd мамед мехмет магомед |
мехмет мехмед mehmed memet мемет mehemmed |
мурад murat murad murod мурат |
муса musa moses мойсей моисей |
мустафа mustafa moustafa mustapha mostafa | мустик
мухаммед muhammad mohammed магомед magomed мухамед muhammet möhämmäd мухаммад muhammed mohamed |
нариман nariman |
неджметтин necmettin nejmeddin neçmetdin наджмиддин |
нури nuri nuriy noori |
омер ömer omer умар omar умер umar | ома
осман usman othman усмон osmon |
рашид raşit rashid reşit рəшид |
рефат refat rıfat rifat рифат |
реджеп recep rejep rəcəb rajab раджаб |
решат reşat reshad rəşad rashad |
рустам rustem рустем rustam rüstəm рустэм |
рустем rustam rüstem |
саид said sait sayid seyit саїд саид сеит |
самед samet samed səməd |
сейран seyran seiran |
селим salim səlim салим selim |
сулейман suleyman soliman süleyman suleiman сулеймон сулайман |
сервер server sarvar |
фатима fatma fatima fatimə фатьма фатіма |
фатих fatih фатіх |
хаджи hacı haji hajji аджи |
халил khalil xəlil халіл |
халит khalid halid халид xalid |
хамид hamit hamid həmid khamid хаміт |
хасан hasan hassan həsən гасан хассан |
хусейн hüseyin hussein гусейн hüseyn husayn ҳусейн хюсеин hossein усеин |
шевкет şevket shavkat şövkət шавкат shevket |
эмин emin əmin amin емін амин |
энвер enver ənvər anvar анвар енвер anwar |
эрвин ervin ервін erwin |
эскендер iskender eskender iskandar искандер |
юнус yunus jonas iona иона |
юсуф yusuf yusif юсиф юсуп yousef josef |
"""


def _split(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    full, _, short = line.partition("|")
    return tuple(full.split()), tuple(short.split())


GIVEN_NAMES = tuple(_split(line) for line in _LINES.splitlines())
"""Full forms and short forms of each name."""
