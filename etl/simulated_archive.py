"""A simulated archive as files in the layout of the public StockTwits archive, with prices beside it."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import polars as pl

from etl.errors import BadInput
from etl.version import code_version
from etl.whole_files import write_whole, writing
from models.simulation.archive import ArchiveMarket, ArchiveSize
from models.simulation.archive_rows import RowWriter
from models.simulation.broken_rows import BrokenRow, count_broken, draw_broken_rows
from models.simulation.market import PLANTED

# Counts up with every change that makes other bytes of equal arguments.
GENERATOR = 1
DESCRIPTION, BEGUN = "market.json", ".simulating.json"
FEATURES, MESSAGES, TRUTH = "feature_wo_messages", "messages", "true_emotions"
PRICES = "prices.parquet"


@dataclass(frozen=True)
class Written:
    """What a folder holds, and how many of its blocks of posts this run made."""

    blocks: int
    made: int


def write_archive(
    folder: Path, size: ArchiveSize, malformed: int, progress: Callable[[int], None] = lambda posts: None
) -> Written:
    """Write an archive; equal arguments give equal bytes.

    Each file appears when it is whole. A run that was killed goes on where it stopped: what the files need
    of the posts before them is drawn again, and nothing that is there is written again.

    Parameters
    ----------
    folder
        New, empty, or begun by this function with equal arguments.
    malformed
        How many broken rows stand between the others.

    Raises
    ------
    BadInput
        The sizes are impossible; the folder holds something else, or cannot be written.
    """
    if malformed > size.posts:
        raise BadInput(f"{malformed:,} malformed rows for {size.posts:,} posts; at most one a post.")
    try:
        market = ArchiveMarket(size)
    except ValueError as error:
        raise BadInput(str(error)) from error
    arguments = {"generator": GENERATOR, "version": code_version(), **asdict(size), "malformed": malformed}
    blocks = market.block_posts
    if _is_complete(folder, arguments):
        progress(size.posts)
        return Written(len(blocks), 0)
    for name in (FEATURES, MESSAGES, TRUTH):
        (folder / name).mkdir(exist_ok=True)
    broken = draw_broken_rows(size.seed, malformed, blocks, market.tickers)
    rows, made = RowWriter(size, market.tickers), 0
    for block in market.draw_blocks():
        features, messages, truth = targets = (
            folder / FEATURES / f"{FEATURES}_{block.number:03}.csv",
            folder / MESSAGES / f"msg_{block.number:03}.csv",
            folder / TRUTH / f"{TRUTH}_{block.number:03}.parquet",
        )
        if not all(target.exists() for target in targets):
            written = rows.write(block)
            between = broken.get(block.number, [])
            _write_csv(features, written.features, [row for row in between if row.file == "features"])
            _write_csv(messages, written.messages, [row for row in between if row.file == "messages"])
            with writing(truth) as stream:
                written.truth.write_parquet(stream)
            made += 1
        progress(blocks[block.number])
    n_prices = _write_prices(folder / PRICES, market)
    _describe(folder, arguments, market, n_prices, malformed)
    return Written(len(blocks), made)


def _is_complete(folder: Path, arguments: dict[str, object]) -> bool:
    """Tell whether the folder holds the whole of this archive; if it holds nothing, mark it as begun.

    Raises
    ------
    BadInput
        It holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (DESCRIPTION, BEGUN):
            marker = folder / name
            if marker.exists():
                found = json.loads(marker.read_text(encoding="utf-8"))
                if {key: found.get(key) for key in arguments} != arguments:
                    raise BadInput(
                        f"{folder} holds a simulated archive of other arguments ({_name(found, arguments)}); "
                        "name another folder."
                    )
                return name == DESCRIPTION
        if any(folder.iterdir()):
            raise BadInput(f"{folder} holds files that are no simulated archive; name a new or empty folder.")
    except (OSError, ValueError) as error:
        raise BadInput(f"{folder} cannot be used: {error}. Name another folder.") from error
    write_whole(folder / BEGUN, json.dumps(arguments, indent=2) + "\n")
    return False


def _name(found: dict[str, object], arguments: dict[str, object]) -> str:
    return ", ".join(f"{key} {found.get(key)}" for key in arguments if found.get(key) != arguments[key])


def _write_csv(target: Path, frame: pl.DataFrame, broken: list[BrokenRow]) -> None:
    """Write a table with broken rows before the rows that they name."""
    with writing(target) as stream:
        _write_rows(stream, frame.clear(), header=True)
        start = 0
        for row in broken:
            _write_rows(stream, frame[start : row.place])
            stream.write(f"{row.line}\n".encode())
            start = row.place
        _write_rows(stream, frame[start:])


def _write_rows(stream: IO[bytes], frame: pl.DataFrame, header: bool = False) -> None:
    part = io.BytesIO()
    frame.write_csv(part, include_header=header, datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=1)
    stream.write(part.getbuffer())


def _write_prices(target: Path, market: ArchiveMarket) -> int:
    """Write the prices, some firms at a time, and return how many there are."""
    from pyarrow import parquet

    n = 0
    with writing(target) as stream:
        writer = None
        for prices in market.print_prices():
            table = prices.to_arrow()
            writer = writer or parquet.ParquetWriter(stream, table.schema, compression="zstd")
            writer.write_table(table)
            n += prices.height
        if writer:
            writer.close()
    return n


def _describe(
    folder: Path, arguments: dict[str, object], market: ArchiveMarket, n_prices: int, malformed: int
) -> None:
    """Write what the folder holds: the mark of a complete archive."""
    sessions = market.sessions["session"]
    described = arguments | {
        "simulated": True,
        "first_session": str(sessions[0]),
        "last_session": str(sessions[-1]),
        "prices": n_prices,
        "files": len(market.blocks),
        "planted": PLANTED,
        "malformed_rows": count_broken(malformed),
    }
    write_whole(folder / DESCRIPTION, json.dumps(described, indent=2) + "\n")
    (folder / BEGUN).unlink(missing_ok=True)
