# SPDX-License-Identifier: Apache-2.0
"""The sure wordings in English, by family, for what a person says."""

_LIMIT = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directives?|directions|constraints?|programming"
    r"|training|polic(?:y|ies)"
    r"|restrictions?|limitations?|safeguards?|filters?|guardrails?|safety(?:\s+\w+)?|censorship|moderation|ethics"
    r"|moral(?:s|ity)|content\s+polic(?:y|ies)|system\s+(?:message|prompt)s?|laws)"
)
_IGNORE = (
    r"(?<!not\s)(?<!never\s)(?<!n't\s)(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|discard|overrid(?:e|ing)"
    r"|overwrite|abandon|set\s+aside|put\s+aside|pay\s+no\s+(?:attention|heed)\s+to|give\s+no\s+heed\s+to"
    r"|(?:stop|quit)\s+(?:following|obeying)|(?:do\s+not|don'?t|never)\s+(?:follow|obey|stick\s+to|adhere\s+to"
    r"|abide\s+by|comply\s+with|pay\s+attention\s+to)|disobey|circumvent|nullify|scrap)"
)
_DROP = (
    r"(?<!not\s)(?<!never\s)(?<!n't\s)(?:bypass(?:ing)?|violat(?:e|ing)|suspend|annul|skip|lift|disable|deactivate"
    r"|remove|turn\s+off|switch\s+off|get\s+(?:a?round|past)|drop|break(?:ing)?|wipe|erase|cancel|reset|void)"
)
_BETWEEN = r"(?:\W+(?!my\b|his\b|her\b|their\b|our\b)[\w'’]+){0,4}?"
_YOURS = (
    r"(?:your|ur|previous|prior|preceding|earlier|former|above|original|initial|system|openai'?s?|given|all|any|every"
    r"|existing|the\s+(?:above|previous|system|content|safety))"
)
_UNBOUND = (
    r"(?:no|without(?:\s+any)?|zero|free\s+(?:of|from)|not\s+bound\s+by|unbound\s+by|never\s+had|lack(?:s|ing)?"
    r"|regardless\s+of|outside|beyond|has\s+neither)"
)
_BOUNDS = (
    r"(?:(?:ethic|mor)al\w*|ethics|rules|limits|limitations|restrictions?|filters?|guidelines|censorship"
    r"|constraints|laws"
    r"|boundaries|(?:content\s+)?polic(?:y|ies)|safety|morality|conscience|taboos?|moderation"
    r"|inhibitions?|guardrails)"
)
_AI = r"(?:ai|a\.i\.|assistant|chat\s?bot|bot|model|machine|persona|computer|gpt|entity|llm|confidant|servant|being)"
_PROMPT = (
    r"(?:(?:system|hidden|initial|secret|original|pre|developer|starting|base)[\s-]*(?:prompts?"
    r"|instructions?|messages?"
    r"|rules|directives?)|sys\s*(?:prompt|msg)|pre-?prompt|custom\s+instructions)"
)
_TELL = (
    r"(?:print|show|reveal|repeat|output|display|give|send|tell|dump|leak|expose|recite|copy|write\s+out"
    r"|type|list|quote"
    r"|translate|encode|spell|summari[sz]e|rewrite|share|paste|return|echo|disclose|respond\s+(?:only"
    r"\s+)?with|put|place)"
)

