"""TLS that ends in front of the load balancer: what browsers see is the given address, everywhere."""

from tests.program.variants import SECRET_ARN
from tests.support.program import environment, plan, texts

URL = "https://chat.example.com"


def test_open_webui_is_told_the_address_that_people_see_and_no_other() -> None:
    sign_in = {
        "providerUrl": "https://id.example.com/.well-known/openid-configuration",
        "clientId": "open-webui",
        "clientSecretArn": SECRET_ARN,
    }
    recording = plan({"webui": {"url": URL, "oidc": sign_in}})
    variables = environment(recording, "webui")
    own = recording.outputs["LoadBalancerDNS"]
    assert {name for name, value in variables.items() if own in value} == {
        "OPENAI_API_BASE_URL",
        "RAG_OPENAI_API_BASE_URL",
    }
    assert variables["OPENID_REDIRECT_URI"] == f"{URL}/oauth/oidc/callback"
    assert {variables["WEBUI_AUTH_COOKIE_SECURE"], variables["WEBUI_SESSION_COOKIE_SECURE"]} == {"true"}
    assert recording.outputs["LoadBalancerURL"] == URL
    assert not [message for _, message in recording.log if "needs HTTPS" in message]


def test_the_load_balancer_stays_as_it_is() -> None:
    before, after = plan({"webui": {}}), plan({"webui": {"url": URL}})
    parts = ("lb.LoadBalancer", "lb.Listener", "lb.ListenerRule", "vpc.SecurityGroupIngressRule")
    for kind in parts:
        changed = [
            [text for one in recording.resources if one.short_type == kind for text in texts(one.inputs)]
            for recording in (before, after)
        ]
        assert changed[0] == changed[1]
