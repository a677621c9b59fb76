from pathlib import Path

import pytest

from podnet.suite import locate


def make_suite(root: Path) -> Path:
    (root / "features").mkdir(parents=True)
    (root / "conformance" / "requirements").mkdir(parents=True)
    return root


def test_a_checkout_is_found_beside_the_package(tmp_path: Path) -> None:
    make_suite(tmp_path)
    assert locate.find_suite(tmp_path / "podnet") == tmp_path


def test_an_installed_package_carries_its_own_suite(tmp_path: Path) -> None:
    package = tmp_path / "site packages" / "podnet"
    make_suite(package / "suite")
    assert locate.find_suite(package) == package / "suite"


def test_a_checkout_wins_over_the_copy_inside_of_the_package(tmp_path: Path) -> None:
    make_suite(tmp_path)
    make_suite(tmp_path / "podnet" / "suite")
    assert locate.find_suite(tmp_path / "podnet") == tmp_path


def test_a_folder_that_merely_has_features_is_no_suite(tmp_path: Path) -> None:
    (tmp_path / "features").mkdir()
    package = tmp_path / "podnet"
    make_suite(package / "suite")
    assert locate.find_suite(package) == package / "suite"


def test_a_missing_suite_is_told_with_both_places_and_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(locate.SuiteNotFound) as caught:
        locate.find_suite(tmp_path / "podnet")
    message = str(caught.value)
    assert str(tmp_path) in message
    assert str(tmp_path / "podnet" / "suite") in message
    assert "install the wheel again" in message


def test_every_folder_of_the_suite_is_there() -> None:
    folders = (locate.features_dir(), locate.requirements_dir(), locate.profiles_dir())
    assert all(folder.is_dir() and folder.is_relative_to(locate.suite_root()) for folder in folders)


def test_fixtures_and_steps_are_below_the_root() -> None:
    root = locate.suite_root()
    assert locate.steps_dir() == root / "steps"
    assert locate.inventories_dir() == root / "fixtures" / "inventories"
    assert locate.manifests_dir() == root / "fixtures" / "manifests"
