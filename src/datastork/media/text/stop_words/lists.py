"""Stop words of eight languages, in lower case; one that ends in an apostrophe is cut from the word behind it."""

LISTS = {
    "en": """
        a an the this that these those
        i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself
        she her hers herself it its itself they them their theirs themselves one
        who whom whose which what where when why how whoever whatever whichever
        about above across after against along amid among around as at before behind below beneath beside besides
        between beyond by despite down during except for from in inside into near of off on onto out outside over
        past per since than through throughout till to toward towards under until up upon via with within without
        and or but nor so yet if because although though while whereas unless whether once
        am is are was were be been being have has had having do does did doing done
        will would shall should can could may might must ought cannot
        isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't shan't shouldn't
        can't couldn't mightn't mustn't needn't ain't
        i'm you're he's she's it's we're they're that's there's here's what's who's where's how's let's
        i've you've we've they've i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd it'd we'd they'd
        not no all any both each every either neither few more most much many other others another some such same own
        only very too also just even still again then there here now ever
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner keines
        ich mich mir mein meine meinen meinem meiner meines du dich dir dein deine deinen deinem deiner deines
        er ihn ihm sein seine seinen seinem seiner seines sie ihr ihre ihren ihrem ihrer ihres es wir uns unser unsere
        unseren unserem unserer unseres euch euer eure euren eurem eurer eures ihnen sich selbst man
        dieser diese dieses diesen diesem jener jene jenes jenen jenem jeder jede jedes jeden jedem alle allen aller
        alles beide einige einigen manche mancher solche solcher welche welcher welches welchen welchem
        wer wen wem wessen was wo wann warum wie woher wohin weshalb
        an am ans auf aus bei beim bis durch für gegen hinter im in ins mit nach neben ohne seit über um unter vom von
        vor während wegen zu zum zur zwischen
        und oder aber denn sondern doch dass daß ob wenn als weil da damit obwohl sowie sowohl weder noch entweder
        bin bist ist sind seid war warst waren wart gewesen sei wäre wären
        habe hast hat haben habt hatte hattest hatten hattet gehabt hätte hätten
        werde wirst wird werden werdet wurde wurden worden geworden würde würden
        kann kannst können könnt konnte konnten könnte könnten muss muß musst müssen musste mussten müsste
        soll sollst sollen sollte sollten will willst wollen wollte wollten darf dürfen durfte durften mag mögen möchte
        nicht auch nur schon sehr so nun dann dort hier mehr immer wieder zwar also etwa etwas nichts
        darin daran darauf daraus dabei dafür dagegen davon davor dazu
    """,
    "fr": """
        le la les l' un une des du de d' au aux ce cet cette ces
        je j' me m' moi mon ma mes tu te t' toi ton ta tes il lui son sa ses se s' soi elle elles ils eux leur leurs
        nous notre nos vous votre vos on y en ça cela ceci celui celle ceux celles c'
        qui que qu' quoi dont où quel quelle quels quelles lequel laquelle lesquels lesquelles quand comment pourquoi
        à dans par pour sur sous avec sans chez entre vers depuis pendant contre avant après jusque dès hors selon
        et ou mais donc or ni car si comme lorsque puisque lorsqu' puisqu' quoique
        suis es est sommes êtes sont étais était étions étiez étaient été être étant sera seront serait seraient soit
        soient fut furent
        ai as a avons avez ont avais avait avions aviez avaient eu avoir ayant aura auront aurait auraient ait aient eut
        fait faire peut peuvent pouvait doit doivent
        ne n' pas plus moins très trop aussi même mêmes tout toute tous toutes autre autres chaque plusieurs quelque
        quelques aucun aucune encore déjà ici là alors ainsi
    """,
    "es": """
        el la lo los las un una unos unas al del
        yo me mí mi mis mío mía conmigo tú te ti tu tus tuyo tuya él ella ello se sí su sus suyo suya suyos suyas
        nosotros nosotras nos nuestro nuestra nuestros nuestras vosotros vosotras os vuestro vuestra vuestros vuestras
        ellos ellas le les usted ustedes
        este esta esto estos estas ese esa eso esos esas aquel aquella aquello aquellos aquellas
        que qué quien quién quienes cual cuál cuales cuyo cuya donde dónde cuando cuándo como cómo cuanto cuánto
        a ante bajo con contra de desde durante en entre hacia hasta para por según sin sobre tras
        y e o u pero ni si sino porque aunque mientras pues
        soy eres es somos sois son era eras éramos eran fui fue fueron sido ser siendo sea sean será serán sería
        estoy está están estaba estaban estado estar he has ha hemos habéis han había habían haber hay hubo haya
        tengo tiene tienen tenía tener puede pueden
        no más menos muy tan tanto también tampoco ya aún todavía sólo solo todo toda todos todas otro otra otros otras
        mismo misma mismos mismas cada algún alguna algunos algunas alguien algo nada nadie ningún ninguna poco mucho
        muchos así aquí allí entonces
    """,
    "it": """
        il lo la l' i gli le un uno una un' di d' a da in con su per tra fra
        del dello della dell' dei degli delle al allo alla all' ai agli alle dal dallo dalla dall' dai dagli dalle
        nel nello nella nell' nei negli nelle sul sullo sulla sull' sui sugli sulle col coi
        io me mi m' mio mia miei mie tu te ti t' tuo tua tuoi tue lui lei egli ella esso essa si s' sé suo sua suoi sue
        noi ci c' nostro nostra nostri nostre voi vi v' vostro vostra vostri vostre essi esse loro ne
        questo questa questi queste quest' quello quella quelli quelle quel quei quegli quell' ciò
        che chi cui quale quali quanto quanta quanti quante dove dov' quando come com' perché
        e ed o od ma se anche però né dunque quindi mentre poiché
        sono sei è siamo siete era eri eravamo erano fui fu furono stato stata stati state essere essendo sia siano sarà
        saranno sarebbe
        ho hai ha abbiamo avete hanno avevo aveva avevano avuto avere abbia abbiano avrà avranno
        può possono deve devono fa fare
        non più meno molto poco tanto troppo così già ancora solo tutto tutta tutti tutte altro altra altri altre
        ogni alcuni alcune qualche nessuno niente nulla stesso stessa stessi stesse qui qua lì là poi ora
    """,
    "pt": """
        o a os as um uma uns umas ao aos à às do da dos das no na nos nas num numa pelo pela pelos pelas
        dum duma deste desta destes destas desse dessa disso disto neste nesta nestes nestas nesse nessa nisso daquele
        daquela naquele naquela
        eu me mim meu minha meus minhas comigo tu te ti teu tua teus tuas ele ela eles elas se si seu sua seus suas
        lhe lhes nós nosso nossa nossos nossas vós vosso vossa você vocês
        este esta estes estas isto esse essa esses essas isso aquele aquela aqueles aquelas aquilo
        que quê quem qual quais cujo cuja onde quando como quanto porquê
        ante após até com contra de desde durante em entre para perante por sem sob sobre
        e ou mas nem porque pois embora enquanto portanto
        sou és é somos são era eras éramos eram fui foi foram sido ser sendo seja sejam será serão seria
        estou está estão estava estavam estado estar esteve
        tenho tem têm tinha tinham ter teve tido hei há havia haver houve haja
        pode podem deve devem
        não mais menos muito muita muitos muitas pouco tão tanto também já ainda só apenas todo toda todos todas tudo
        outro outra outros outras mesmo mesma mesmos mesmas cada algum alguma alguns algumas alguém algo nada ninguém
        nenhum nenhuma assim aqui ali lá então
    """,
    "nl": """
        de het een
        ik me mij mijn m'n mezelf jij je jou jouw jullie hij hem zijn z'n zich zichzelf zij ze haar hun hen we wij
        ons onze u uw men
        deze dit die dat zulke zo'n elk elke ieder iedere iemand niemand iets niets alle alles andere ander
        wie wat waar wanneer waarom hoe welk welke wiens
        aan achter af bij binnen boven buiten door in langs met na naar naast om onder op over per rond sinds te tegen
        ten ter toe tot tussen uit van vanaf vanuit voor via volgens zonder
        en of maar want dus noch omdat doordat als indien terwijl hoewel toen zodat tenzij
        ben bent is was waren geweest wees
        heb hebt heeft hebben had hadden gehad word wordt worden werd werden geworden
        zal zult zullen zou zouden kan kun kunt kunnen kon konden mag mogen mocht moet moeten moest moesten
        wil wilt willen wilde wilden doe doet doen deed
        niet geen ook nog al wel eens zo zeer heel erg veel weinig meer meest minder hier daar er dan nu toch
        hierbij daarbij hiermee daarmee daarvan hiervan daarna daarom eraan erbij ermee ervan erop
    """,
    "ru": """
        я меня мне мной мною мой моя моё мое мои моего моей моему моих моим ты тебя тебе тобой твой твоя твоё твое твои
        он его ему им нём нем она её ее ей ею ней оно они их ими них нему ним него нее неё
        мы нас нам нами наш наша наше наши нашего нашей наших вы вас вам вами ваш ваша ваше ваши вашего вашей ваших
        себя себе собой свой своя своё свое свои своего своей своих своим сам сама само сами
        этот эта это эти этого этой этому этим этих этом эту тот та то те того той тому тем тех том ту
        такой такая такое такие таких весь вся всё все всего всей всему всем всех всю
        кто кого кому кем ком что чего чему чем чём какой какая какое какие каких который которая которое которые
        которого которой которых которым чей где куда откуда когда почему зачем как сколько
        в во на с со к ко о об обо от до из изо за по под над при про у для без между через перед после около среди
        и а но да или либо ни не нет чтобы если хотя потому так будто ведь же ли бы б ж
        быть был была было были буду будет будут будем есть суть является являются
        может могут мог могла можно нужно надо нельзя
        уже ещё еще тоже также только лишь даже очень более менее там тут здесь туда сюда тогда теперь потом затем
        вот вон раз другой другая другое другие каждый каждая каждое некоторые
    """,
}
