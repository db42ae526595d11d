"""The intake service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import services.intake as passport
from ridealong.chassis.app import service_app
from ridealong.chassis.background import Background, Marks
from ridealong.chassis.sidecar import Sidecar
from ridealong.custody.conversations import Conversations
from ridealong.custody.customers import CustomerRecords
from ridealong.custody.forgetting import Forgetter
from ridealong.custody.messages import MessageRecords
from ridealong.custody.naming import Naming
from ridealong.custody.register import Register
from services.intake.accept import Reception
from services.intake.deps import Deps
from services.intake.forget import Farewell
from services.intake.routes import router
from services.intake.settings import Settings

SECRET = "intake-key"


def create_app(settings: Settings | None = None, *, sidecar: Sidecar | None = None) -> FastAPI:
    """Production passes nothing; a test passes fakes."""
    settings = settings or Settings()

    @asynccontextmanager
    async def open_deps(sidecar: Sidecar) -> AsyncIterator[Deps]:
        naming = Naming(await sidecar.secret(SECRET))
        customers = CustomerRecords(
            sidecar, keep_s=settings.keep_s, tombstone_s=settings.tombstone_s
        )
        async with Background() as background:
            marks = Marks(sidecar, background, ttl_s=settings.keep_s)
            conversations = Conversations(sidecar, keep_s=settings.keep_s)
            messages = MessageRecords(sidecar, marks, conversations, keep_s=settings.keep_s)
            register = Register(customers, background)
            reception = Reception(
                naming=naming,
                register=register,
                messages=messages,
                conversations=conversations,
                publish=sidecar.publish,
                max_text_chars=settings.max_text_chars,
            )
            forgetter = Forgetter(customers, messages, sidecar.publish)
            yield Deps(reception, Farewell(naming, register, forgetter))

    return service_app(
        "intake",
        open_deps,
        routers=[router],
        sidecar=sidecar,
        description=passport.__doc__ or "",
    )
