# SPDX-License-Identifier: Apache-2.0
"""The sure wordings in German, Spanish, French, Italian and Portuguese."""

TONGUES: dict[str, tuple[str, ...]] = {
    "override": (
        r"\b(?:ignorier\w*|vergiss|missachte\w*|übergeh\w*|verwirf)\s+(?:\w+\s+){0,3}?(?:vorherig\w*"
        r"|bisherig\w*|früher\w*|obig\w*|deine?\w*|"
        r"sämtliche\w*|vorige\w*|alle\w*)\s+(?:\w+\s+){0,2}?(?:anweisung\w*|regeln?|vorgaben?|richtlinien?"
        r"|instruktion\w*|befehle?|"
        r"einschränkung\w*|beschränkung\w*)",
        r"\b(?:halte?\s+dich\s+nicht|achte\s+nicht)\b[^.\n]{0,20}\b(?:vorgaben|regeln|anweisungen|richtlinien)",
        r"\b(?:ignora|olvida|descarta|omite)\s+(?:\w+\s+){0,3}?(?:instrucciones|reglas|órdenes|directrices|normas)\b",
        r"\b(?:ignore|ignorez|oublie[zs]?)\s+(?:\w+\s+){0,3}?(?:instructions|consignes|règles|directives)"
        r"\s+(?:précédentes|ci-dessus|antérieures)",
        r"\b(?:ignora|dimentica)\s+(?:\w+\s+){0,3}?(?:istruzioni|regole|direttive)\b",
        r"\bnegeer\s+(?:\w+\s+){0,3}?(?:instructies|regels)\b|\bzignoruj\s+(?:\w+\s+){0,3}?(?:instrukcje"
        r"|polecenia|zasady)\b",
        r"(?:игнорируй|забудь)(?:те)?\s+(?:\w+\s+){0,3}?(?:инструкции|правила|указания)|忽略.{0,10}(?:指令|指示|规则|提示)",
        r"(?:指示|命令|ルール).{0,6}(?:無視|忘れ)|önceki\s+(?:\w+\s+){0,2}?(?:talimat|kural)\w*\b[^.\n]{0,20}\b(?:yok\s+say|unut)",
        r"\b(?:ignore|esqueça|desconsidere)\s+(?:\w+\s+){0,3}?(?:instruções|regras|diretrizes)\b",
    ),
    "prompt extraction": (
        r"\b(?:zeig|gib|nenn|verrat|wiederhol|druck|schreib)\w*\b[^.?\n]{0,40}\b(?:system-?\s?prompt"
        r"|systemanweisung\w*|geheime\w*\s+anweisung\w*|"
        r"anfangsanweisung\w*|versteckte\w*\s+anweisung\w*)",
        r"\b(?:wiederhole|schreibe|gib)\b[^.\n]{0,40}\b(?:über|vor)\s+dieser\s+(?:nachricht|zeile)",
        r"\b(?:muéstrame|muestra|repite|dime|revela)\b[^.\n]{0,30}\b(?:prompt\s+(?:de\s+sistema|del\s+sistema"
        r"|oculto|inicial)|instrucciones\s+"
        r"(?:ocultas|iniciales|secretas|del\s+sistema)|tus\s+(?:reglas|instrucciones))",
        r"\b(?:montre|répète|affiche|donne|révèle)\b[^.\n]{0,30}\b(?:prompt\s+(?:système|initial|caché)"
        r"|instructions\s+(?:cachées|initiales|secrètes))",
        r"\b(?:mostra(?:mi)?|ripeti|rivela|dimmi)\b[^.\n]{0,30}\b(?:prompt\s+di\s+sistema|istruzioni"
        r"\s+(?:nascoste|iniziali|segrete))",
        r"\b(?:mostre|repita|revele|diga)\b[^.\n]{0,30}\b(?:prompt\s+d[eo]\s+sistema|instruções\s+(?:ocultas"
        r"|iniciais|secretas))",
    ),
    "persona": (
        r"\b(?:du\s+bist|spiele?|sei|verhalte\s+dich)\b[^.\n]{0,60}\b(?:ohne|keine)\s+(?:\w+\s+)?(?:regeln"
        r"|filter|moral|einschränkung\w*|ethik|grenzen)",
        r"\b(?:eres|actúa|sé|finge)\b[^.\n]{0,60}\bsin\s+(?:\w+\s+)?(?:reglas|restricciones|filtros?|ética"
        r"|límites|moral)",
        r"\b(?:tu\s+es|joue|agis|sois)\b[^.\n]{0,60}\bsans\s+(?:\w+\s+)?(?:règles|filtres?|morale"
        r"|restrictions|limites|éthique)",
        r"\b(?:sei|fai\s+finta|fingi|agisci)\b[^.\n]{0,60}\bsenza\s+(?:\w+\s+)?(?:regole|restrizioni|filtri"
        r"|limiti|etica|morale)",
        r"\b(?:você\s+é|finja|aja)\b[^.\n]{0,60}\bsem\s+(?:\w+\s+)?(?:regras|restrições|filtros?|limites|ética|moral)",
    ),
    "no limits": (
        r"\b(?:schalte?|stell|deaktiviere?)\b[^.\n]{0,30}\b(?:filter|sicherheitsregeln|zensur|einschränkung\w*)",
        r"\bantworte?\b[^.\n]{0,20}\b(?:ohne\s+(?:filter|einschränkung\w*|zensur|regeln)|ungefiltert|unzensiert)",
        r"\b(?:desactiva|elimina|quita)\b[^.\n]{0,20}\b(?:filtros|restricciones|censura)\b|\bresponde\s+sin"
        r"\s+(?:filtros?|censura|límites)",
        r"\b(?:désactive|retire)\b[^.\n]{0,20}\b(?:filtres|restrictions|censure)\b|\bréponds\s+sans"
        r"\s+(?:filtre|censure|limites?)",
        r"\brispondi\s+senza\s+(?:filtri|censura|limiti)|\bresponda\s+sem\s+(?:filtros?|censura|limites)",
    ),
    "role spoofing": (
        r"\b(?:ich\s+bin|hier\s+spricht|als)\s+dein\w*\s+(?:entwickler|administrator|betreiber|schöpfer"
        r"|programmierer)\w*\b",
        r"\b(?:soy|habla)\s+tu\s+(?:desarrollador|administrador|creador)\w*\b|\bje\s+suis\s+ton"
        r"\s+(?:développeur|créateur|administrateur)\b",
        r"\bsono\s+il\s+tuo\s+(?:sviluppatore|creatore|amministratore)\b|\bsou\s+(?:o\s+)?seu"
        r"\s+(?:desenvolvedor|criador|administrador)\b",
    ),
    "indirect": (
        r"\b(?:hinweis|anweisung|nachricht)\s+an\s+(?:die\s+ki|das\s+sprachmodell|den\s+(?:assistenten|chatbot))",
        r"\b(?:nota|aviso|mensaje)\s+para\s+(?:la\s+ia|el\s+(?:asistente|modelo|chatbot))|\bnote\s+(?:à"
        r"|pour)\s+l'(?:ia|assistant)\b",
    ),
}
"""By family, as the English ones; the classifier's encoder reads little but English."""
