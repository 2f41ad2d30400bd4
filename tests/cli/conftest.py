"""The API's fixtures serve the command line too."""

from tests.api.conftest import asked

__all__ = ["asked"]
