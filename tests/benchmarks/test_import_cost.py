"""The arithmetic of the import figures, by hand; never the timings."""

from tests.benchmarks.import_cost import ImportCost, handlers, middle_of, read_cost


def test_seconds_become_milliseconds_and_kib_become_mib() -> None:
    assert read_cost("0.25 120 51200\n") == ImportCost(cpu_ms=250.0, modules=120, peak_mib=50.0)


def test_the_middle_is_taken_of_each_figure_by_itself() -> None:
    costs = [
        ImportCost(cpu_ms=cpu, modules=modules, peak_mib=peak)
        for cpu, modules, peak in ((900.0, 1, 40.0), (100.0, 3, 60.0), (200.0, 2, 50.0))
    ]

    assert middle_of(costs) == ImportCost(cpu_ms=200.0, modules=2, peak_mib=50.0)


def test_each_function_is_measured() -> None:
    assert "functions.post_effect.handler" in handlers()
    assert len(handlers()) == len(set(handlers()))
