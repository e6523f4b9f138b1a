"""What every office page knows about the person in front of it."""

import reflex as rx


class Shell(rx.State):
    """Who is here and how they read; filled when a page loads, never written by the browser.

    `locale` is empty until the first load answered: the frame stays blank that long instead of flashing
    words in the wrong language.
    """

    locale: str = ""
    zone: str = "UTC"
    user_name: str = ""
    user_initials: str = ""
    user_role: str = ""
    is_admin: bool = False
    demo: bool = False
    waiting_count: int = 0
    _login: str = ""  # whose data this tab holds (office/guard.py)
