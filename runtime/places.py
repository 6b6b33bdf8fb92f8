"""Where things are: the checkout, the state directory, and files written so that only we may read them."""

import base64
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

ROOT_STATE = Path("/var/lib/redress")


def checkout() -> Path:
    """Return the directory that holds the source tree."""
    return Path(__file__).resolve().parents[1]


def default_state_dir() -> Path:
    """Return the directory that keeps data between runs.

    PostgreSQL refuses to run as root, and an unprivileged account may be unable to enter the
    checkout. So root's state lies beside other services' data, one directory per checkout.
    """
    configured = os.environ.get("REDRESS_STATE_DIR")
    if configured:
        return Path(configured).expanduser().resolve()
    return root_state_dir() if os.geteuid() == 0 else checkout() / ".redress"


def root_state_dir() -> Path:
    """Return the directory of this checkout below the system's state directory."""
    return ROOT_STATE / hashlib.sha256(str(checkout()).encode()).hexdigest()[:12]


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace a file in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        os.fchmod(handle, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def secret_from(path: Path) -> str:
    """Return the secret kept in a file, making both when there is none yet."""
    if not path.exists():
        write_atomically(path, secrets.token_urlsafe(24), mode=0o600)
    return path.read_text(encoding="utf-8").strip()


def secrets_key_in(state_dir: Path) -> str:
    """Return the key that seals secrets here, 32 bytes in base64, making it when there is none yet."""
    path = state_dir / "secrets.key"
    if not path.exists():
        write_atomically(path, base64.b64encode(secrets.token_bytes(32)).decode("ascii"), mode=0o600)
    return path.read_text(encoding="utf-8").strip()


def make_private(directory: Path) -> None:
    """Make a directory that only we may enter: mail and logs are nobody else's business."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
