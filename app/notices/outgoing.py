"""What leaves the house: e-mail by SMTP, messages to hooks by HTTPS. The only module that opens a connection.

A hook's address is given by people of a project, so it is not trusted (SECURITY, requests forged at the server): https
only, a public address only, the address looked up is the one connected to, no redirect is followed. Hosts that the
operator names in ``ONESET_HOOK_HOSTS`` may be anywhere and speak plain http.
"""

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import SplitResult, urlsplit

import urllib3

TIMEOUT = 15.0
MOST_ANSWER = 4_000
"""Bytes of a hook's answer that are read."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Undeliverable(Exception):  # noqa: N818  the letter's fate, not a fault of ours
    """A letter could not be delivered this time."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
        """Trying again is of no use."""


class NoSuchPlace(ValueError):  # noqa: N818  a refusal, not a fault
    """An address that no message may go to; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outgoing:
    """The doors that the settings open."""

    host: str
    port: int
    user: str
    password: str
    security: str
    sender: str
    hook_hosts: frozenset[str]

    @property
    def has_mail(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.host and self.sender)

    def mail(self, message: EmailMessage) -> None:
        """Hand a message to the mail server.

        Raises:
            Undeliverable: with what the server said.
        """
        try:
            with self._server() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise Undeliverable(f"{code} {said.decode('utf-8', 'replace')}", is_final=code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Undeliverable(f"{type(error).__name__}: {error}") from error

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Post JSON to a hook; returns what it answered.

        Raises:
            Undeliverable: no connection, another answer than 2xx, or an address that may not be reached.
        """
        try:
            place = self.place(url)
        except NoSuchPlace as error:
            raise Undeliverable(f"address refused: {error.code}") from error
        try:
            with place.pool() as pool:
                answer = pool.request(
                    "POST",
                    place.target,
                    body=body,
                    headers={
                        **headers,
                        "Host": place.netloc,
                        "Content-Type": "application/json; charset=utf-8",
                    },
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                said = answer.read(MOST_ANSWER)
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Undeliverable(f"{type(error).__name__}: {error}") from error
        if not 200 <= answer.status < 300:
            raise Undeliverable(f"HTTP {answer.status}", is_final=answer.status == 410)
        return said

    def place(self, url: str) -> "Place":
        """Where an address leads, looked up once: what is checked is what is connected to.

        Raises:
            NoSuchPlace: ``hook-form``, ``hook-needs-https``, ``hook-unknown-host`` or ``hook-not-public``.
        """
        parts = _parts(url)
        host = (parts.hostname or "").lower()
        is_named = host in self.hook_hosts
        if parts.scheme != "https" and not (is_named and parts.scheme == "http"):
            raise NoSuchPlace("hook-needs-https")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, ValueError) as error:
            raise NoSuchPlace("hook-unknown-host") from error
        if not is_named and not all(_is_public(address) for address in found):
            raise NoSuchPlace("hook-not-public")
        path = parts.path or "/"
        return Place(parts.scheme, host, found[0], port, f"{path}?{parts.query}" if parts.query else path)

    def _server(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            server.starttls(context=context)
        return server


@dataclass(frozen=True)
class Place:
    """One looked-up address."""

    scheme: str
    host: str
    address: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"

    def pool(self) -> urllib3.HTTPConnectionPool:
        """A connection to this very address, its certificate held against the host's name."""
        timeout = urllib3.Timeout(TIMEOUT)
        if self.scheme == "http":
            return urllib3.HTTPConnectionPool(self.address, self.port, timeout=timeout)
        return urllib3.HTTPSConnectionPool(
            self.address,
            self.port,
            timeout=timeout,
            server_hostname=self.host,
            assert_hostname=self.host,
            cert_reqs="CERT_REQUIRED",
            ssl_context=ssl.create_default_context(),
        )


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NoSuchPlace("hook-form") from error
    if not parts.hostname or parts.username or not url.isascii() or not url.isprintable() or " " in url:
        raise NoSuchPlace("hook-form")
    return parts


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast
