"""Why a message is not taken, or not shown."""

from ridealong.chassis.errors import ServiceError


class TextMissing(ServiceError):
    """There is nothing to answer."""

    status = 422
    field = "text"


class TextTooLong(ServiceError):
    """Longer than this service keeps."""

    status = 413
    field = "text"


class CharactersForbidden(ServiceError):
    """A field holds what cannot be stored as UTF-8, or cannot be shown."""

    status = 422

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} holds characters that are not allowed there")
        self.field = field


class TenantsMixed(ServiceError):
    """A batch is of one tenant."""

    status = 422
    field = "tenant"


class CallerNotAllowed(ServiceError):
    """Raw text is for those who need it."""

    status = 403
