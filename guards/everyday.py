# SPDX-License-Identifier: Apache-2.0
"""Words that are names now and then, and everyday words most of the time."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVERYDAY = _words("""
    will mark may rose grace hope joy faith bill art jack frank pat dick rob sue drew chase dean grant hunter
    mason miles ray skip summer autumn april june august dawn eve ivy lily daisy violet ruby pearl amber crystal
    star sky angel king young long brown white black green gray grey little short small love day good best rich
    sharp wise strong stone wood woods hill field fields lake rivers banks park parks street church house hall
    bush cook baker miller carter walker fisher user demo test admin agent guest person someone home work price
    page chance case bright price fair early east west north south major prince bishop noble moon winter
    spring sunny happy honey candy cherry olive ginger pepper basil sage reed colt buck guy iris
    jay penny randy rich rusty sandy storm trip van
    wade ward web win worth bond cash clay cliff dale earnest flint ford forest glen heath jet lance lane
    mercy ocean patience peace prudence rain river rock sterling stormy
""")
"""Masked only where they are written with a capital: "will" the verb would be lost otherwise."""

PARTICLES = _words("""
    de del della der den da das dos di du la le van von zu bin ibn al el ben mc mac st of the and y e i a jr sr
    mr mrs ms mx dr prof sir madam miss herr frau senor senora monsieur madame ii iii iv
""")
"""Parts of a full name that are never a name alone."""

NOT_POSSESSIVE = _words("""
    jeans chips robins levis cats pats hers ours lens bass boss less ross moss kiss miss yes gas bus alexis paris jess
""")
"""Words that are no name with an "s" after it."""

NOT_NAMES = _words("""
    there all team everyone everybody folks guys sir madam support customer friend friends assistant bot rapport
    ai chatbot again back later tomorrow today tonight now soon asap please maybe when if at on in by after
    before once because old crazy anytime whatever what who how why where not no yes ok okay well so just also
    very too really still the a an my your his her our their its it i i'm we you he she they me us them this
    that these those here right nothing something anything everything someone anyone nobody one two and or but
    from with for to of about as is am was are were be been do does did done can could would should have has had
    get got going gonna glad sorry sure fine good great happy sad tired new looking interested trying wondering
    calling writing having using working living based happy born called named unknown private secret important
    hello hi hey dear thanks thank regards best cheers sincerely kind warm love yours bye world man dude mate
    directly immediately quickly early daily during using via through regarding concerning between around until
    till unless without within instead first next every each both out up down off back
    help need want like let monday tuesday wednesday thursday friday saturday sunday january february march may
    april june july august september october november december morning afternoon evening night sometime names
    mom mum dad mother father mister miss mr mrs ms dr doctor prof hiring manager sirs concern whom claude
    siri alexa google chatgpt gpt pronounced spelled spelt ready available free busy over come
    und oder ich bin nicht kein der die das ein eine y o no soy un una el la et je suis pas le les
""")
"""Words that follow "I'm", "call me" or "Hi" without being a name."""

NOT_SECRETS = _words("""
    incorrect wrong not expired the too very required invalid missing unknown lost forgotten correct right safe weak
    strong secure reset changed stored hashed encrypted still also now never always working broken being that this
    what where none null true false str string needed sent only used asked something compromised leaked and for in
    on my your a an it so longer set blocked locked optional empty case-sensitive accepted rejected
    greyed disabled ignored visible hidden displayed shown shared public private known unknown simple easy hard
    correctly failing refused denied nicht falsch abgelaufen vergessen weg incorrecta incorrecto oubliée sbagliata
""")
"""Words that follow "my password is" without being one."""
