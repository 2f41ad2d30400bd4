"""Where the keys of seals are: by provider. Only this room opens one, and only for the job that seals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asn1crypto import x509 as asn1_x509

from app.kernel.errors import Refused
from app.seals.demo_house import DemoHouse
from app.seals.refusals import PROVIDER_ABSENT, SEALED_ELSEWHERE
from app.seals.rules import PROVIDER_LABELS, Provider
from app.seals.sealing.keys import Pkcs12Sealer, Sealer
from app.seals.sealing.keys_csc import CscPlace, CscSealer
from app.seals.sealing.keys_pkcs11 import Pkcs11Sealer
from app.seals.sealing.refusals import FILE_KEY, KEY_UNUSABLE


@dataclass(frozen=True)
class DevicePlace:
    """A PKCS#11 device, as the settings name it."""

    module: str
    token: str
    pin: str


@dataclass(frozen=True)
class KeyCupboard:
    """The providers of this installation; one that is not set up is None and says so."""

    demo: DemoHouse | None = None
    """None in production: keys in files are refused there."""
    device: DevicePlace | None = None
    remote: CscPlace | None = None
    """Its ``credential`` is each seal's own."""

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Those that can be chosen for a new seal."""
        found = [Provider.DEMO] if self.demo else []
        found += [Provider.PKCS11] if self.device else []
        found += [Provider.CSC] if self.remote else []
        return (*found, Provider.RECORDED)

    def open(
        self,
        provider: str,
        key_ref: str,
        certificate: asn1_x509.Certificate,
        chain: Sequence[asn1_x509.Certificate],
    ) -> Sealer:
        """The key of a seal, ready to sign; its certificate must be the one the seal was registered with.

        Raises:
            Refused: ``seal-file-key``, ``seal-provider-absent``, ``seal-sealed-elsewhere``, ``seal-key-unusable``.
        """
        sealer = self._open(provider, key_ref, certificate, chain)
        if sealer.certificate.dump() != certificate.dump():
            raise Refused(KEY_UNUSABLE, reason="证书与登记不一致 / certificate is not the registered one")
        return sealer

    def _open(
        self,
        provider: str,
        key_ref: str,
        certificate: asn1_x509.Certificate,
        chain: Sequence[asn1_x509.Certificate],
    ) -> Sealer:
        if provider == Provider.DEMO:
            if self.demo is None:
                raise Refused(FILE_KEY)
            try:
                content, password = self.demo.key(key_ref)
            except FileNotFoundError as error:
                raise Refused(KEY_UNUSABLE, reason=key_ref) from error
            return Pkcs12Sealer(content, password, is_demo=True)
        if provider == Provider.PKCS11 and self.device is not None:
            place = self.device
            return Pkcs11Sealer(place.module, place.token, place.pin, key_ref, certificate, chain)
        if provider == Provider.CSC and self.remote is not None:
            return CscSealer(replace(self.remote, credential=key_ref), certificate)
        if provider == Provider.RECORDED:
            raise Refused(SEALED_ELSEWHERE)
        raise Refused(PROVIDER_ABSENT, provider=PROVIDER_LABELS[provider])
