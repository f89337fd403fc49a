"""`emotape serve`: the dashboard."""

import os
import socket
import subprocess
import sys
from importlib.resources import files

import click

from etl.commands.options import home_option
from etl.errors import BadInput
from etl.settings import Home

ADDRESS = "127.0.0.1"


@click.command(name="serve")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--address",
    default=ADDRESS,
    show_default=True,
    help="0.0.0.0 inside a container. There is no password, unless sign-in is configured "
    "(docs/dashboard.md): whoever reaches the address can read everything.",
)
@home_option
def command(port: int, address: str, home: Home) -> int:
    """Open the dashboard on this machine: http://127.0.0.1:8501, and for nobody else."""
    return serve(home, port, address)


def serve(home: Home, port: int, address: str = ADDRESS) -> int:
    """Run the dashboard until it is stopped, and return its exit code.

    Parameters
    ----------
    address
        The IPv4 address that it listens on.

    Raises
    ------
    BadInput
        The port is taken, or the address is none of this machine's.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except socket.gaierror as error:
            raise BadInput(
                f"{address!r} is no address; expected one such as {ADDRESS} or 0.0.0.0 after --address."
            ) from error
        except OSError as error:
            here = "" if address == ADDRESS else f", or {address} is not this machine"
            raise BadInput(
                f"Port {port} is in use or not allowed{here} ({error.strerror}); name another with --port."
            ) from error
    readers = (
        "this machine only"
        if address == ADDRESS
        else "no password unless sign-in is configured: for whoever reaches this address"
    )
    click.echo(f"dashboard: http://{address}:{port} ({readers}; stop with Ctrl-C)")
    arguments = [
        "run",
        str(files("dashboard") / "app.py"),
        f"--server.address={address}",
        f"--server.port={port}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "streamlit", *arguments],
            env={**os.environ, "EMOTAPE_HOME": str(home.path)},
            check=False,
        )
    except KeyboardInterrupt:
        return 0
    return done.returncode
