import io
import xml.etree.ElementTree as ET
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import sideways

SVG = "{http://www.w3.org/2000/svg}"


def open_box(page, server, path):
    page.goto(f"{server.url}/{path}")
    page.locator(".slider-group").wait_for()
    page.get_by_text("Take it home").click()
    page.get_by_role("button", name="PNG").wait_for()


def save(page, kind):
    with page.expect_download() as saved:
        page.get_by_role("button", name=kind, exact=True).click()
    assert saved.value.suggested_filename.endswith(f".{kind.lower()}")
    return Path(saved.value.path()).read_bytes()


def ground(picture):
    """Return how bright a picture's background is, from 0 to 765."""
    return sum(picture.convert("RGB").getpixel((4, 4)))


def test_the_figure_comes_home_as_it_stands_on_the_page(page, server):
    open_box(page, server, "one_weight?stage=linear&epochs=60&view=relief&lang=en")
    drawn = ET.fromstring(save(page, "SVG"))
    width, height = int(drawn.get("width")), int(drawn.get("height"))
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert width == round(box["width"])
    assert 400 < height < box["height"] - 60  # the controls below are left out

    words = "".join(drawn.itertext())
    assert "least squares" in words
    assert "epoch 59 · loss" in words
    assert "▶" not in words
    assert "@font-face" in words
    classes = {name for part in drawn.iter() for name in part.get("class", "").split()}
    assert {"trace", "legendtext", "gridlayer"} <= classes
    assert not {"slider-group", "updatemenu-button", "hoverlayer", "draglayer"} & classes
    (relief,) = (part for part in drawn.iter(f"{SVG}image"))
    assert relief.get("{http://www.w3.org/1999/xlink}href").startswith("data:image/svg+xml,")

    picture = Image.open(io.BytesIO(save(page, "PNG")))
    assert picture.size == (2 * width, 2 * height)
    colours = {colour for _count, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert {(0, 0x72, 0xB2), (0xD5, 0x5E, 0)} <= colours  # fit and loss
    assert ground(picture) > 700
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert ground(Image.open(io.BytesIO(save(page, "PNG")))) < 150


def test_the_script_follows_the_run_that_train_alone_made_and_fits_a_phone(server, page):
    open_box(page, server, "stages?stage=autograd&epochs=60&lang=en")
    script = page.locator(".st-key-take_home").get_by_test_id("stCode")
    expect(script).to_contain_text("Set other than the tutorial: epochs 60.")
    page.get_by_text("Train at every change").click()
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("3")
    seed.press("Enter")
    page.get_by_text("Not trained yet with these settings").wait_for()
    expect(script).to_contain_text("Set other than the tutorial: epochs 60.")
    page.locator(".st-key-train button").click()
    expect(script).to_contain_text("Set other than the tutorial: seed 3, epochs 60.")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert sideways(page) <= 0
