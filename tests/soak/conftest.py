"""The S3 server of the tests."""

from tests.peers.s3 import s3_server as s3_server  # noqa: PLC0414  a fixture
