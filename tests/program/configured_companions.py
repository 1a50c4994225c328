"""Hypothesis strategies for what stands beside the apps: companions, and the collectors of telemetry."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.program.configured_apps import SIZES, SPOTS, TRUTH, Frame, Section, apps, image_names, images, section


@st.composite
def companions(draw: DrawFn, frame: Frame) -> Section:
    """Any of them but two that read documents; in a closed network from ECR, and those that need no internet."""
    reader = draw(st.sampled_from(["tika", "docling"]))
    others = [] if frame.closed else ["searxng", "playwright", "mcpo", "pipelines"]
    found = {}
    for name in draw(st.lists(st.sampled_from([reader, *others]), unique=True)):
        said = draw(section({}, port=st.integers(1, 65535), spot=SPOTS, **apps(frame)))
        image = draw(images(frame)) if frame.closed or draw(TRUTH) else {}
        servers = {"time": {"command": "uvx", "args": ["mcp-server-time"]}, "w": {"url": "http://wiki.example.com/sse"}}
        found[name] = {**said, **draw(SIZES), **image, **({"servers": servers} if name == "mcpo" else {})}
    return found


@st.composite
def telemetry(draw: DrawFn, frame: Frame, names: list[str]) -> Section:
    """Any signals of any of the services; in a closed network by an image in ECR."""
    signals = draw(st.lists(st.sampled_from(["traces", "metrics", "logs"]), unique=True))
    if not signals:
        return {}
    services = draw(section({}, services=st.lists(st.sampled_from(names), min_size=1, unique=True)))
    image = {"image": draw(st.sampled_from(image_names(frame)))} if frame.closed or draw(TRUTH) else {}
    return {**dict.fromkeys(signals, True), **services, **image}
