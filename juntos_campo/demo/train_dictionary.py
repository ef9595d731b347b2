"""Makes the compression dictionary of `resources/sync/` out of invented messages.

For maintainers: ``python -m juntos_campo.demo.train_dictionary 40002``. A number that is shipped is never
made again: whatever was written with it must stay readable.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

from juntos_campo import paths
from juntos_campo.demo.sync_samples import Samples
from juntos_campo.wire.compact import encode_request, encode_response
from juntos_campo.wire.dictionaries import expand

SEEDS = range(1001, 1013)
"""Of the invented registers; those of the demonstration and of measurements are small numbers."""

SIZE = 64 * 1024
_PLENTY = 64 * 1024 * 1024


def samples(seeds: Iterable[int] = SEEDS) -> Iterator[bytes]:
    """The columns of all messages, not compressed."""
    for seed in seeds:
        made = Samples(seed)
        for request in made.requests():
            yield expand(encode_request(request, dictionary=0), _PLENTY)
        for response, asked in made.responses():
            for part in encode_response(response, asked=asked, dictionary=0):
                if part:
                    yield expand(part, _PLENTY)


def train(number: int, size: int = SIZE) -> bytes:
    """The dictionary; the same bytes for the same number, samples and version of zstandard."""
    made = zstandard.train_dictionary(size, list(samples()), k=1000, d=8, level=19, dict_id=number)
    return made.as_bytes()


def main(number: int, folder: Path) -> None:
    """Write ``<number>.zdict``; refuses one that is there."""
    file = folder / f"{number}.zdict"
    if file.exists():
        raise SystemExit(f"{file.name} ya existe; un diccionario publicado no cambia")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_bytes(train(number))


if __name__ == "__main__":
    main(int(sys.argv[1]), paths.resources() / "sync")
