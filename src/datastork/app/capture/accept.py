"""Photos and recordings from annotators' devices, as new samples: streamed to disk, bounded, sniffed, with consent.

The bytes as they came lie in `.stork/captured/originals/`, readable by the owner of the machine alone. What is
collected is a copy without what tells where and by whom it was made, in `.stork/captured/`; `collect.captured` lists
them.
"""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from python_multipart.multipart import MultipartParser, parse_options_header

from datastork.app.capture.sniff import HEAD, MIME, PHOTOS, sniff
from datastork.app.door import Call, Door
from datastork.app.security.answers import Refused, wrong
from datastork.app.security.bodies import SMALL, arriving, parse, too_large
from datastork.app.security.rates import FEW
from datastork.app.tasks.values import moment, number, short, uuid_of
from datastork.core.errors import DataError
from datastork.core.hashing import file_key, key_of
from datastork.core.nearest import did_you_mean
from datastork.store.votes import Capture, ConflictError
from datastork.store.votes.beside.captures import hash_of

if TYPE_CHECKING:
    from datastork.app.service import Service

LARGEST = {"photo": 40 * 1024 * 1024, "sound": 100 * 1024 * 1024}  # bytes
SECONDS = 60.0  # that reading a new file may take
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
CODE = 16  # letters: 79 bits
KINDS = {"photo": "image", "sound": "audio"}
CONSENT = (
    "I made this {kind} myself just now, nobody who can be recognised in it objects, and I agree that it becomes part "
    "of the dataset “{title}”, which may be published under the licence {license}. My name in this app is kept with "
    "it. Where it was made is removed. I get a code with which I can take it back at any time; it then leaves the "
    "dataset with its next version, but copies that others have already made cannot be called back."
)


def consent(service: "Service", kind: str) -> dict[str, str]:
    """Return the text that is agreed to, and what changes when it changes."""
    declared = service.facts.declared
    words = {"photo": "photo", "sound": "recording"}[kind]
    title, licence = declared.get("title") or service.facts.name, declared.get("license") or "(none is named yet)"
    text = CONSENT.format(kind=words, title=title, license=licence)
    return {"text": text, "version": key_of(text, length=12)}


def prompts(service: "Service", call: Call) -> dict[str, Any]:
    """Return what is wanted: the classes with how many there are, the consent text, kinds and limits."""
    kinds = [kind for kind, modality in KINDS.items() if modality == service.facts.modality]
    have = service.store.captures.counts()
    classes = [one for one in service.plan.main.classes if not one.abstract]
    shown: list[dict[str, Any]]
    shown = [{"class": one.id, "name": one.name, "says": one.says, "have": have.get(one.id, 0)} for one in classes]
    most = max((one["have"] for one in shown), default=0)
    for one in shown:
        one["wanted"] = max(most + 1, 10)
    return {
        "prompts": sorted(shown, key=lambda one: one["have"])[:500],
        "consent": consent(service, kinds[0]) if kinds else None,
        "kinds": kinds,
        "limits": {kind: LARGEST[kind] for kind in kinds},
    }


class Upload:
    """A multipart body, read piece by piece: the field `meta` into memory, the field `file` into a file on disk."""

    def __init__(self, boundary: bytes, path: Path, largest: int) -> None:
        self.meta, self.path, self.largest, self.size = b"", path, largest, 0
        self._name, self._header, self._value = b"", b"", b""
        self._handle: int | None = None
        calls = ("part_begin", "part_data", "header_field", "header_value", "header_end")
        self.parser = MultipartParser(boundary, {f"on_{name}": getattr(self, f"_{name}") for name in calls})  # type: ignore[arg-type]

    def _part_begin(self) -> None:
        self._name = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        if len(self._header) > SMALL:
            raise too_large(SMALL)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > SMALL:
            raise too_large(SMALL)

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._name = parse_options_header(self._value)[1].get(b"name", b"")
        self._header, self._value = b"", b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == b"meta":
            self.meta += data[start:end]
            if len(self.meta) > SMALL:
                raise too_large(SMALL)
        elif self._name == b"file":
            self.size += end - start
            if self.size > self.largest:
                raise too_large(self.largest)
            if self._handle is None:
                self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            view = memoryview(data)[start:end]
            while view:
                view = view[os.write(self._handle, view) :]

    def close(self) -> None:
        """Bring the file to disk."""
        if self._handle is not None:
            os.fsync(self._handle)
            os.close(self._handle)
            self._handle = None


async def capture(service: "Service", call: Call) -> dict[str, Any]:
    """Take one photo or recording. Sent again, it is there once, and the code is the same."""
    folder = service.home.captured
    originals = folder / "originals"
    await anyio.to_thread.run_sync(_folders, folder, originals)
    partial = originals / f".{secrets.token_hex(8)}.part"
    try:
        upload = await _receive(call, partial)
        meta = parse(upload.meta)
        return await _keep(service, call, meta, upload)
    finally:
        partial.unlink(missing_ok=True)


def _folders(folder: Path, originals: Path) -> None:
    originals.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(folder, 0o700)
    os.chmod(originals, 0o700)


