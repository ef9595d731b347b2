"""What may happen on a random day: one method a step, named after it. See `tests.sync.model`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from juntos_campo.central.erasure import Target, erase
from juntos_campo.domain.entities import Commitment, Visit
from juntos_campo.store import sync_state

from . import stick_steps
from .conftest import commitment, household, review, visit
from .conftest import member as member_of
from .faults import Died

if TYPE_CHECKING:
    from .model import Day, Laptop

QUESTIONS = ("note", "mark", "member/m/hb")
FAULTS = ("", "lose", "never", "twice", "late", "dies")
MOST_LAPTOPS = 7
EARLY = (50, 51)
"""Numbers of households that may be visited before the office has loaded them."""


class Steps:
    """The steps of a `Day`; `which` and `number` pick a record and a variant."""

    def do_sync(self: Day, laptop: Laptop, which: int, number: int) -> None:
        self.sync(laptop)

    def do_fault(self: Day, laptop: Laptop, which: int, number: int) -> None:
        self.sync(laptop, fault=FAULTS[which % len(FAULTS)], at=1 + number % 4, depth=number)

    def do_pages(self: Day, laptop: Laptop, which: int, number: int) -> None:
        self.sync(laptop, budget=1024, fault=FAULTS[which % 3], at=1 + number % 6)

    def do_killed(self: Day, laptop: Laptop, which: int, number: int) -> None:
        laptop.fuse.left = number * 2 + which % 2
        try:
            self.sync(laptop, budget=2048 if number % 2 else 65536)
        except Died:
            self.count("died")
        laptop.fuse.left = None
        self._reopen(laptop)
        self.look(laptop)

    def do_visit(self: Day, laptop: Laptop, which: int, number: int) -> None:
        home = self._home(laptop, which)
        if home is None or laptop.user == "zoe":
            return
        made = visit(home, f"v-{self.new_id()[-8:]}", note=self.value(), mark=self.value())
        self.save(laptop, replace(made, field_worker=laptop.user))

    def do_edit(self: Day, laptop: Laptop, which: int, number: int) -> None:
        found = laptop.store.find(Visit)
        if found and laptop.user != "zoe":
            old = found[which % min(3, len(found))]  # few, so that people meet
            question = QUESTIONS[number % len(QUESTIONS)]
            self.save(laptop, replace(old, answers={**old.answers, question: self.value()}))

    def do_delete(self: Day, laptop: Laptop, which: int, number: int) -> None:
        found = laptop.store.find(Visit)
        if found and laptop.user != "zoe":
            self.save(laptop, found[which % len(found)], delete=True)

    def do_register(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """The gestor corrects register data: the office is asked, its value stands."""
        home = self._home(laptop, which)
        if home is not None and laptop.user != "zoe" and not laptop.old:
            self.save(laptop, replace(home, reference=self.value()))

    def do_new(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """The person gets one more computer, empty."""
        if len(self.laptops) < MOST_LAPTOPS:
            self._new_laptop(laptop.user)

    def do_old(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """It turns out that this laptop was never renewed."""
        if not sync_state.token(laptop.store):
            laptop.old, laptop.link.protocol = True, 1

    def do_commit(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """A commitment under an id that two laptops of one person may both make."""
        home = self._home(laptop, which)
        if home is not None and laptop.user != "zoe":
            made = commitment(home, f"c-{home.id}-{laptop.user}", "v-none")
            old = laptop.store.get(Commitment, made.id)
            self.save(laptop, replace(old or made, text=self.value()))

    def do_review(self: Day, laptop: Laptop, which: int, number: int) -> None:
        found = laptop.store.find(Visit)
        if laptop.user != "zoe" or not found:
            return
        target = found[which % len(found)]
        stored = laptop.store.stored(Visit, target.id)
        assert stored is not None
        made = review(target, stored.server_version, "zoe", f"r-{self.new_id()[-8:]}")
        self.save(laptop, replace(made, comments={"note": self.value()}))

    def do_early(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """A visit to a household that the office has not loaded yet."""
        if laptop.user == "zoe":
            return
        number = EARLY[which % len(EARLY)]
        home = replace(household(laptop.user, number), settlement_id=f"s-{number}")
        if home.id in self.gone:
            return
        if home.id not in self.homes:
            self.unloaded[home.id] = home
        made = visit(home, f"v-{self.new_id()[-8:]}", note=self.value())
        if home.id not in self.homes or self._owner(home.id) == laptop.user:
            self.save(laptop, made)

    def do_found(self: Day, laptop: Laptop, which: int, number: int) -> None:
        if self.unloaded:
            key = sorted(self.unloaded)[which % len(self.unloaded)]
            home = self.homes[key] = self.unloaded.pop(key)
            self._load(self.villages[home.settlement_id], home, member_of(home))

    def do_office(self: Day, laptop: Laptop, which: int, number: int) -> None:
        home = self._some_home(which)
        home = self.homes[home.id] = replace(home, phone=f"9{number:08d}")
        self._load(home)

    def do_village(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """The office loads another name of a village, with one of its households."""
        home = self._some_home(which)
        old = self.villages[home.settlement_id]
        place = self.villages[home.settlement_id] = replace(old, name=self.value())
        self._load(place, home)

    def do_reassign(self: Day, laptop: Laptop, which: int, number: int) -> None:
        home = self._some_home(which)
        other = "beto" if home.field_worker == "ana" else "ana"
        home = self.homes[home.id] = replace(home, field_worker=other)
        self._load(home)

    def do_erase(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """A family has its data removed by law."""
        if len(self.homes) > 1:
            home = self._some_home(which)
            erase(self.database, Target("household", home.id), self.clock)
            del self.homes[home.id]
            self.gone.add(home.id)
            self.erased.add(("household", home.id))

    def do_stick(self: Day, laptop: Laptop, which: int, number: int) -> None:
        if not laptop.old:
            stick_steps.make(self, laptop)

    def do_desk(self: Day, laptop: Laptop, which: int, number: int) -> None:
        if self.sticks:
            file = self.sticks[which % len(self.sticks)]
            stick_steps.hand_in(self, file, again=number % 2 == 0)

    def do_receipt(self: Day, laptop: Laptop, which: int, number: int) -> None:
        answered = [one for one in self.sticks if one.answers]
        if answered:
            file = answered[which % len(answered)]
            other = number % 8 == 0 and laptop.user == file.laptop.user
            stick_steps.apply(self, file, laptop if other else file.laptop, number)

    def do_clock(self: Day, laptop: Laptop, which: int, number: int) -> None:
        laptop.clock.advance(timedelta(days=(-4000, 9000, 2, -1)[which % 4]))

    def do_copy(self: Day, laptop: Laptop, which: int, number: int) -> None:
        """The file is copied to another computer, and both go on."""
        if len(self.laptops) >= MOST_LAPTOPS or laptop.old:
            return
        path = self.ground.folder / f"day-{len(self.laptops)}-{laptop.user}.db"
        self._copy_file(laptop, path)
        copy = self._open(laptop.user, path)
        copy.clock.moment, copy.seen = laptop.clock.moment, set(laptop.seen)
        copy.copied = laptop.copied = True
        copy.typed = set(laptop.typed)
        self.laptops.append(copy)

    def do_backup(self: Day, laptop: Laptop, which: int, number: int) -> None:
        if laptop.old:
            return  # version 1 finds copies by their counter alone: known, and why there is a version 2
        path = laptop.path.with_suffix(".backup")
        self._copy_file(laptop, path)
        laptop.backup = (path, set(laptop.seen), set(laptop.typed))

    def do_restore(self: Day, laptop: Laptop, which: int, number: int) -> None:
        if laptop.backup is None:
            return
        laptop.store.close()
        for tail in ("-wal", "-shm"):
            Path(f"{laptop.path}{tail}").unlink(missing_ok=True)
        shutil.copy(laptop.backup[0], laptop.path)
        laptop.seen, laptop.typed = set(laptop.backup[1]), set(laptop.backup[2])
        laptop.copied = True
        self._reopen(laptop)

    def _copy_file(self: Day, laptop: Laptop, path: Path) -> None:
        laptop.store.close()  # the last connection: all of the log goes into the file
        shutil.copy(laptop.path, path)
        self._reopen(laptop)
