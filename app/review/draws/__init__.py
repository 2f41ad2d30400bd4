"""Random draws for spot checks (双随机抽查) that anybody can check."""

from pathlib import Path


def check_draw_path() -> Path:
    """The stand-alone script that checks a draw's evidence; pages show it and give it away."""
    return Path(__file__).parent / "check_draw.py"
