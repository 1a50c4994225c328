"""What a stack may say: typed, frozen and checked as a whole before any resource exists."""

from settings.apps import AppSettings, Architecture, ModelAccess
from settings.backup import BackupSettings
from settings.data import Authentication, CacheSettings, DatabaseSettings, Throughput
from settings.error import SettingsError
from settings.gateway import GatewaySettings, Residency, Transport
from settings.load_balancer import CLIENT_TIMEOUT_SECONDS, Scheme
from settings.loading import load
from settings.money import BudgetSettings
from settings.network import CreatedNetwork, GivenNetwork, NatGateways
from settings.outward import ProxySettings
from settings.parsing import parse, warnings
from settings.scaling import ScalingSettings
from settings.sign_in import Preset, SsoSettings
from settings.stack import GATEWAY, WEBUI, StackSettings
from settings.stack_file import deployed as stack_file
from settings.storage import Storage

__all__ = [
    "CLIENT_TIMEOUT_SECONDS",
    "GATEWAY",
    "WEBUI",
    "AppSettings",
    "Architecture",
    "Authentication",
    "BackupSettings",
    "BudgetSettings",
    "CacheSettings",
    "CreatedNetwork",
    "DatabaseSettings",
    "GatewaySettings",
    "GivenNetwork",
    "ModelAccess",
    "NatGateways",
    "Preset",
    "ProxySettings",
    "Residency",
    "ScalingSettings",
    "Scheme",
    "SettingsError",
    "SsoSettings",
    "StackSettings",
    "Storage",
    "Throughput",
    "Transport",
    "load",
    "parse",
    "stack_file",
    "warnings",
]