async def _receive(call: Call, partial: Path) -> Upload:
    kind, options = parse_options_header(call.request.headers.get("content-type", "").encode())
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise Refused(422, "the body must be multipart/form-data with meta and file")
    upload = Upload(boundary, partial, max(LARGEST.values()))
    try:
        size = 0
        async for part in arriving(call.request):
            size += len(part)
            if size > upload.largest + 4 * SMALL:  # also where it is no file that grows
                raise too_large(upload.largest)
            await anyio.to_thread.run_sync(upload.parser.write, part)
        upload.parser.finalize()
    except ValueError as error:  # python-multipart's own errors
        raise Refused(422, f"the body is no form: {error}") from error
    finally:
        await anyio.to_thread.run_sync(upload.close)
    if not upload.size or not upload.meta:
        raise Refused(422, "the form must have meta and file")
    return upload


async def _keep(service: "Service", call: Call, meta: dict[str, Any], upload: Upload) -> dict[str, Any]:
    uuid = uuid_of(meta.get("uuid"))
    kind, chosen = meta.get("kind"), meta.get("class")
    problems: list[str] = []
    if kind not in KINDS or KINDS[kind] != service.facts.modality:
        fitting = [name for name, modality in KINDS.items() if modality == service.facts.modality]
        raise Refused(422, f"kind must be {' or '.join(fitting) or 'none: these samples cannot be captured'}")
    if upload.size > LARGEST[kind]:
        raise too_large(LARGEST[kind])
    names = service.plan.main.class_ids
    if names and chosen not in names:
        problems.append(f"no class {str(chosen)[:40]!r}{did_you_mean(str(chosen)[:80], names[:5000])}")
    elif not isinstance(chosen, str) or not 0 < len(chosen) <= 200:
        problems.append("class must be the name of a class")
    agreed = consent(service, kind)
    if meta.get("consent_version") != agreed["version"]:
        problems.append("the consent text has changed; show it again and ask anew")
    device = short(meta.get("device"), "device", 100, problems)
    seconds = number(meta.get("seconds"), "seconds", 0, 86_400, problems)
    try:
        with open(upload.path, "rb") as file:
            form = sniff(file.read(HEAD))
    except DataError as error:
        raise wrong([error.message], error.hint) from error
    if (form in PHOTOS) != (kind == "photo"):
        problems.append(f"the file is {form}, which is no {kind}")
    if problems:
        raise wrong(problems)
    content = await anyio.to_thread.run_sync(file_key, upload.path)
    name = f"{key_of(uuid, call.annotator, content, length=24)}.{form}"
    request = {"from": f"originals/{upload.path.name}", "to": name, "modality": KINDS[kind]}
    facts, _ = await service.media.ask("photo", request, seconds=SECONDS)
    code = _code(service, uuid, call.annotator, content)
    record = Capture(
        uuid=uuid,
        annotator=call.annotator,
        class_=str(chosen),
        kind=kind,
        consent=agreed["text"],
        code_hash=hash_of(code),
        file=name,
        content=content,
        mime=MIME[form],
        seconds=facts["facts"].get("seconds", seconds),
        device=device,
        created_at=moment(meta.get("created_at")),
    )

    def store() -> bool:
        os.replace(upload.path, service.home.captured / "originals" / name)
        try:
            new = service.store.captures.add(record)
            held = None if new else service.store.captures.get(uuid)
            if held is not None and held.withdrawn_at is not None:  # taken back stays taken back
                for path in (service.home.captured / name, service.home.captured / "originals" / name):
                    path.unlink(missing_ok=True)
            return new
        except ConflictError as error:
            for path in (service.home.captured / name, service.home.captured / "originals" / name):
                path.unlink(missing_ok=True)
            raise Refused(409, error.message, "give every recording a uuid of its own") from error

    new = await anyio.to_thread.run_sync(store, limiter=service.writers)
    return {"uuid": uuid, "code": code, "new": new}


def _code(service: "Service", uuid: str, annotator: str, content: str) -> str:
    """Return the code that takes a recording back: the same for the same recording; nobody can guess it.

    It is derived, so that a client that did not hear the answer gets the same code when it sends again; kept is its
    hash alone.
    """
    import hashlib
    import hmac

    key = _key(service.home.captured / "codes.key")
    digest = hmac.new(key, f"{uuid}\0{annotator}\0{content}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(CODE):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[rest])
    text = "".join(letters)
    return "-".join(text[at : at + 4] for at in range(0, CODE, 4))


def _key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(partial, path)  # the first of two wins
        except FileExistsError:
            pass
        finally:
            partial.unlink()
        return path.read_bytes()


def capture_json(one: Capture) -> dict[str, Any]:
    """Return a recording as the owner sees it."""
    names = ("uuid", "annotator", "kind", "mime", "seconds", "device", "created_at", "withdrawn_at")
    return {"class": one.class_, **{name: getattr(one, name) for name in names}}


DOORS = (
    Door("GET", "/api/capture", prompts),
    Door("POST", "/api/capture", capture, rate=FEW, reads=False),
)
