"""The plot of the chosen setting among its neighbours: p95 over the rate of arrivals."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from pdserving.bench.batching.devices import DEVICES
from pdserving.bench.batching.sweep import Result, Setting

_CHOSEN_STYLE = {"color": "black", "linewidth": 2.5, "zorder": 3}
_INCHES = (11.0, 4.6)
_MOST_SLOWDOWN = 15  # the axis ends here: what is above is of no use


def write_plot(results: Sequence[Result], chosen: Setting, path: Path) -> None:
    """Write a PNG: a panel for each device, in it a line for the chosen setting and each of its neighbours."""
    figure = Figure(_INCHES, layout="constrained")
    for axes, device in zip(figure.subplots(1, len(DEVICES)), DEVICES, strict=True):
        for setting in _neighbours(results, chosen):
            of_setting = [result for result in results if result.setting == setting and result.device == device]
            rates = [result.rate for result in of_setting]
            slowdowns = [result.p95 for result in of_setting]
            style = _CHOSEN_STYLE if setting == chosen else {"linewidth": 1}
            axes.plot(rates, slowdowns, marker=".", label=str(setting), **style)
        axes.set(
            title=f"{device.name} GPU",
            xlabel="pages a second",
            ylabel="times as long as alone, p95",
            ylim=(0, _MOST_SLOWDOWN),
        )
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    figure.savefig(path, dpi=100)


def _neighbours(results: Sequence[Result], chosen: Setting) -> list[Setting]:
    """The chosen setting, and those that differ from it in one key or share no batches."""

    def differences(setting: Setting) -> int:
        return sum(one != other for one, other in zip(setting.keys, chosen.keys, strict=True))

    return sorted(
        {result.setting for result in results if result.setting.size == 1 or differences(result.setting) <= 1}
    )
