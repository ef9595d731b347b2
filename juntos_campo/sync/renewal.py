"""Another token for this laptop, by its key and without a password (`wire.renewal`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from juntos_campo.domain.errors import user_error
from juntos_campo.sync.problems import ANSWER_DAMAGED
from juntos_campo.wire.orders import Lease
from juntos_campo.wire.renewal import TokenAnswer, TokenRequest, opened_token, token_request

ADDRESS = "/v2/token"


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a connection asks for another token.

    Attributes:
        device, seed: of this database.
        keep: given the token and the days after which to ask for the next; stores them.
        keep_lease: given the lease that came with it, None from an older server.
    """

    device: str
    seed: str
    keep: Callable[[str, int], None]
    keep_lease: Callable[[Lease | None], None] = lambda _lease: None

    def request(self) -> TokenRequest:
        """What is sent to `ADDRESS`."""
        return token_request(self.device, self.seed)

    def take(self, answer: TokenAnswer) -> str:
        """The token of an answer, kept before anybody shows it.

        Raises:
            UserError: SYN-007 it is not for this laptop.
        """
        try:
            token = opened_token(answer.sealed, self.seed)
        except ValueError:
            raise user_error(ANSWER_DAMAGED) from None
        self.keep(token, answer.renew_days)
        self.keep_lease(answer.lease)
        return token
