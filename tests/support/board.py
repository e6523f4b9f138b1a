"""The board in a browser: what stands where, and how a hand takes hold of a card."""

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.support.script import until

# What a page saw of a card, noted at every frame until it rests in the stage: `way` and `came` (milliseconds).
_NOTE_THE_WAY = """([id, stage]) => {
    window.way = [];
    window.came = new Promise((resolve) => {
        const look = () => {
            const card = document.querySelector(`[data-stage] [data-card="${id}"]`);
            const here = card?.closest("[data-stage]").querySelector("h2").textContent;
            if (here && here !== window.way.at(-1)) window.way.push(here);
            if (here === stage && !card.dataset.pending) resolve(Date.now());
            else requestAnimationFrame(look);
        };
        look();
    });
}"""


class Board:
    """The board that a page shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.preview = page.locator("dialog.drop")
        self.heard = page.locator("[id^=rfd-announcement]")
        self.lifted = page.locator(".deal[data-dragging]")

    def stage(self, name: str) -> Locator:
        return self.page.locator("[data-stage]", has=self.page.get_by_role("heading", name=name, exact=True))

    def card(self, title: str, stage: str = "") -> Locator:
        return (self.stage(stage) if stage else self.page).locator("[data-card]", has_text=title)

    def link(self, title: str) -> Locator:
        return self.page.get_by_role("link", name=title, exact=True)

    def titles(self, stage: str) -> list[str]:
        return self.stage(stage).locator(".deal__link").all_text_contents()

    def begins_with(self, stage: str, *titles: str) -> None:
        """Waits until these are the first cards of the stage, in this order."""
        until(lambda: self.titles(stage)[: len(titles)] == list(titles))

    def choose(self, title: str, stage: str) -> None:
        """By the move menu of the card."""
        self.card(title).hover()
        self.page.get_by_role("button", name=f"Move {title}").click()
        self.page.get_by_role("menuitemradio", name=stage).click()

    def watch(self, card: str, stage: str) -> None:
        self.page.evaluate(_NOTE_THE_WAY, [card, stage])

    def came(self) -> int:
        """When the card that is watched came to rest, by the clock of this machine."""
        return int(self.page.evaluate("window.came"))

    def way(self) -> list[str]:
        """The stages in which the watched card was seen."""
        return list(self.page.evaluate("window.way"))

    def frames(self, number: int) -> None:
        """As long as somebody hesitates."""
        self.page.evaluate(
            """(left) => new Promise((done) => {
                const next = () => (left-- > 0 ? requestAnimationFrame(next) : done());
                next();
            })""",
            number,
        )


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Mouse:
    """Carries a card with the button held."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.mouse = board.page.mouse

    def lift(self, card: Locator) -> None:
        x, y = middle(card)
        self.mouse.move(x, y)
        self.mouse.down()
        self.mouse.move(x + 4, y + 6, steps=3)
        expect(self.board.lifted).to_be_visible()

    def to(self, x: float, y: float) -> None:
        self.mouse.move(x, y, steps=12)

    def over(self, place: Locator, *, below: float = 0) -> None:
        x, y = middle(place)
        self.to(x, y + below)

    def drop(self) -> None:
        self.mouse.up()
        expect(self.board.lifted).to_have_count(0)


class Finger:
    """One finger on the glass; the browser makes of it what it makes of a real one: scrolling, pressing."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._at = (0.0, 0.0)

    def down(self, x: float, y: float) -> None:
        self._touch("touchStart", x, y)

    def to(self, x: float, y: float, *, steps: int = 10) -> None:
        from_x, from_y = self._at
        for step in range(1, steps + 1):
            part = step / steps
            self._touch("touchMove", from_x + (x - from_x) * part, from_y + (y - from_y) * part)

    def up(self) -> None:
        self._cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _touch(self, kind: str, x: float, y: float) -> None:
        self._at = (x, y)
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
