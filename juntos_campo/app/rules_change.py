"""What was computed by other rules than those in force is computed anew.

The rules change when the office sends or takes back a pack, and when the program is renewed. What every
household needs is kept with the stamp of the book that judged it; this is where the two are compared.
"""

from __future__ import annotations

from juntos_campo.app.session import Session
from juntos_campo.store.attention import forget_attention

STAMP = "rules.stamp"


def follow_rules(session: Session) -> bool:
    """Forget what other rules than those in force have answered; whether there was anything to forget.

    Raises:
        UserError: NRM-001 to NRM-011, a pack of the program itself is faulty; STO-008.
    """
    if _answers_stand(session):
        return False
    # Another program on the same database, the command, may have received packs unknown here.
    session.forget_book()
    if _answers_stand(session):
        return False
    with session.work("rules.changed") as work:
        forget_attention(work.tx)
        work.tx.set_meta(STAMP, session.book.stamp)
    return True


def _answers_stand(session: Session) -> bool:
    return session.store.meta(STAMP) == session.book.stamp
