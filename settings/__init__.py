"""What a stack may say: typed, frozen and checked as a whole before any resource exists."""

from settings.apps import (
    AppSettings,
    Architecture,
    BuildSettings,
    GatewaySettings,
    ModelAccess,
    OidcSettings,
    ServiceSettings,
    Transport,
    VolumeSettings,
    WebuiSettings,
)
from settings.data import AlarmsSettings, CacheSettings, DatabaseSettings, FileSystemSettings, Throughput
from settings.error import SettingsError
from settings.load_balancer import CLIENT_TIMEOUT_SECONDS, LoadBalancerSettings, Scheme
from settings.loading import load
from settings.network import CreatedNetwork, GivenNetwork, NatGateways
from settings.parsing import parse, warnings
from settings.scaling import ScalingSettings, ScheduleSettings, SpotSettings
from settings.stack import GATEWAY, WEBUI, StackSettings

__all__ = [
    "CLIENT_TIMEOUT_SECONDS",
    "GATEWAY",
    "WEBUI",
    "AlarmsSettings",
    "AppSettings",
    "Architecture",
    "BuildSettings",
    "CacheSettings",
    "CreatedNetwork",
    "DatabaseSettings",
    "FileSystemSettings",
    "GatewaySettings",
    "GivenNetwork",
    "LoadBalancerSettings",
    "ModelAccess",
    "NatGateways",
    "OidcSettings",
    "ScalingSettings",
    "ScheduleSettings",
    "Scheme",
    "ServiceSettings",
    "SettingsError",
    "SpotSettings",
    "StackSettings",
    "Throughput",
    "Transport",
    "VolumeSettings",
    "WebuiSettings",
    "load",
    "parse",
    "warnings",
]
