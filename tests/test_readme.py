"""The README's script of real data is run as it stands there, and its table holds what came out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results

CHECKOUT = Path(__file__).resolve().parent.parent
README = (CHECKOUT / "README.md").read_text()
HOMES = ("stocktwits-2016", "stocknet", "stockemotions")


def numbers(row: str) -> list[str]:
    (line,) = re.findall(rf"^\| {re.escape(row)} \|(.+)\|$", README, re.MULTILINE)
    return [cell.strip() for cell in line.split("|")]


@pytest.mark.real_data
@pytest.mark.slow
def test_the_script_of_real_data_gives_the_figures_of_its_table(real_data, tmp_path):
    (script,) = re.findall(r"```sh\n(# StockTwits API messages.+?)```", README, re.DOTALL)
    environment = {
        **os.environ,
        "DATA": str(real_data.resolve()),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    codes = script.replace("\nemotape", "\n[ $? = 0 ] || exit 9\nemotape")
    done = subprocess.run(["bash", "-c", codes], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 3  # of the last command: the fourth column cannot be estimated
    for place, name in enumerate(HOMES):
        home = open_home(tmp_path / "homes" / name)
        with open_published(home) as published:
            models, _ = read_results(published)
            facts = published.query("publication").row(0, named=True)
        (six,) = models.filter(models["column_no"] == 3).to_dicts()
        assert numbers("posts")[place] == f"{facts['n_posts']:,}"
        assert numbers("firm-days in the regression (column 3)")[place] == f"{six['n_obs']:,}"
        assert numbers("firms, sessions")[place] == f"{six['n_firms']}, {six['n_sessions']}"
        assert numbers("six emotions jointly zero: p")[place] == f"{six['joint_p']:.2f}"
        gain = float(numbers("gain in R² over the controls, basis points")[place])
        assert six["r_squared_gain_bp"] == pytest.approx(gain, rel=0.02)
