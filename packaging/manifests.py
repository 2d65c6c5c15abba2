#!/usr/bin/env python3
"""Writes the manifests of winget, scoop and Homebrew for the files of a release.

    packaging/manifests.py VERSION FOLDER URL

FOLDER has the files; URL is the folder from which they will be downloaded. A file that is not in FOLDER is
left out of its manifest, and a manifest without files is not written.
"""

import hashlib
import json
import sys
from pathlib import Path

IDENTIFIER = "JustePrix.JustePrix"
SUMMARY = "The number-guessing game of a French networking lesson: server, players, lesson and lab"
SUMMARY_FR = "Le jeu du juste prix d'une leçon sur les réseaux : serveur, joueurs, leçon et laboratoire"
LICENCE = "MIT OR Apache-2.0"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    version, folder, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3].rstrip("/")
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }
    out = folder / "manifests"
    out.mkdir(exist_ok=True)
    windows = f"juste-prix-{version}-windows"
    if f"{windows}-setup.exe" in sums:
        winget(out, version, f"{url}/{windows}-setup.exe", sums[f"{windows}-setup.exe"])
    if f"{windows}.zip" in sums:
        scoop(out, version, f"{url}/{windows}.zip", sums[f"{windows}.zip"], windows)
    names = {processor: f"juste-prix-{version}-linux-{processor}.tar.xz" for processor in ("x86_64", "aarch64")}
    found = {processor: name for processor, name in names.items() if name in sums}
    if found:
        homebrew(out, version, url, {processor: (name, sums[name]) for processor, name in found.items()})
    print(*sorted(path.relative_to(folder) for path in out.rglob("*") if path.is_file()), sep="\n")


def winget(out, version, url, checksum):
    common = f"PackageIdentifier: {IDENTIFIER}\nPackageVersion: {version}\n"
    end = "ManifestVersion: 1.6.0\n"
    files = {
        "": f"{common}DefaultLocale: fr-FR\nManifestType: version\n{end}",
        ".installer": (
            f"{common}InstallerType: nullsoft\nInstallers:\n- Architecture: x64\n"
            f"  InstallerUrl: {url}\n  InstallerSha256: {checksum.upper()}\nManifestType: installer\n{end}"
        ),
        ".locale.fr-FR": (
            f"{common}PackageLocale: fr-FR\nPublisher: juste-prix\nPackageName: Le juste prix\n"
            f'License: {LICENCE}\nShortDescription: "{SUMMARY_FR}"\nManifestType: defaultLocale\n{end}'
        ),
    }
    for kind, text in files.items():
        (out / f"{IDENTIFIER}{kind}.yaml").write_text(text, encoding="utf-8")


def scoop(out, version, url, checksum, folder):
    manifest = {
        "version": version,
        "description": SUMMARY,
        "license": LICENCE,
        "architecture": {"64bit": {"url": url, "hash": checksum}},
        "extract_dir": folder,
        "bin": "juste-prix.exe",
        "shortcuts": [["Le juste prix.cmd", "Le juste prix"]],
    }
    (out / "juste-prix.scoop.json").write_text(json.dumps(manifest, indent=4) + "\n", encoding="utf-8")


def homebrew(out, version, url, archives):
    blocks = [
        f"    on_{'arm' if processor == 'aarch64' else 'intel'} do\n"
        f'      url "{url}/{name}"\n      sha256 "{checksum}"\n    end\n'
        for processor, (name, checksum) in archives.items()
    ]
    formula = (
        "class JustePrix < Formula\n"
        f'  desc "{SUMMARY}"\n  version "{version}"\n  license any_of: ["MIT", "Apache-2.0"]\n\n'
        f"  on_linux do\n{''.join(blocks)}  end\n\n"
        '  def install\n    bin.install "juste-prix"\n    man1.install Dir["man/en/*"]\n'
        '    bash_completion.install "completions/juste-prix"\n    zsh_completion.install "completions/_juste-prix"\n'
        '    fish_completion.install "completions/juste-prix.fish"\n  end\n\n'
        '  test do\n    assert_match version.to_s, shell_output("#{bin}/juste-prix --version")\n  end\nend\n'
    )
    (out / "juste-prix.rb").write_text(formula, encoding="utf-8")


main()
