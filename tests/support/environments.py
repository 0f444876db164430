"""Environments to install packages into: fresh ones that see the packages of this one, made in a moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

NO_SETTINGS = {name: value for name, value in os.environ.items() if not name.startswith("FWSITE_")}


class Environment:
    """A virtual environment without packages of its own; ``pip`` installs into it, ``fwsite`` runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, with_pip=False, symlinks=True)
        self.python = folder / "bin" / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.packages = folder / "lib" / version / "site-packages"
        seen = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        # site.addsitedir and not a plain path: editable installs are .pth files themselves.
        lines = [f"import site; site.addsitedir({path!r})" for path in sorted(seen)]
        (self.packages / "seen.pth").write_text("\n".join(lines) + "\n")
        self._script("pip", 'exec "{python}" "{pip}" "$@"')
        self._script("fwsite", 'exec "{python}" -m fwsite "$@"')
        self._script("pytest", 'exec "{python}" -m pytest "$@"')

    def _script(self, name: str, text: str) -> None:
        """Console scripts of the packages it sees would start the other environment's Python."""
        pip = Path(__file__).parent / "pip_offline.py"
        path = self.folder / "bin" / name
        path.write_text("#!/bin/sh\n" + text.format(python=self.python, pip=pip) + "\n")
        path.chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        """For processes that shall run in it."""
        return {**NO_SETTINGS, "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def run(
        self, *command: str, cwd: Path, check: bool = True, stdin: str | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in it; a failure shows what was printed."""
        given = {**self.environ, **environ}
        found = shutil.which(command[0], path=given["PATH"]) or command[0]
        done = subprocess.run(
            [found, *command[1:]],
            cwd=cwd,
            env=given,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def install(self, *projects: Path) -> None:
        """Install packages from their folders, as pip does it for anybody."""
        self.run("pip", "install", "--quiet", *map(str, projects), cwd=self.folder)

    def uninstall(self, *names: str) -> None:
        """Uninstall packages."""
        self.run("pip", "uninstall", "--quiet", "--yes", *names, cwd=self.folder)

    def take_out(self, name: str) -> None:
        """Uninstall a package, and keep what it is made of: pip takes a hundred times as long."""
        (self.folder / "taken-out").mkdir(exist_ok=True)
        for part in list(self.packages.glob(f"{name}*")):
            part.rename(self.folder / "taken-out" / part.name)

    def put_back(self, name: str) -> None:
        """Install a package again that was taken out."""
        for part in list((self.folder / "taken-out").glob(f"{name}*")):
            part.rename(self.packages / part.name)


def installed_with_tests(package: Path, folder: Path) -> Environment:
    """An environment in ``folder`` in which the package is installed, and its tests beside it, away from its source."""
    copied = shutil.copytree(package, folder / "package", ignore=shutil.ignore_patterns("__pycache__"))
    made = Environment(folder / "environment")
    made.install(copied)
    for name in ("tests", "pyproject.toml"):
        (copied / name).rename(folder / name)
    return made
