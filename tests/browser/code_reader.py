"""Reads the codes of a PDF as a camera would: its pages as pictures, through the reader that pages use."""

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Route

READER = Path(__file__).resolve().parents[2] / "static" / "vendor" / "barcode-detector"
#: Draws pages of a PDF; not on every machine.
DRAWS = shutil.which("pdftoppm")
_PAGE = """<!doctype html><script src="/ponyfill.js"></script><script>
BarcodeDetectionAPI.prepareZXingModule({overrides: {locateFile: (name) => "/" + name}});
const read = async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const detector = new BarcodeDetectionAPI.BarcodeDetector({formats: ["qr_code"]});
  return (await detector.detect(picture)).map((code) => code.rawValue);
};
</script>"""


def codes_in(pdf: bytes, browser: Browser, folder: Path, *, dots: int = 200) -> list[list[str]]:
    """What the codes of each page say, in no order; ``dots`` per inch."""
    assert DRAWS
    (folder / "labels.pdf").write_bytes(pdf)
    subprocess.run([DRAWS, "-r", str(dots), "-png", "labels.pdf", "page"], cwd=folder, check=True)
    page = browser.new_page(base_url="http://reader.example")
    page.route("**/*", _answer)
    page.goto("/")
    found = [_read(page, picture) for picture in sorted(folder.glob("page-*.png"))]
    page.close()
    return found


def _read(page: Any, picture: Path) -> list[str]:
    address = "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
    codes: list[str] = page.evaluate("(address) => read(address)", address)
    return codes


def _answer(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if name:
        route.fulfill(path=READER / name)
    else:
        route.fulfill(body=_PAGE, content_type="text/html")
