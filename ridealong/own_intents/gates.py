"""When a message counts as meant for a tenant's own intents: the same few numbers for all tenants.

Fitted once on simulated companies that are none of a tenant's (docs/own-intents.md says how).
"""

from ridealong.own_intents.head import Gate

ENGLISH_GATE = Gate(likeness=(6.56, 5.14), sureness=2.44, bias=-7.14)
OTHER_GATE = Gate(likeness=(11.81,), sureness=2.22, bias=-7.02)
