"""Who may work here: shut out and let in again."""

from tests.api.conftest import Api
from tests.support.world import World


def test_an_admin_shuts_somebody_out_and_lets_them_in_again(api: Api, sales: Api, world: World) -> None:
    mara = next(user["id"] for user in api.get("/users")["items"] if user["name"] == "Mara Sales")
    sales.refused(403, "POST", f"/users/{mara}/deactivate")
    assert api.post(f"/users/{mara}/deactivate")["is_active"] is False
    assert mara not in [user["id"] for user in api.get("/users")["items"]]
    assert api.post(f"/users/{mara}/activate")["is_active"] is True


def test_the_last_who_may_give_rights_stays(api: Api) -> None:
    ada = next(user["id"] for user in api.get("/users")["items"] if user["name"] == "Ada Admin")
    assert api.refused(409, "POST", f"/users/{ada}/deactivate")["code"] == "conflict"
    assert ada in [user["id"] for user in api.get("/users")["items"]]
