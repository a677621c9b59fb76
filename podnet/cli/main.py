"""The command ``podnet``: it finds the verb, and says every error in one line and an exit code.

A verb is imported when it is called, so that ``podnet --help`` costs nothing.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from podnet import __version__
from podnet.api.problems import EnvironmentProblem, UsageProblem

USAGE, ENVIRONMENT, INTERRUPTED, BROKEN_PIPE = 2, 4, 130, 141


@dataclass(frozen=True)
class Verb:
    """Where a command is, and what the list of commands says about it."""

    module: str
    attribute: str
    help: str


VERBS: Mapping[str, Verb] = {
    "conformance": Verb(
        "podnet.cli.conformance", "conformance", "Judge an implementation of PodNetworking by the document."
    ),
    "selftest": Verb("podnet.cli.selftest", "selftest", "Try the suite on wrong and legal implementations."),
    "requirements": Verb("podnet.cli.requirements", "requirements", "Read the catalogue of requirements."),
    "operator": Verb("podnet.cli.operator", "operator", "Run an implementation of PodNetworking on a real cluster."),
    "report": Verb("podnet.cli.report", "report", "Read the report of a run, or check it."),
    "cluster": Verb("podnet.cli.cluster", "cluster", "Start, list and end clusters."),
    "doctor": Verb("podnet.cli.doctor", "doctor", "Say what is there, what is missing, and how to get it."),
}


class LazyGroup(click.Group):
    """A group that lists its verbs without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the signature of click
        """The names of the verbs, in the order of VERBS."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """Import the verb of this name; None for an unknown one."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        command: click.Command = getattr(import_module(verb.module), verb.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Write the list of verbs from VERBS alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="podnet", message="%(prog)s %(version)s")
def cli() -> None:
    """The executable specification of PodNetworking, its reference implementation and its conformance suite."""


def main(args: Sequence[str] | None = None) -> int:
    """Run ``podnet`` and return its exit code.

    It is what the verb returns (0 for nothing), 2 for a usage problem, 4 for one of the environment. A verb ends with
    ``return CODE``, ``ctx.exit(CODE)`` or an exception of ``podnet.api.problems``.
    """
    _prepare_standard_streams()
    try:
        code = _invoke(list(sys.argv[1:] if args is None else args))
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UsageProblem as problem:
        return _refuse(problem, USAGE)
    except EnvironmentProblem as problem:
        return _refuse(problem, ENVIRONMENT)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # the last line of defence: a bug must end in an exit code as well
        return _bug(error)
    return code


def _prepare_standard_streams() -> None:
    """Make sure that anything can be printed.

    A process that was started without standard streams (``>&-``) gets some that lead nowhere: otherwise the next file
    that is opened has the number of standard output. Letters that the output's encoding lacks are spelt out.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            lowest = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(lowest, "r" if name == "stdin" else "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _invoke(args: list[str]) -> int:
    if "_PODNET_COMPLETE" in os.environ:  # shell completion lives in click's own main()
        cli.main(args, prog_name="podnet")
    # Not cli.main(): it turns a closed pipe into exit code 1, which here means non-conformant.
    with cli.make_context("podnet", args) as context:
        result = cli.invoke(context)
    return result if isinstance(result, int) else 0


def _refuse(problem: Exception, code: int) -> int:
    for line in str(problem).splitlines() or [type(problem).__name__]:
        click.echo(f"error: {line}", err=True)
    return code


def _bug(error: Exception) -> int:
    traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}"
    click.echo(f"error: this is a bug in podnet {__version__}, not a finding: {what}", err=True)
    return ENVIRONMENT


def _pipe_closed() -> int:
    """Whoever read the output has gone: say nothing, also not while the interpreter flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


if __name__ == "__main__":
    sys.exit(main())
