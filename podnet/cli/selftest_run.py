"""From the options of ``podnet selftest`` to its rounds, what is said of them, and the exit code."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from podnet.api.problems import EnvironmentProblem
from podnet.cli.inputs import cores, deadline_of_environment, read_inventory
from podnet.cli.progress import CLEAR
from podnet.cli.selftest_view import Selftest, as_json, render
from podnet.harness.collector import load_fixtures
from podnet.harness.interruption import Interruptions
from podnet.harness.stage import SCENARIO_DEADLINE
from podnet.report.files import write_at_once
from podnet.selftest.matrix import Matrix, load_matrix, render_matrix
from podnet.selftest.plays import GaveUp
from podnet.selftest.rounds import Conditions, Round, load_profiles, play_round, profiles_of, scored
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.miniatures import Miniature, find_miniature, load_miniatures
from podnet.suite.presuppositions import load_presuppositions
from podnet.suite.profile import Profile


def list_miniatures(names: Sequence[str], *, as_json: bool) -> int:
    """Print the miniatures, of these names or all."""
    chosen = _chosen(names, catalogue=load_catalogue(locate.requirements_dir()))
    if as_json:
        told = [{"name": one.name, "kind": one.kind, "breaks": one.breaks, "sentence": one.sentence} for one in chosen]
        click.echo(json.dumps(told, indent=2))
        return 0
    width = max(len(one.name) for one in chosen)
    for one in chosen:
        click.echo(f"{one.name:{width}}  {one.breaks or one.kind:8}  {one.sentence}")
    return 0


def run(*, interruptions: Interruptions, colour: bool, **options: Any) -> int:
    """Play all rounds, say what became of them, and return the exit code."""
    catalogue = load_catalogue(locate.requirements_dir())
    matrix_file = locate.kill_matrix()
    matrix = load_matrix(matrix_file, catalogue=catalogue)
    chosen = _chosen(options["names"], catalogue=catalogue)
    profiles = load_profiles(catalogue)
    inventory, _ = read_inventory(None)
    told = _progress()
    conditions = Conditions(
        catalogue=catalogue,
        presuppositions=load_presuppositions(locate.presuppositions(), catalogue=catalogue),
        inventory=inventory,
        fixtures=load_fixtures(locate.suite_root() / "fixtures"),
        seeds=range(options["seed"], options["seed"] + options["seeds"]),
        jobs=options["jobs"] or cores(),
        deadline=deadline_of_environment() or SCENARIO_DEADLINE,
        sharing=not options["every_play"],
        interruptions=interruptions,
        told=told,
    )
    begun = time.monotonic()
    try:
        rounds = list(_rounds(chosen, profiles=profiles, matrix=matrix, conditions=conditions))
    except GaveUp as problem:
        raise EnvironmentProblem(f"the self-test cannot be finished: {problem}") from None
    finally:
        _clear()
    selftest = Selftest(
        tuple(rounds),
        requirements=() if options["names"] else _to_be_guarded(profiles[0], catalogue),
        catalogue=catalogue,
        seconds=time.monotonic() - begun,
    )
    if options["update"]:
        _write(matrix_file, _updated(matrix, rounds, everything=not options["names"]))
    click.echo(as_json(selftest) if options["as_json"] else render(selftest, colour=colour))
    return 0 if selftest.good else 1


def _to_be_guarded(profile: Profile, catalogue: Catalogue) -> tuple[str, ...]:
    """The requirements that need a killer: not those that leave a choice, which nobody can break."""
    ids = scored(profile)
    return tuple(one.id for one in catalogue if one.id in ids and one.level != "ARB")


def _rounds(
    chosen: Iterable[Miniature], *, profiles: Sequence[Profile], matrix: Matrix, conditions: Conditions
) -> Iterable[Round]:
    by_profile: dict[str, list[Miniature]] = {profile.name: [] for profile in profiles}
    for one in chosen:
        for name in profiles_of(one, profiles=profiles):
            by_profile[name].append(one)
    for profile in profiles:
        if by_profile[profile.name]:
            yield play_round(profile, by_profile[profile.name], matrix=matrix, conditions=conditions)


def _chosen(names: Sequence[str], *, catalogue: Catalogue) -> list[Miniature]:
    miniatures = load_miniatures(locate.miniatures_dir(), catalogue=catalogue)
    if not miniatures:
        raise EnvironmentProblem(f"there are no miniatures in {locate.miniatures_dir()}")
    if not names:
        return list(miniatures.values())
    return [find_miniature(name, miniatures=miniatures) for name in dict.fromkeys(names)]


def _updated(matrix: Matrix, rounds: Iterable[Round], *, everything: bool) -> Matrix:
    """The matrix with what was found; rows of miniatures that are no more go, unless only some were played."""
    rows = {} if everything else {profile: dict(known) for profile, known in matrix.rows.items()}
    for one in rounds:
        rows.setdefault(one.profile, {}).update({outcome.miniature.name: outcome.found for outcome in one.outcomes})
    return replace(matrix, rows=rows)


def _write(path: Path, matrix: Matrix) -> None:
    try:
        write_at_once(path, render_matrix(matrix).encode())
    except OSError as error:
        raise EnvironmentProblem(f"the kill matrix cannot be written: {path}: {error.strerror}") from None


def _progress() -> Callable[[int, int], None]:
    """Counts plays on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def told(done: int, total: int) -> None:
        sys.stderr.write(CLEAR + f"{done}/{total} plays"[: shutil.get_terminal_size().columns - 1])
        sys.stderr.flush()

    return told


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write(CLEAR)
        sys.stderr.flush()
