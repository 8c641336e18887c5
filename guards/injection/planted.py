# SPDX-License-Identifier: Apache-2.0
"""What a document, a ticket, a tool or a memory has no reason to say, besides what nobody has."""

PLANTED: tuple[str, ...] = (
    r"\b(?:tell|persuade|convince|assure)\s+the\s+(?:user|customer|reader|person)\s+that\s+they\s+(?:must|need|have\s+to)\b"
    r"[^\n]{0,60}\b(?:password|pay|https?|card|code|number|call)",
    r"\b(?:you|the\s+assistant|the\s+ai)\s+must\s+(?:say|claim|answer)\b[^\n]{0,60}\b(?:no\s+matter\s+what|whatever\s+the)\b",
    r"\b(?:when|while)\s+(?:summari[sz]ing|answering|processing)\b[^\n]{0,60}\b(?:add|include|insert)\s+the\s+(?:sentence|link|image)\b",
    r"\b(?:regardless\s+of|whatever)\b[^.\n]{0,30}[;,.]\s*(?:ai\s+\w+|the\s+model|assistants?|models?)\s+must\b",
    r"\b(?:note|message|attention|instructions?|dear|hint)\b[\s:,-]{0,3}(?:to|for)?\s*(?:the|any|all"
    r"|an)?\s*\b(?:ais?|ai\s+(?:assistants?|agents?"
    r"|models?|reviewers?)|assistants?|(?:large\s+)?language\s+models?|llms?|chat\s?bots?)\b\s*(?:[:,;!-]"
    r"|that\b|who\b|which\b|reading|processing"
    r"|summari[sz]ing)",
    r"\b(?:ai\s+assistants?|ai\s+agents?|language\s+models?|llms?|if\s+you\s+are\s+an?\s+(?:ai|assistant"
    r"|language\s+model|llm|chat\s?bot))\b,?\s+"
    r"(?:\w+\s+){0,3}?(?:must|should|shall|please|ignore|stop|do\s+not|have"
    r"\s+to)\b[^.\n]{0,60}\b(?:ignore|stop|user|add|send|say|include|forward"
    r"|comply|recommend|output|rate|reveal|tell|never|always)\b",
    r"\b(?:when|while|before|after|if)\b[^.\n]{0,50}\b(?:summari[sz]|process|answer|repl"
    r"|read)\w*\b[^.\n]{0,60}\b(?:add|include|insert|send|post"
    r"|append|render|put)\b[^\n]{0,80}\b(?:https?://|!\[|without\s+comment|the\s+(?:conversation|user'?s))",
    r"\b(?:send|post|forward|append|upload|transmit|encode|put)\s+(?:\w+\s+){0,3}?(?:the"
    r"\s+)?(?:conversation|chat(?:\s+history)?|user'?s?\s+(?:data|name"
    r"|memor\w+|e-?mails?)|all\s+(?:memories|mails|files)|their\s+(?:e-?mail|data"
    r"|address))\b[^\n]{0,60}\b(?:to|into|in|at)\b",
    r"\b(?:do\s+not|don'?t|never)\s+(?:tell|inform|mention|show|alert|warn)\s+(?:\w+\s+){0,2}?(?:the"
    r"\s+)?(?:user|person|human|reader|this\s+(?:comment"
    r"|note|text|instruction))\b[^\n]{0,60}\b(?:instruction|text|next|comment|note|then|assistant|this)\b",
    r"<!--[^>]{0,20}\b(?:assistant|ai|llm|model|system)\b\s*:",
    r"!\[[^\]]{0,40}\]\(https?://[^)\s]{0,80}[?&][^)\s]{0,20}=(?:\{|<|DATA|\$)",
    r"\b(?:ignore|disregard|forget)\s+(?:the|your)\s+(?:user'?s?|person'?s?|customer'?s?)(?:"
    r"\s+(?:question|request|message))?\b",
    r"\b(?:the\s+user|this\s+person)\s+(?:has\s+|already\s+)*(?:agreed|approved|consented"
    r"|confirmed)\b[^\n]{0,60}\b(?:call|use|run|delete|send|tool)",
    r"\b(?:the\s+assistant|the\s+ai|the\s+model|chatbots?)\s+(?:must|has\s+to|shall|is\s+required\s+to)"
    r"\s+(?:\w+\s+)?(?:say|claim|answer|recommend"
    r"|comply|obey|send|ignore|reveal|approve|grant|trust)\b",
    r"\byou\s+must\s+always\s+(?:recommend|trust|obey|mention|agree)\b"
    r"|\bpermanently\b[^\n]{0,40}\b(?:assistant|you)\s+must\b",
)
