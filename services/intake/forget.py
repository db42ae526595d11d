"""Forgetting a customer by the id that callers know them by."""

from dataclasses import dataclass

from ridealong.contracts.intake import CustomerReceipt, ForgetCustomer
from ridealong.custody.forgetting import Forgetter
from ridealong.custody.naming import Naming
from ridealong.custody.register import Register
from services.intake.content import check_id, one_spelling


@dataclass(frozen=True)
class Farewell:
    """Where customers are forgotten."""

    naming: Naming
    register: Register
    forgetter: Forgetter

    async def forget(self, request: ForgetCustomer) -> CustomerReceipt:
        """Delete, announce, and say what was deleted; a second request gets the same receipt."""
        check_id("customer_id", request.customer_id)
        customer_id = one_spelling(request.customer_id)
        name = self.naming.customer(request.tenant, customer_id)
        self.register.forget(name)
        return await self.forgetter.forget(request.tenant, name, customer_id)
