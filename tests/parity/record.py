"""Writes the recordings anew: plays every conversation, or those that are named, on a control plane of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from conversation import conversations
from recording import FOLDER, on_the_real_one, recorded, write

from podnet.controlplane.plane import control_plane


def main(names: list[str]) -> None:
    """Record; what is left of conversations that are no more is removed."""
    known = {conversation.name: conversation for conversation in conversations()}
    if unknown := set(names) - known.keys():
        sys.exit(f"no conversation is named {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    with control_plane() as plane:
        for name in names or known:
            write(name, on_the_real_one(known[name], plane), version=plane.version)
            print(f"{name}: {len(known[name].steps)} requests to kube-apiserver {plane.version}")
    for name in set(recorded()) - known.keys():
        Path(FOLDER / f"{name}.json").unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
