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
@home_option
def command(port: int, home: Home) -> int:
    """Open the dashboard on this machine: http://127.0.0.1:8501, and for nobody else."""
    return serve(home, port)


def serve(home: Home, port: int) -> int:
    """Run the dashboard until it is stopped, and return its exit code.

    Raises
    ------
    BadInput
        The port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise BadInput(
                f"Port {port} is in use or not allowed ({error.strerror}); name another with --port."
            ) from error
    click.echo(f"dashboard: http://{ADDRESS}:{port} (this machine only; stop with Ctrl-C)")
    arguments = [
        "run",
        str(files("dashboard") / "app.py"),
        f"--server.address={ADDRESS}",
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
