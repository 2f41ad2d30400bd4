"""The S3 server of the tests, and readable assertions of the judge."""

import pytest

pytest.register_assert_rewrite("tests.kill.judging")

from tests.peers.s3 import s3_server as s3_server  # noqa: E402, PLC0414  a fixture
