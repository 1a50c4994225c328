"""Open WebUI's pools never ask for more connections than Aurora grants."""

import pytest

from aws_rules.database import INIT_CONNECTIONS, RESERVED_CONNECTIONS, max_connections, pools


@pytest.mark.parametrize(
    ("max_acu", "documented"), [(1, 189), (4, 823), (8, 1669), (16, 3360), (32, 5000), (256, 5000)]
)
def test_the_estimate_stays_just_below_the_documented_limit(max_acu: float, documented: int) -> None:
    assert 0 <= documented - max_connections(1, max_acu) <= 6


@pytest.mark.parametrize("min_acu", [0, 0.5])
def test_a_minimum_of_half_an_acu_caps_the_connections_at_2000(min_acu: float) -> None:
    assert max_connections(min_acu, 64) == 2000
    assert max_connections(min_acu, 1) == 189


def test_a_minimum_of_one_acu_lifts_the_cap() -> None:
    assert max_connections(1, 64) == 5000


def test_the_limit_follows_the_maximum_capacity_not_the_minimum() -> None:
    assert max_connections(1, 4) == max_connections(4, 4) < max_connections(1, 4.5)


def test_a_maximum_below_one_acu_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 ACU"):
        max_connections(0.5, 0.5)


@pytest.mark.parametrize("max_acu", [1, 1.5, 2, 4, 16])
@pytest.mark.parametrize("tasks", range(1, 11))
def test_all_tasks_of_a_deployment_together_stay_within_the_limit(tasks: int, max_acu: float) -> None:
    limit = max_connections(0.5, max_acu)
    assert RESERVED_CONNECTIONS + 2 * tasks * (pools(tasks, limit).connections + INIT_CONNECTIONS) <= limit


def test_the_default_database_gives_five_tasks_full_pools() -> None:
    chosen = pools(5, max_connections(0.5, 4))
    assert (chosen.database_pool_size, chosen.max_overflow) == (10, 10)
    assert (chosen.pgvector_pool_size, chosen.pgvector_max_overflow) == (5, 0)
    assert chosen.connections == 45


def test_both_engines_and_the_vector_store_count() -> None:
    chosen = pools(1, 2000)
    both_engines = 2 * (chosen.database_pool_size + chosen.max_overflow)
    assert chosen.connections == both_engines + chosen.pgvector_pool_size + chosen.pgvector_max_overflow


def test_overflow_gives_way_before_the_pool_does() -> None:
    chosen = pools(5, max_connections(0.5, 2))
    assert chosen.database_pool_size == 10
    assert 0 < chosen.max_overflow < 10


def test_more_tasks_than_the_database_can_serve_are_refused() -> None:
    with pytest.raises(ValueError, match="too few for 40 tasks"):
        pools(40, max_connections(0.5, 1))
