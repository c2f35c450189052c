"""Usual given names in the lists of schools: enough that of ten persons three are recognised.

Without accents, as ``normalise_heading`` writes them; Turkish ones without their dots.
"""

_GERMAN = """
alexander alexandra amelie andrea andreas angela angelika anja anke anna anne annette anton antonia arne astrid
barbara bastian beate ben benjamin bernd bernhard bettina birgit bjoern brigitte carina carla carola caroline carsten
charlotte christa christian christiane christina christine christoph clara claudia cornelia dagmar daniel daniela
david dennis detlef dieter dirk dominik doris elena elias elisabeth elke emil emilia emma erik erika ernst eva fabian
felix finn florian frank franziska frieda friedrich gabriele georg gerd gerda gerhard gisela greta gudrun guenter
guido hanna hannah hannes hans harald heike heiko heinrich heinz helene helga helmut henrik henry herbert hermann
holger horst ida ilse ina ines inge ingrid irene iris isabell jakob jan jana janina jannik jens joachim joerg johanna
johannes jonas josef josefine judith juergen julia julian juliane karin karl katharina kathrin katja katrin kerstin
kevin kirsten klara klaus konstantin kristin kurt lara laura lea lena leni leon leonie lia lina linus lisa lotta louis
louisa luca luisa lukas lutz manfred manuel manuela marc marcel marcus mareike maren margit maria marie marina mario
marion markus marlene marta martha martin martina mathilda matthias max maximilian meike melanie melina merle mia
michael michaela mika mila mira miriam monika moritz nadine natalie nele nico nicole niklas nina noah norbert olaf
oliver oskar otto pascal patricia patrick paul paula peter petra philipp pia rainer ralf ramona rebecca regina reiner
renate rene ricarda richard rita robert roland rolf ronja rosa rudolf ruth sabine sabrina samuel sandra sara sarah
sascha sebastian selma silke silvia simon simone sofia sonja sophia sophie stefan stefanie steffen stephan stephanie
susanne sven svenja swantje tanja theo theresa thomas thorsten til tim timo tina tobias tom torben torsten udo ulrich
ulrike ursula ute uwe valentin vanessa vera verena veronika viktoria vincent volker walter werner wilhelm wolfgang
yannick yvonne
"""
_TURKISH = """
abdullah adem ahmet ali asli aylin ayse aysel aziz baran berat berk bilal burak busra can cansu cem cemal ceren deniz
derya dilara ebru ece efe ekrem elif emine emir emre enes ercan erdem eren esra eymen fatih fatma ferhat furkan gamze
gizem gulay hakan halil hande hasan hatice havva huseyin ibrahim ilayda irem ismail kaan kadir kemal kenan kerem kubra
levent mehmet melek melis meral mert merve meryem mesut metin murat mustafa nazli nur nuray okan omer onur osman ozan
ozge pinar ramazan recep selin serdar serkan sevgi sevim sibel sinan suleyman sultan taner tarik tolga tugba tuncay
ugur umut volkan yasemin yasin yavuz yildiz yunus yusuf zehra zeynep
"""
_ARABIC = """
abdul abdulrahman adam adnan aisha aliya amal amin amina amir amira anas asma aya ayman bashar bassam fadi farah faris
fatima ghassan habib hadi hala hamid hamza hanan hani hassan hiba hisham hussein iman ismael jamal jamila karim
khadija khaled khalil laila layla leila lina mahmoud mahmud malik mariam maryam mohamad mohamed mohammad mohammed mona
muhammad mustapha nabil nada nadia najib noor nour omar othman rami rana rania rashid reem rima saad safa said salah
salim salma sami samir samira sana tamer tareq wael walid yahya yara yasmin yousef youssef zahra zaid zainab ziad
"""
_POLISH = """
agata agnieszka aleksander aleksandra andrzej bartosz beata bozena cezary dariusz dawid dorota edyta ewa ewelina filip
grazyna grzegorz halina henryk irena iwona jacek jadwiga jakub jaroslaw jerzy jolanta justyna kacper kamil karolina
katarzyna kazimierz krystyna krzysztof lukasz maciej magda magdalena malgorzata marcin marek mariusz mateusz michal
mikolaj milena natalia oliwia patryk pawel piotr przemyslaw radoslaw rafal ryszard slawomir stanislaw sylwia szymon
tadeusz teresa tomasz urszula wanda wieslaw wiktoria wioletta witold wojciech zbigniew zofia zuzanna
"""
_ENGLISH = """
adrian alan alex alice amanda amy andrew angus ann anthony arthur ashley barry betty brian bruce carol catherine
charles chloe chris christopher claire colin craig daisy deborah derek diana donald donna dorothy douglas duncan
edward eleanor elizabeth ellen emily eric ethan evelyn fiona francis gareth gary gavin geoffrey george gordon grace
graham greg hazel heather helen holly howard hugh ian isaac isabella jack jacob jacqueline james jane janet jason jean
jennifer jenny jeremy jessica jill joan joanna joe john jonathan joseph joshua joyce karen kate katherine keith kelly
kenneth kim larry leo lewis liam linda lisa lucy luke lynn margaret mark martin mary matthew megan melissa molly nancy
neil nicholas nicola nigel olivia pamela philip phoebe rachel ray rebecca roger ronald rose rosie roy ruby russell
ryan sally scott sean shane sharon shirley stephen steven stuart susan tara terry timothy tony tracy victoria violet
wayne wendy william
"""

GIVEN_NAMES = frozenset(" ".join([_GERMAN, _TURKISH, _ARABIC, _POLISH, _ENGLISH]).split())
