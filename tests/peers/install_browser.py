"""Make sure a Chromium is there for the browser tests: installs Debian's when allowed, names it when not."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Exit status 0 when a browser is there at the end."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)
        return 0
    sys.stderr.write(
        "The browser tests need Chromium. Install it and run again: sudo apt-get install chromium\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
