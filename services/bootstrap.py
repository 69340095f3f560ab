"""装配: the one place that knows which adapter stands behind a port.

By hand is the default for filing and for the company register; an HTTP adapter stands behind a port only
where the settings say so. Everything else sees the Protocols of `services.ports`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from config.clock import SystemClock, WallClock
from config.settings import AdapterMode, Settings
from domain.notices.channels import PEOPLE
from domain.notices.hours import Hours
from domain.pushing import SUBSCRIPTION
from integrations.channels.file import FileChannel
from integrations.channels.in_app import InAppChannel
from integrations.company_http import HttpCompanyRegistry
from integrations.filing_http import HttpFiling
from integrations.manual import ManualCompanyRegistry, ManualFiling
from models.database import Database
from services.access.environment import Access, redirect_uri_of, rules_of, vault_of
from services.evidence.scanning import Scanning
from services.evidence.store import MEGABYTE, EvidenceStore
from services.in_app import in_app_store
from services.notices import IN_APP, Notices, notices_by
from services.notifying.environment import Notifying
from services.ports import ChannelPort, CompanyRegistryPort, FilingPort, IdentityProviderPort, LetterPort
from services.pushing.events import with_events
from services.pushing.receivers import Find, receivers

if TYPE_CHECKING:
    from types import TracebackType

    from integrations.http_client import OutsideSystem

FILE = "file"
WEBHOOK = "webhook"
FILING = "filing"
COMPANY_REGISTRY = "company_registry"
_PLATFORMS = ("dingtalk", "wecom", "feishu", "sms")


@dataclass(frozen=True, slots=True)
class Runtime:
    """运行环境: database, clock, ports and channels of one process."""

    settings: Settings
    db: Database
    wall: WallClock
    filing: FilingPort
    registry: CompanyRegistryPort
    channels: Mapping[str, ChannelPort]
    notices: Notices
    """Which notices an act leaves in the outbox: one a channel."""
    notifying: Notifying
    """The channels to persons, and when they may be used."""
    adapters: Mapping[str, str]
    """Outside system → manual or http: what a case opened now is given."""
    evidence: EvidenceStore
    scanning: Scanning
    access: Access
    """What signing in needs."""
    _closers: tuple[Callable[[], None], ...] = field(default=())

    @property
    def allow_macros(self) -> bool:
        """Whether evidence may hold macros."""
        return self.settings.evidence_allow_macros

    @property
    def notice_channels(self) -> tuple[str, ...]:
        """The channels that take notices, as against events for other systems."""
        return _for_people(self.channels)

    @property
    def told_channels(self) -> tuple[str, ...]:
        """Where a notice for a position is left: these, and that which becomes letters to persons."""
        return (*self.notice_channels, *((PEOPLE,) if self.notifying.ports else ()))

    def close(self) -> None:
        """Give back connections."""
        for closer in self._closers:
            closer()
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_runtime(settings: Settings, wall: WallClock | None = None) -> Runtime:
    """Open the database and put the adapters of the settings behind the ports."""
    clock = wall or SystemClock()
    db = Database(settings.database_url)
    closers: list[Callable[[], None]] = []
    channels: dict[str, ChannelPort] = {IN_APP: InAppChannel(in_app_store(db, clock))}
    if settings.notification_file is not None:
        channels[FILE] = FileChannel(settings.notification_file, clock)
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        channels[WEBHOOK] = _webhook(settings, clock, closers)
    vault = vault_of(settings)
    allowed = settings.webhook_addresses
    if allowed:
        channels[SUBSCRIPTION] = _subscribers(settings, receivers(db, vault, allowed), clock, closers)
    notifying = _notifying(settings, db, clock, closers)
    to_people = (PEOPLE,) if notifying.ports else ()
    return Runtime(
        settings=settings,
        db=db,
        wall=clock,
        filing=_filing(settings, closers),
        registry=_registry(settings, closers),
        channels=channels,
        notices=_with_events(notices_by(*_for_people(channels), *to_people), pushed=bool(allowed)),
        notifying=notifying,
        adapters={
            FILING: str(settings.filing_mode),
            COMPANY_REGISTRY: str(settings.company_registry_mode),
        },
        evidence=EvidenceStore(
            settings.data_dir,
            largest=settings.evidence_largest_mb * MEGABYTE,
            algorithm=settings.evidence_digest,
        ),
        scanning=_scanning(settings),
        access=Access(
            db=db,
            wall=clock,
            rules=rules_of(settings),
            vault=vault,
            identity=_identity(settings, clock, closers),
            redirect_uri=redirect_uri_of(settings),
        ),
        _closers=tuple(closers),
    )


def _notifying(
    settings: Settings, db: Database, clock: WallClock, closers: list[Callable[[], None]]
) -> Notifying:
    ports: Mapping[str, LetterPort] = {}
    if any((settings.smtp_host, *(getattr(settings, f"{name}_url") for name in _PLATFORMS))):
        from integrations.channels.opening import open_channels

        ports = open_channels(settings, clock, closers)
    base = str(settings.web_public_url or "").rstrip("/")
    return Notifying(
        db=db,
        wall=clock,
        ports=ports,
        hours=Hours(
            opens=settings.notice_from, closes=settings.notice_to, digest_at=settings.notice_digest_at
        ),
        link_base=base,
        per_minute=settings.notice_per_minute,
    )


def _identity(
    settings: Settings, wall: WallClock, closers: list[Callable[[], None]]
) -> IdentityProviderPort | None:
    if settings.oidc_issuer is None:
        return None
    from integrations.oidc import OidcProvider

    secret = settings.oidc_client_secret
    provider = OidcProvider(
        str(settings.oidc_issuer),
        settings.oidc_client_id,
        secret.get_secret_value() if secret else None,
        title=settings.oidc_title,
        wall=wall,
    )
    closers.append(provider.close)
    return provider


def _scanning(settings: Settings) -> Scanning:
    if not settings.clamav_address:
        return Scanning()
    from integrations.scanner import ClamdScanner

    scanner = ClamdScanner(settings.clamav_address, settings.clamav_timeout_s)
    return Scanning(scanner, mark_when_silent=settings.clamav_unavailable == "mark")


def _filing(settings: Settings, closers: list[Callable[[], None]]) -> FilingPort:
    if settings.filing_url is None:
        return ManualFiling()
    token = settings.filing_token.get_secret_value() if settings.filing_token else None
    return HttpFiling(
        _system("报送备案系统", str(settings.filing_url), settings.filing_timeout_s, token, closers)
    )


def _registry(settings: Settings, closers: list[Callable[[], None]]) -> CompanyRegistryPort:
    if settings.company_registry_url is None:
        return ManualCompanyRegistry()
    secret = settings.company_registry_token
    token = secret.get_secret_value() if secret else None
    return HttpCompanyRegistry(
        _system(
            "公司登记系统",
            str(settings.company_registry_url),
            settings.company_registry_timeout_s,
            token,
            closers,
        )
    )


def _webhook(settings: Settings, clock: WallClock, closers: list[Callable[[], None]]) -> ChannelPort:
    from integrations.channels.webhook import WebhookChannel

    if settings.webhook_url is None or settings.webhook_secret is None:
        raise ValueError("消息推送须同时设置地址和签名密钥")
    system = _system("消息推送", str(settings.webhook_url), settings.webhook_timeout_s, None, closers)
    return WebhookChannel(system, settings.webhook_secret.get_secret_value(), clock)


def _subscribers(
    settings: Settings, find: Find, clock: WallClock, closers: list[Callable[[], None]]
) -> ChannelPort:
    from integrations.channels.subscribers import SubscribersChannel
    from integrations.http_client import CallLimits

    channel = SubscribersChannel(find, clock, CallLimits(read_s=settings.webhook_timeout_s))
    closers.append(channel.close)
    return channel


def _for_people(channels: Mapping[str, ChannelPort]) -> tuple[str, ...]:
    return tuple(channel for channel in channels if channel != SUBSCRIPTION)


def _with_events(notices: Notices, *, pushed: bool) -> Notices:
    return with_events(notices) if pushed else notices


def _system(
    name: str, url: str, timeout_s: float, token: str | None, closers: list[Callable[[], None]]
) -> OutsideSystem:
    from integrations.http_client import CallLimits, OutsideSystem

    system = OutsideSystem(name, url, limits=CallLimits(read_s=timeout_s), token=token)
    closers.append(system.close)
    return system


__all__ = ["AdapterMode", "Runtime", "open_runtime"]
