"""The command line: a table of contents. Each command lives in `etl/commands/` and is imported when used."""

import importlib
import sys
from dataclasses import dataclass

import click

from etl.errors import EmotapeError

EXIT_FAILED = 1
EXIT_PARTIAL = 3


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents: where a command lives and what it does."""

    module: str
    summary: str


# In the order of the work: see it, feed it, compute it, read it, look under the bonnet.
CONTENTS = {
    "Start here": {
        "demo": Entry("demo", "Simulate a market with planted effects and run the whole way on it."),
        "simulate": Entry("simulate", "Write a simulated archive of any number of posts."),
    },
    "Every day": {
        "refresh": Entry("refresh", "Fetch, load, tag, build, check, regress and publish what is new."),
        "schedule": Entry("schedule", "Print a systemd timer, a cron line or a GitHub workflow for it."),
        "config": Entry("config", "Show the settings that count, and where each is from."),
        "backup": Entry("backup", "Write the whole warehouse into one checked file."),
        "restore": Entry("restore", "Bring a warehouse back from such a file."),
        "vacuum": Entry("vacuum", "Let go of what is kept no longer, and give the space back."),
    },
    "From a post to a coefficient": {
        "fetch": Entry("fetch", "Bring public data from its own home: real posts in one command."),
        "load": Entry("load", "Load posts, prices and what else is known, from files."),
        "build": Entry("build", "Tag what is new, rebuild the marts, check them, publish."),
        "regress": Entry("regress", "Estimate, store and print regressions."),
        "export": Entry("export", "Write the stored tables and figures as files for a paper."),
        "verify": Entry("verify", "Estimate and write an exported bundle anew, and compare."),
    },
    "Look": {
        "status": Entry("status", "What is stored, how fresh it is, what was quarantined and why."),
        "serve": Entry("serve", "Open the dashboard."),
    },
    "The tagger": {
        "tag": Entry("tag", "Score a file of posts, or texts."),
        "evaluate": Entry("evaluate", "Measure the tagger on labelled posts."),
        "train": Entry("train", "Fit the tagger's weights from labelled posts."),
    },
}
ENTRIES = {name: entry for section in CONTENTS.values() for name, entry in section.items()}


class TableOfContents(click.Group):
    """A group whose commands are imported only when they run, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return command names in the order of the table of contents."""
        return list(ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return its `command`."""
        if cmd_name not in ENTRIES:
            return None
        module = importlib.import_module(f"etl.commands.{ENTRIES[cmd_name].module}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections without importing any command."""
        for section, entries in CONTENTS.items():
            with formatter.section(section):
                formatter.write_dl([(name, entry.summary) for name, entry in entries.items()])


@click.group(cls=TableOfContents, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback when something fails.")
@click.version_option(package_name="emotape", prog_name="emotape")
def cli(debug: bool) -> None:
    """emotape: the emotional tape of the stock market.

    Load posts and prices, build, regress, export; or run `emotape demo` to see it all on a
    simulated market.
    """


def main() -> None:
    """Run the command line and turn failures into one sentence and an exit code.

    Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part.
    """
    debug = "--debug" in sys.argv[1:]
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("emotape: interrupted. What was committed is kept; run the same command again.", err=True)
        sys.exit(EXIT_FAILED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except EmotapeError as error:
        if debug:
            raise
        click.echo(f"emotape: {error}", err=True)
        sys.exit(EXIT_FAILED)
    except BrokenPipeError:
        sys.exit(EXIT_FAILED)
    except Exception as error:
        if debug:
            raise
        sentence = str(error).split("\n", 1)[0]
        click.echo(
            f"emotape: unexpected {type(error).__name__}: {sentence} "
            "(run with `emotape --debug ...` for the traceback)",
            err=True,
        )
        sys.exit(EXIT_FAILED)
    sys.exit(code if isinstance(code, int) else 0)
