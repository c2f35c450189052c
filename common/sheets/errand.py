"""A task for a stranger's file, done by a process of its own: JSON there, one line of JSON back."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.sheets.reader import SheetError

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from common.sheets.%s import main; main()"


def send(module: str, job: Mapping[str, Any], *, name: str, seconds: int) -> dict[str, Any]:
    """What ``main`` of ``common.sheets.<module>`` answers; it is told its limit as ``seconds`` of the job.

    ``name``: what messages call the file. Whatever else ends the process is a fault of the file, too: ``SheetError``.
    """
    answer = _ask(module, {**job, "seconds": seconds})
    if "fault" in answer:
        raise SheetError(answer["fault"], {"name": name} | answer.get("params", {}))
    return answer


def _ask(module: str, job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", _START % module, _ROOT],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=job["seconds"],
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "too_slow", "params": {"limit": job["seconds"]}}
    lines = done.stdout.splitlines()
    answer: dict[str, Any] = json.loads(lines[-1]) if done.returncode == 0 and lines else {"fault": "too_large"}
    return answer
