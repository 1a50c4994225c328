"""Every name built from what people type stays within the limit of its service."""

import pytest

from aws_rules import names


@pytest.mark.parametrize("name", ["a", "webui", "gateway", "report-2", "sgx", "x" * 21])
def test_a_good_service_name_passes(name: str) -> None:
    assert names.check_service_name(name) is None


@pytest.mark.parametrize("name", ["", "Reports", "2nd", "a_b", "a--b", "a-", "-a", "a b", "ä", "a\n", "sg", "sg-a"])
def test_a_service_name_that_rds_or_elb_would_refuse_is_refused(name: str) -> None:
    assert names.check_service_name(name) is not None


def test_a_service_name_leaves_room_for_its_target_groups_name() -> None:
    longest = "x" * names.MAX_SERVICE_NAME
    assert names.fits(f"{longest}-tg", names.TARGET_GROUP)
    assert not names.fits(f"{longest}x-tg", names.TARGET_GROUP)
    assert "21" in (names.check_service_name(f"{longest}x") or "")


def test_a_prefix_leaves_room_for_the_load_balancers_name() -> None:
    longest = "x" * names.MAX_NAME_PREFIX
    assert names.check_name_prefix(longest) is None
    assert names.fits(f"{longest}-alb", names.APPLICATION_LOAD_BALANCER)
    assert names.check_name_prefix(f"{longest}x") is not None


@pytest.mark.parametrize("prefix", ["internal-app", "sg-app"])
def test_a_prefix_that_aws_reserves_is_refused(prefix: str) -> None:
    assert "reserves" in (names.check_name_prefix(prefix) or "")


def test_the_default_prefix_passes() -> None:
    assert names.check_name_prefix("webui-bedrock") is None


@pytest.mark.parametrize(("length", "fits"), [(24, True), (25, False)])
def test_pulumis_suffix_counts(length: int, fits: bool) -> None:
    assert names.fits("x" * length, 32) is fits
