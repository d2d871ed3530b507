"""Where the local run keeps its state and which loopback ports it uses."""

import os
from dataclasses import dataclass
from pathlib import Path

from infra.description import ROOT

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """A folder and ports; two runs with different ones do not meet."""

    folder: Path
    shop: int
    tables: int
    cloud: int
    providers: int  # the first of several in a row
    demo: bool = True  # whether the first start fills the shop
    reload: bool = True  # whether the functions restart when their files change

    @property
    def address(self) -> str:
        """Where people look."""
        return f"http://{HOST}:{self.shop}"

    @property
    def clock(self) -> Path:
        return self.folder / "clock.json"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def provider_addresses(self) -> Path:
        """A file that names the running provider fakes."""
        return self.folder / "providers.json"


def place() -> Place:
    """The place of this run; SHOP_FOLDER, SHOP_PORT and the like choose another."""
    shop = int(os.environ.get("SHOP_PORT", "8000"))
    return Place(
        folder=Path(os.environ.get("SHOP_FOLDER", ROOT / ".local")),
        shop=shop,
        tables=int(os.environ.get("SHOP_TABLES_PORT", shop + 1)),
        cloud=int(os.environ.get("SHOP_CLOUD_PORT", shop + 2)),
        providers=int(os.environ.get("SHOP_PROVIDERS_PORT", shop + 10)),
        demo=os.environ.get("SHOP_DEMO", "yes") == "yes",
        reload=os.environ.get("SHOP_RELOAD", "yes") == "yes",
    )
