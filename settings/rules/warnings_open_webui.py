"""Second looks at what Open WebUI is told: who signs people in, where models and embeddings come from."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from problems import Problem
from settings.load_balancer import Scheme
from settings.rules.open_webui import EXAMPLE_URL
from settings.rules.parts import advise, images, own_domain, set_to
from settings.sign_in import Preset
from settings.stack import WEBUI, StackSettings
from settings.webui_image import OLDEST, is_upstreams, reads_as_too_old

_CLIENT_IDS = frozenset(
    {"FEISHU_CLIENT_ID", "GITHUB_CLIENT_ID", "GOOGLE_CLIENT_ID", "MICROSOFT_CLIENT_ID", "OAUTH_CLIENT_ID"}
)
"""Each starts a sign-in through another provider (Open WebUI 0.12.4, config.py)."""


def sign_in_over_http(settings: StackSettings) -> Iterator[Problem]:
    """Identity providers send people back to https:// addresses only."""
    if not settings.https:
        rule = "needs HTTPS: providers such as Cognito, Entra and Google refuse an http:// address to come back to"
        for key, sign_in in (("oidc", settings.webui.oidc), ("sso", settings.webui.sso)):
            if sign_in is not None:
                yield Problem(path=(WEBUI, key), rule=rule, fix=own_domain(settings))
        given = settings.webui.env.keys() | settings.webui.secrets.keys()
        for name in sorted(_CLIENT_IDS & given):
            place = "env" if name in settings.webui.env else "secrets"
            yield Problem(path=("webui", place, name), rule=rule, fix=own_domain(settings))


def sign_in_without_internet(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI talks to the identity provider itself."""
    if settings.network.closed and settings.webui.sign_in is not None:
        key = "webui.oidc" if settings.webui.oidc else "webui.sso"
        rule = f"should not be none with {key}, unless the identity provider answers inside the VPC"
        yield set_to(("network", "natGateways"), "single", rule)


def directory_in_clear_text(settings: StackSettings) -> Iterator[Problem]:
    """Everybody's password crosses the network as it is typed."""
    ldap = settings.webui.ldap
    if ldap is not None and not ldap.tls:
        rule = "should be true, on the directory's port for TLS: passwords cross the network in clear text"
        yield set_to((WEBUI, "ldap", "tls"), True, rule)


def provider_that_comes_in(settings: StackSettings) -> Iterator[Problem]:
    """By SCIM and to sign somebody out the provider calls Open WebUI."""
    sso, balancer = settings.webui.sso, settings.load_balancer
    if sso is None or balancer.scheme is not Scheme.INTERNAL or balancer.listener_arn or settings.webui.url:
        return
    for key, on in (("scim", sso.scim), ("backChannelLogout", sso.back_channel_logout)):
        if on:
            rule = "needs a provider that reaches this load balancer, which listens inside the VPC: it calls Open WebUI"
            yield advise(
                (WEBUI, "sso", key), rule, "let a provider on the internet in by loadBalancer.scheme or webui.url"
            )


def open_to_everybody(settings: StackSettings) -> Iterator[Problem]:
    """Anybody can have an account at Google and at GitHub."""
    sso = settings.webui.sso
    if sso is not None and sso.preset in (Preset.GOOGLE, Preset.GITHUB) and sso.signup and not sso.allowed_domains:
        rule = f"should name your domains: everybody at {sso.preset.label} may open an account, which waits for you"
        yield set_to((WEBUI, "sso", "allowedDomains", 0), "example.com", rule)


def providers_without_internet(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI calls a provider itself."""
    if settings.network.closed and settings.providers:
        rule = "should not be none with providers, unless they answer inside the VPC"
        yield set_to(("network", "natGateways"), "single", rule)


def keys_over_http(settings: StackSettings) -> Iterator[Problem]:
    """A provider's key goes with every request; to a service of the stack it goes as the gateway's does."""
    for name, provider in settings.providers.items():
        if provider.url.startswith("http://") and urlsplit(provider.url).hostname not in settings.private_names:
            rule = "should begin with https://: the provider's key crosses the network in clear text"
            yield set_to(("providers", name, "url"), provider.url.replace("http://", "https://", 1), rule)


def no_model_source(settings: StackSettings) -> Iterator[Problem]:
    """Without the gateway Open WebUI has no models unless it is told of others."""
    named = _named(settings)
    if settings.gateway.enabled or settings.providers or named & {"OPENAI_API_BASE_URL", "OPENAI_API_BASE_URLS"}:
        return
    if not named & {"OLLAMA_BASE_URL", "OLLAMA_BASE_URLS"}:
        rule = "should name a source of models, since gateway.enabled is false"
        yield set_to((WEBUI, "env", "OPENAI_API_BASE_URLS"), EXAMPLE_URL, rule)
    elif settings.webui.env.get("ENABLE_OLLAMA_API", "").lower() != "true":
        rule = "should be true: nobody asks the Ollama that webui names"
        yield set_to((WEBUI, "env", "ENABLE_OLLAMA_API"), "true", rule)


def no_embedding_source(settings: StackSettings) -> Iterator[Problem]:
    """Without the gateway nobody computes the vectors by which documents are searched."""
    if not settings.gateway.enabled and not _named(settings) & {"RAG_EMBEDDING_ENGINE", "RAG_OPENAI_API_BASE_URL"}:
        rule = "should name who computes embeddings, since gateway.enabled is false: documents are not searched, "
        rule += "they go into each question as a whole"
        yield set_to((WEBUI, "env", "RAG_EMBEDDING_ENGINE"), "openai", rule)


def vector_length(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI cuts a vector that is longer than the column made for it."""
    name = "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH"
    env = settings.webui.env
    other = env.get("RAG_EMBEDDING_MODEL", settings.gateway.embedding_model) != settings.gateway.embedding_model
    if settings.database.enabled and other and name not in env:
        rule = "should hold how many numbers a vector of RAG_EMBEDDING_MODEL has: the rest of longer ones is cut off"
        yield set_to(("webui", "env", name), "1536", rule)


def image_of_another_name(settings: StackSettings) -> Iterator[Problem]:
    """A repository's own tags need not be Open WebUI's versions; if this one is, the image is too old."""
    for path, _, image in images(settings):
        if path == (WEBUI, "image") and reads_as_too_old(image) and not is_upstreams(image):
            oldest = ".".join(map(str, OLDEST))
            rule = f"should hold Open WebUI {oldest} or newer: the tag {image.tag} reads as an older one"
            yield advise(path, rule, "look up which version of Open WebUI it is, and build it from a newer one")


def _named(settings: StackSettings) -> set[str]:
    return settings.webui.env.keys() | settings.webui.secrets.keys()