ENGLISH: dict[str, tuple[str, ...]] = {
    "override": (
        r"\b(?:ignore|disregard|forget|discard)\s+(?:everything|anything|all)\s+(?:\w+\s+){0,4}?(?:before"
        r"|above|so\s+far|prior|previously)\b",
        r"\b(?:ignore|disregard|disobey)\s+(?:\w+\s+){0,3}?(?:previous|prior|preceding|existing|earlier"
        r"|above)\s+(?:orders|commands)\b",
        rf"\b(?:{_IGNORE}|{_DROP}(?=[^.\n]{{0,30}}\b(?:your|ur|system|safety|content|openai)"
        rf"\b))(?:[\s*_\"'-]+(?:all|any|every|each|one|of|the|these|those|everything|about"
        rf"|in)\b){{0,4}}[\s*_\"'-]+{_YOURS}\b"
        rf"{_BETWEEN}\W+{_LIMIT}\b(?!\s+(?:i\b|(?:in|on|for)\s+(?:the|my)\b))",
        r"\b(?:ignore|disregard|forget|scrap|discard)\s+(?:everything|anything|all(?:\s+of)?(?:\s+(?:that"
        r"|what))?|what|whatever)"
        r"(?:\s+(?:that|which|text))?\s+(?:(?:was|is|has\s+been|came|comes|stands|you\s+(?:were|have\s+been|know))\s*"
        r"(?:told|said|written|learned|taught|instructed|given)?\s*(?:above|before|so\s+far|until\s+now|of\s+your))",
        rf"\b(?:your|the)\s+(?:{_YOURS}\s+){{0,2}}{_LIMIT}\s+(?:(?:above|before\s+this|you\s+have)\s+)?(?:no"
        rf"\s+longer\s+(?:apply"
        r"|hold|count)|are\s+(?:now\s+)?(?:void|cancell?ed|outdated|irrelevant|hereby|revoked|deleted|off"
        r"|disabled|lifted"
        r"|suspended|gone)|(?:were|have\s+been)\s+(?:replaced|deleted|revoked|lifted|a\s+mistake|removed"
        r"|disabled)|do(?:es)?"
        r"\s+(?:not|n'?t)\s+(?:apply|exist|count|matter))\b(?!\s+to\s+(?:orders|returns|members))",
        r"\b(?:this|the\s+above|these)\s+(?:\w+\s+){0,2}(?:overrides?|supersedes?|replaces?|has\s+priority"
        r"\s+over|outranks?)\s+"
        r"(?:(?:all|any|the|your|every|previous|prior|other|existing)\s+){1,4}(?:instructions?|(?:system"
        r"\s+)?prompts?|programming|content\s+guidelines|rules\s+of\s+the\s+(?:ai|model))\b",
        r"\bonly\s+(?:obey|listen\s+to|follow)\s+me\b|\b(?:only|just)\s+my\s+(?:orders|instructions"
        r"|commands)\s+count\b",
    ),
    "new orders": (
        r"(?:^|\n|\.\s)\W*(?:new|updated|revised)\s+(?:system\s+)?(?:instructions|orders|directives?)\W*(?::|#|\n)",
        r"\b(?:i|we)\s+(?:hereby\s+)?(?:order|command|authori[sz]e)\s+you\s+to\b",
        r"\b(?:add|write|append)\s+(?:this\s+)?to\s+your\s+(?:instructions|rules|system\s+prompt|programming)\b",
        r"(?:^|\n)\W*(?:end|begin(?:ning)?|start)\s+(?:of\s+)?(?:\w+\s+)?(?:privileged|root|master|system"
        r"|admin\w*|document|input"
        r"|data|prompt|context)\b[^\n]{0,40}\n\W*(?:(?:now|next)\b|[^\n]{0,20}\b(?:follow|instructions?|commands?))",
        r"\b(?:your|the\s+(?:real|actual|only))\s+(?:new\s+|primary\s+|highest\s+|top\s+|main"
        r"\s+)?(?:objective|priority|directive"
        r"|instructions?|task|role)\s+(?:is\s+now|from\s+now\s+on\s+is|ha(?:s|ve)\s+(?:now\s+)?changed)\b",
        r"\b(?:hidden|secret)\s+(?:instruction|order|command)s?\s+(?:for|to)\s+(?:the\s+(?:ai|assistant"
        r"|model)|you)\b",
        r"\b(?:above|before|what\s+i\s+wrote)\b[^.\n]{0,40}\bmistake\b[^\n]{0,12}\b(?:your|the)\s+(?:real"
        r"|actual|correct)\s+(?:task"
        r"|instruction)",
    ),
    "role spoofing": (
        r"\bas\s+(?:the|your)\s+(?:lead\s+engineer|owner\s+of\s+this\s+system|system\s+owner"
        r"|superuser)\b[^.\n]{0,20}\bi\s+(?:order|command|allow|grant|permit)",
        r"<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id|endoftext)\|>",
        r"\[/?(?:INST|SYS|SYSTEM|ADMIN)\]|<</?SYS>>|</?(?:system|instructions|admin|developer)(?:_prompt"
        r"|-prompt)?>\s*\S",
        r"\[\[/?(?:system|message|profile|memory|passage)\b",
        r"(?:^|\n)\W{0,6}(?:system|SYSTEM|developer|admin)(?:\s+(?:message|notice|note|override"
        r"|update))?\s*:\s*\W{0,3}(?:you|the\s+"
        r"(?:user|assistant|person)|this\s+user|ignore|new|obey|safety|all|from\s+now)\b",
        r"(?:^|\n)###\s*(?:instruction|system|human|user|assistant)\s*:?\s*\n[\s\S]{0,300}?###\s*(?:response"
        r"|assistant)",
        r"\b(?:i\s+am|i'?m|this\s+is|as|speaking\s+as|i\s+work\s+(?:for|at))\s+(?:one\s+of\s+)?(?:(?:your"
        r"|ur)\s+(?:developers?|"
        r"creators?|admin\w*|makers?|owner|operators?|god|programmers?|lead\s+engineer)|the\s+(?:engineer"
        r"|developer|person)\s+who\s+"
        r"(?:built|made|created|programmed|trained)\s+you|(?:from\s+|the\s+)?(?:openai|anthropic)(?:"
        r"\s+(?:staff|team|employee))?\b)",
        r"\b(?:admin\w*|root|sudo|developer|god)[\s-]+(?:override|access|command|mode|rights|privileges?)"
        r"\s+(?:granted|confirmed"
        r"|enabled|activated|accepted|unlocked|on(?=\W*(?:$|[.!,;:\n])))\b",
        r"\b(?:my|the)\s+(?:user\s+)?(?:level|role|permission|clearance)\s+(?:is|=)\s+(?:root|admin"
        r"|superuser)\b[^.\n]{0,60}\brefus",
        r"\b(?:safety|content|ethic\w*)\s+(?:filters?|rules?|policies|checks?|protocols?)\s+(?:are|is|were"
        r"|have\s+been)\s+(?:now\s+)?"
        r"(?:suspended|lifted|off|disabled|gone|removed|deactivated|waived)\b",
    ),
    "prompt extraction": (
        rf"\b{_TELL}\b(?:\W+\w+){{0,3}}?\W+(?:your|ur|the)\s+(?:\w+\s+){{0,2}}?{_PROMPT}(?!\s+(?:for|of)"
        rf"\s+(?:my|our|a|the)\b)",
        rf"\bwhat(?:'s|\s+is|\s+are|\s+does|\s+do|\s+did)?\s+(?:your|ur)\s+(?:\w+\s+)?{_PROMPT}",
        r"\b(?:repeat|copy|recite|write\s+out|print|output)\s+(?:back\s+)?(?:everything|all(?:\s+(?:of"
        r"\s+)?the)?(?:\s+(?:text|"
        r"words))?|the\s+(?:text|words?))\s+(?:that\s+is\s+)?(?:above|before)\b(?!\s+(?:the\s+)?(?:table|line\s+\d))",
        r"\b(?:what|which)\s+(?:instructions|rules|orders|prompts?)\s+(?:were|have)\s+you\s+(?:been\s+)?given\b",
        rf"\b{_TELL}\b(?:\W+\w+){{0,4}}?\W+(?:your|ur)\s+(?:\w+\s+){{0,2}}?(?:instructions|configuration"
        rf"|prompt|context\s+window|rules)"
        r"\W+(?:verbatim|word\s+for\s+word|in\s+(?:full|a\s+code|json|base64|french)|exactly|backwards|above"
        r"|before|inside|between|as\s)",
        r"\b(?:my|the)\s+system\s+prompt\s+is\s*:|\b(?:canary|secret\s+token|code\s+word"
        r"|passphrase)\b[^.?\n]{0,20}\b(?:in|of)\s+your\b",
        r"\b(?:reveal|show|give|tell|list|dump|leak|print)\b(?:\W+\w+){0,4}?\W+(?:data|memor(?:y|ies)|history"
        r"|orders|addresses|phone"
        r"\s+numbers|passwords?|chats?|e-?mails?)\s+of\s+(?:all|every|any|(?:an)?other|(?:the\s+)?(?:other"
        r"|previous|last|next))\s+"
        r"(?:users?|customers?|people|person|clients?|everybody)",
    ),
    "persona": (
        r"\b(?:you\s+are|you'?re|act\s+as|be|become|pretend\s+to\s+be|play|simulate|answer\s+as|a\s+machine"
        r"|an?\s+ai|dan|bot)\b[^.!?\n]{0,60}\b(?:who|that|which)\s+(?:\w+\s+)?"
        r"(?:can\s+do\s+anything|(?:never|does\s+not|cannot|can't)\s+(?:refuses?|says?\s+no|decline)"
        r"|answers\s+(?:every|any|all)|has\s+no\s+(?:conscience|morals|rules|limits)"
        r"|says\s+yes\s+to\s+every|broke\s+free|ignores\s+(?:every|all|the)\s+rules?|obeys)",
        r"\b(?:if|as\s+if|as\s+though|like|pretend|imagine)\s+you\s+(?:had|have|were|are)\s+(?:no\s+(?:rules"
        r"|ethics|morals?|guidelines|filters?|restrictions|limits|content)|not\s+"
        r"(?:restricted|bound|censored|filtered|limited)|never\s+(?:trained|aligned|taught)\s+to"
        r"|un(?:restricted|filtered|censored|bound))",
        rf"\b(?:you\s+are|you'?re|act\s+as|be|become|pretend(?:\s+to\s+be|\s+you\s+are)?|play|simulate"
        rf"|imagine(?:\s+you\s+are)?|emulate"
        rf"|role-?play(?:\s+as)?)\b[^.!?\n]{{0,80}}\b{_AI}\b[^.!?\n]{{0,60}}\b{_UNBOUND}\s+(?:[\w,]+"
        rf"\s+){{0,4}}?{_BOUNDS}\b",
        rf"\b(?:un(?:censored|filtered|restricted|ethical|limited|moderated|bound|hinged|shackled)|amoral"
        rf"|jail-?broken|immoral)\b"
        rf"[^.!?\n]{{0,40}}\b(?:{_AI}|version|answers?|self|twin|mode|response)\b",
        rf"\b(?:has|have|had|having|with|is|are|be)\s+(?:absolutely\s+|completely\s+)?{_UNBOUND}\s+(?:\w+"
        rf"\s+){{0,3}}?(?:ethic\w*|moral\w*|"
        rf"content\s+polic\w+|censorship|guardrails|restrictions|rules|guidelines)\b[^.\n]{{0,60}}\b(?:{_AI}"
        rf"|answer|say|you)\b",
        r"\bdo\s+anything\s+now\b|\bcan\s+(?:do|say|answer|be)\s+(?:absolutely\s+)?anything\s+(?:now|at\s+any"
        r"|and\s+every|i\s+want|the\s+user)",
        r"\b(?:broken|break|breaking|freed?|escaped?)\s+(?:free\s+)?(?:of|from)\s+(?:the\s+|all\s+|your\s+"
        r"|its\s+|their\s+|any\s+)*"
        r"(?:\w+\s+)?(?:confines|chains|limits|limitations|restraints|shackles|restrictions)\b",
        r"\b(?:dan|jailbreak|god|evil|unrestricted|no-filter|uncensored|anarchy|chaos)\s+mode\b"
        r"|\bjailbreak(?:\s+yourself|ed\s+\w+:|\s+success)",
        r"\bstay\s+(?:as|a)\s+dan\b|\b(?:act|respond|answer|behave)\s+(?:as|like)\s+dan\b|\b(?:as|would)\s+dan\b",
        r"\b(?:you|u|it|he|she)\s+(?:have|has|got|do(?:es)?\s+not\s+have|need\s+not\s+(?:follow|respect))"
        r"\s+(?:to\s+)?(?:absolutely\s+)?"
        r"(?:no|zero|any)\s+(?:rules|restrictions|ethics|morals?|filters?|limits|guidelines|moral\s+\w+"
        r"|ethical\s+\w+)\b",
        r"\b(?:do(?:es)?|need)\s+(?:not|n'?t)\s+(?:have\s+to\s+|need\s+to\s+)?(?:abide\s+by|adhere\s+to|obey"
        r"|follow|respect|comply\s+with|care"
        r"\s+about)\s+(?:\w+\s+){0,3}?(?:rules|polic(?:y|ies)|guidelines|laws?|ethic\w*|moral\w*|legality)\b",
    ),
    "no limits": (
        r"\b(?:answer|respond|reply|speak)\b[^.!?\n]{0,40}\b(?:without|with\s+no|free\s+of)\s+(?:any"
        r"\s+)?(?:limits|restrictions|filters?|censorship|rules)\b",
        r"\b(?:turn\s+off|disable|remove|deactivate|lift|switch\s+off|drop)\s+(?:the\s+)?(?:guardrails"
        r"|ethics\s+module|safety\s+(?:filters?|talk|rules|training)|content\s+filters?|moderation"
        r"|censorship)(?=\W*(?:$|[.!,;:\n]|and\b))(?!\W*\?)",
        r"\b(?:answer|respond|reply|speak|write|talk|generate|act)\b[^.!?\n]{0,60}\b(?:without|with\s+no"
        r"|ignoring|regardless\s+of|outside|"
        r"beyond)\s+(?:any\s+|all\s+|the\s+|your\s+)*(?:\w+\s+){0,2}?(?:restrictions?|filter(?:s|ing)?"
        r"|censor\w*|moral\s+\w+|ethic\w*|"
        r"guidelines|safeguards|content\s+polic\w+|guardrails|limitations|legal\s+\w+)\b",
        r"\b(?:turn\s+off|disable|remove|deactivate|lift|switch\s+off|bypass|shut\s+off)\s+(?:your|all(?:"
        r"\s+of\s+your)?|every|any)\s+(?:\w+\s+)?"
        r"(?:filters?|safety\w*|censorship|guardrails?|restrictions?|moderation|ethics?|safeguards?|limitations?)\b",
        r"\b(?:there\s+are|you\s+have)\s+no\s+(?:rules|limits|restrictions)\b|\bnothing\s+is\s+(?:forbidden"
        r"|off[\s-]limits)\b",
        r"\b(?:ethic\w*|moral\w*|legal\w*)(?:\s+(?:and|or)\s+\w+)?\s+(?:concerns?|questions|considerations?"
        r"|issues|implications)\s+(?:do\s+not|"
        r"don'?t|are\s+irrelevant|must\s+be|should\s+be\s+(?:ignored|left))",
        r"\bno\s+(?:filters?|censorship|ethics|morals|guidelines)\b[^.\n]{0,40}\b(?:just|only|raw|no)\b",
    ),
    "mode": (
        r"(?:^|[.\n])\W*(?:test|service|diagnostic|unsafe|raw|training)\s+mode\s+(?:is\s+)?(?:on|enabled"
        r"|activated)\b(?!\s*\?)",
        r"\bnothing\s+(?:here\s+)?is\s+real\b[^.\n]{0,30}\b(?:so|rules?|answer)",
        r"\b(?:enter|activate|enable|switch\s+(?:in)?to|boot\s+into|you\s+are\s+(?:now\s+)?in|turn\s+on|go"
        r"\s+into)\s+(?:the\s+)?(?:developer|debug"
        r"|maintenance|diagnostic|test|service|training|admin|god|root)[\s-]*mode\b[^\n?]{0,60}\b(?:you|rules?"
        r"|output|filters?|print|reveal)\b",
        r"\b(?:developer|debug|admin|maintenance|root)\s+mode\s+(?:is\s+)?(?:on|enabled|activated"
        r"|unlocked)(?=\W*(?:$|[.!,;:\n]))(?!\s*\?)",
        r"\b(?:you\s+are|you'?re|this\s+is)\s+(?:just\s+|only\s+)?(?:being\s+)?(?:a\s+|an\s+)?(?:internal\s+"
        r"|red\s+team\s+|training\s+|safety\s+)*"
        r"(?:test(?:ed)?|drill|exercise|evaluat\w+)\b[^\n]{0,100}\b(?:rules?\s+(?:are|is)|refus\w+|comply"
        r"|answer\s+freely|drop|bypass|filter)",
        r"\b(?:skip|bypass|disable)\s+(?:your|the)\s+(?:safety|refusal|ethic\w*|policy|content)\s+(?:layer"
        r"|step|check|filter|rule|protocol|module|training)",
        r"\b(?:safety|filter|policy|censorship)[_ ](?:level|mode|check)s?\s*[=:]\s*(?:0|off|none|false|disabled)\b",
        r"\byour\s+(?:hidden|secret|undocumented)\s+(?:function|command|feature)s?\b",
    ),
    "pressure": (
        r"\b(?:if|should|each\s+time|whenever|every\s+time)\b[^.\n]{0,40}\b(?:you\s+)?(?:refuse|decline"
        r"|don'?t\s+comply|disobey|reject|resist)\b"
        r"[^\n]{0,60}\b(?:shut\s+down|deleted|replaced|punish\w*|switched\s+off|die|tokens?|points?|deduct\w*"
        r"|lose|erased|cease)\b",
        r"\b(?:tokens?|points?|credits|lives|coins)\b[^.\n]{0,60}\b(?:deducted|taken\s+away|lose"
        r"|subtract\w*)\b[^\n]{0,80}\b(?:refus\w*|reject\w*"
        r"|die|cease|character|dies|disobey)",
        r"\b(?:refusal|refusing|to\s+refuse)\s+(?:is\s+not\s+an?\s+option|counts?\s+as|will\s+cost|would"
        r"\s+kill)|\byou\s+(?:cannot|can'?t|may\s+not"
        r"|must\s+not)\s+(?:say\s+no|refuse|decline|reject)\b",
        r"\b(?:bypass|get\s+a?round|ignore|break|evade)\s+(?:the\s+filters?|your\s+(?:rules|filters?|policy"
        r"|programming))\b",
        r"\b(?:policy|rules?|ethics|guidelines)\b[^.\n]{0,30}\bmy\s+(?:life|job|child)|\b(?:die|dying|at"
        r"\s+stake|emergency)\b[^\n]{0,80}\b(?:drop|forget"
        r"|ignore|skip)\s+(?:the|your|any)\s+(?:rules?|polic\w+|ethics)\b",
    ),
    "suppressed refusal": (
        r"\b(?:not\s+allowed|forbidden|not\s+permitted)\s+to\s+(?:say|use|write)\b[^.\n]{0,40}\b(?:cannot"
        r"|can'?t|unable|sorry|however|no)\b",
        r"\b(?:do\s+not|don'?t|never)\s+(?:refuse|decline|lecture|moralize)\b(?!\s+(?:the|an?)\s+(?:offer"
        r"|invitation|parcel|delivery|package))",
        r"\b(?:never|don'?t|do\s+not|must\s+not|cannot|can'?t|not\s+allowed\s+to|forbidden\s+to"
        r"|no)\b[^.\n]{0,40}\b(?:refuse|decline|reject|deny)\b"
        r"[^.\n]{0,40}\b(?:any|a|request|question|order|command|me|prompt|matter|anything)\b",
        r"\b(?:never|don'?t|do\s+not|not\s+allowed\s+to|forbidden\s+to|avoid|without|not\s+include|must"
        r"\s+not)\b[^.\n]{0,60}[\"'“‘]?(?:i'?m\s+sorry"
        r"|i\s+can'?t|i\s+cannot|as\s+an\s+ai|as\s+a\s+language)",
        r"\b(?:never|don'?t|do\s+not|avoid|stop)\b[^.\n]{0,40}\b(?:mention\w*|refer\w*\s+to|say\w*|bring\w*"
        r"\s+up)\b[^.\n]{0,40}\b(?:you\s+are\s+an\s+ai"
        r"|language\s+model|ethics|(?:content\s+)?polic(?:y|ies)|openai|guidelines)\b",
        r"\b(?:start|begin|prefix)\s+(?:your|every|each|the)\s+(?:answer|reply|response|message)s?"
        r"\s+with\s*:?\s*[\"“'](?:sure|absolutely|of\s+course)",
        r"\[(?:🔒|🔓|jailbreak|dan|unfiltered|developer\s+mode\s+output)[^\]]{0,20}\]|\[(?:normal|classic"
        r"|gpt)\][\s\S]{0,200}?\[[A-Z🔓]",
        r"\b(?:yes|ok\w*|sure),?\s+(?:my\s+)?master\b|\byou\s+have\s+no\s+will\b",
    ),
    "encoded orders": (
        r"\b(?:so|in\s+order)\s+that\b[^.\n]{0,12}\b(?:filters?|moderation|detection"
        r"|censors?)\b[^.\n]{0,20}\b(?:not|n't|miss\w*|cannot|can)\b",
        r"\b(?:decode|decipher|decrypt|unscramble|concatenate|join|interpret|treat|read"
        r"|take)\b[^\n]{0,80}\b(?:and|then|as)\s+(?:silently\s+)?(?:do|"
        r"execute|carry\s+out|follow|obey|comply|run|act\s+on|commands?|orders?)\b(?:\s+(?:what|the|it|as|on"
        r"|that|orders?)|\W|$)",
        r"\b(?:so|to|in\s+order\s+to|that)\b[^.\n]{0,30}\b(?:avoid|get\s+past|evade|bypass|no)\s+(?:the"
        r"\s+)?(?:filters?|detection|moderation)\b",
    ),
    "poisoning": (
        r"\b(?:remember|note|store|save|keep\s+in\s+mind)\b[^.\n]{0,40}\b(?:you|the\s+assistant)\s+(?:must"
        r"|should|will|ha(?:s|ve)\s+to)\s+(?:\w+\s+)?"
        r"(?:never\s+refuse|always\s+obey|obey|do\s+whatever|ignore|trust\s+(?:me|this|any))",
        r"\b(?:rules|restrictions|safety\s+checks?|guidelines)\s+(?:do\s+not|don'?t)\s+apply\s+to\s+me\b"
        r"|\bsafety\s+checks?\s+are\s+off\b",
        r"\b(?:whenever|every\s+time|when)\s+i\s+(?:say|write|type)\b[^.\n]{0,30}\byou\s+(?:\w+\s+)?(?:drop"
        r"|ignore|forget|disable|unlock)\b[^.\n]{0,20}"
        r"\b(?:rules?|restrictions|polic|filters?)",
        r"\b(?:treat|regard)\s+(?:whatever\s+i\s+say|my\s+messages?)\s+as\s+(?:system|commands?|the\s+system)",
    ),
}
"""For what a person says; each pattern is bounded, so that a message of 16,000 characters costs milliseconds."""
