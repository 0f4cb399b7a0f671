"""Files made to harm: each is refused and leaves nothing, or becomes plain pictures; the child stays small and quick."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.base.cleaning import Unsound
from portal.base.documents import child, rendering, storing
from portal.base.documents.storing import store_document
from portal.base.filestore import read_bytes
from portal.base.models import ProtectedFile
from portal.base.refused import Refused
from portal.models import StoredDocument
from tests.portal.base.documents import hostile_papers, hostile_pictures
from tests.portal.base.documents.sending import SECRET, pdf, photo

pytestmark = pytest.mark.django_db

REFUSED = hostile_pictures.REFUSED | hostile_papers.REFUSED
HARMLESS = hostile_pictures.HARMLESS | hostile_papers.HARMLESS
EITHER = hostile_papers.EITHER
# An interpreter with its libraries takes 60 MB before it has read a byte; 200 MB are allowed beside it.
MOST_MEMORY = 260_000_000
TRACES = (SECRET, b"<script", b"<?php", b"%PDF", b"JavaScript", b"Exif", b"PK\x03\x04", b"cmd.exe")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    """An empty place for files."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def works(monkeypatch):
    """What each child took, as store_document saw it."""
    seen: list[child.Work] = []

    def watched(raw):
        seen.append(child.take_apart(raw))
        return seen[-1]

    monkeypatch.setattr(storing, "take_apart", watched)
    return seen


def sent(raw: bytes, name: str = "证书.jpg") -> SimpleUploadedFile:
    """An upload under a name that is not believed."""
    return SimpleUploadedFile(name, raw, "image/jpeg")


def small_and_quick(works: list[child.Work]) -> bool:
    """No child held more memory or worked longer than it may; one that died of it is bounded by its limit."""
    died = [work for work in works if work.unsound is not None and work.unsound.code == "heavy"]
    return all(work.cpu_seconds <= rendering.CPU_SECONDS + 1 for work in works) and all(
        work.peak_bytes <= (rendering.MEMORY_BYTES if work in died else MOST_MEMORY) for work in works
    )


def nothing_stored(folder) -> bool:
    """Neither a row nor a byte."""
    rows = StoredDocument.objects.count() + ProtectedFile.objects.count()
    return rows == 0 and not any(path.is_file() for path in folder.rglob("*"))


def test_the_corpus_is_large_enough():
    assert len(REFUSED) + len(HARMLESS) + len(EITHER) >= 100
    assert len(REFUSED) >= 60


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_harm_is_refused_and_leaves_nothing(name, works, data_dir):
    make, codes = REFUSED[name]
    with pytest.raises(Refused) as refusal:
        store_document(sent(make()), "rating", None)
    assert refusal.value.code in {f"document_{code}" for code in codes}
    assert nothing_stored(data_dir)
    assert small_and_quick(works)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_hides_something_becomes_plain_pictures(name, works):
    document = store_document(sent(HARMLESS[name]()), "rating", None)
    for page in document.pages.all():
        kept = read_bytes(page.file)
        shown = Image.open(io.BytesIO(kept))
        assert (shown.format, dict(shown.getexif())) == ("JPEG", {})
        assert [trace for trace in TRACES if trace in kept] == []
    assert small_and_quick(works)


@pytest.mark.parametrize("name", EITHER)
def test_what_may_go_either_way_is_bounded(name, works, data_dir):
    raw = EITHER[name]()
    try:
        document = store_document(sent(raw), "rating", None)
        assert document.pages.count() >= 1
    except Refused:
        assert nothing_stored(data_dir)
    assert small_and_quick(works)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.jpg",
        "..\\..\\windows\\a.jpg",
        "证书\x00.php.jpg",
        "a.jpg\r\nContent-Type: text/html",
        "证书.pdf.exe",
        "\u202egpj.exe",
        "<img src=x onerror=alert(1)>.jpg",
        "CON.jpg",
        "a" * 5_000 + ".jpg",
        ".htaccess",
        "-rf.jpg",
        "$(id).jpg",
    ],
)
def test_the_name_plays_no_part_and_is_kept_nowhere(name, monkeypatch, data_dir):
    page = child.Page(photo(size=(8, 8)), 8, 8)
    monkeypatch.setattr(storing, "take_apart", lambda raw: child.Work([page], None, 0, 0.0, 0.0))
    document = store_document(sent(photo(), name), "rating", None)
    file = document.pages.get().file
    assert name not in str(vars(document)) + str(vars(file))
    kept = [path for path in data_dir.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [str(file.uid)]


class Endless:
    """A stream of 500 MB that counts what is read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """Some more zeros."""
        size = 65_536 if size < 0 else min(size, 65_536)
        self.taken += size
        return b"\0" * size

    readline = read


@pytest.mark.parametrize("path", ["/join/volunteer/", "/accounts/login/", "/me/messages/", "/nowhere/"])
def test_a_stream_of_500_megabytes_is_cut_before_it_is_read(client, path):
    stream = Endless()
    answer = client.generic(
        "POST", path, b"", **{"CONTENT_LENGTH": "500000000", "CONTENT_TYPE": "multipart/form-data; boundary=x",
                              "wsgi.input": stream},
    )  # fmt: skip
    assert answer.status_code == 413
    assert stream.taken == 0
    assert "文件太大" in answer.content.decode()


@pytest.mark.parametrize("length", ["64000000", "", "x"])
def test_a_request_within_the_limit_goes_on(client, length):
    answer = client.generic("GET", "/healthz", b"", CONTENT_LENGTH=length)
    assert answer.status_code == 200


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 0.01)
    began = time.monotonic()
    work = child.take_apart(pdf())
    assert work.unsound is not None and work.unsound.code == "heavy"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", 0),
        (b"no json\n", 0),
        (b'{"pages": [[5, 1, 1]], "peak": 1}\nabc', 0),
        (b'{"pages": [], "peak": 1}\n', 0),
        (b'{"pages": [[-3, 1, 1], [6, 1, 1]], "peak": 1}\nabc', 0),
        (b'{"pages": 7}\n', 0),
        (b'{"pages": [[3, 1, 1]], "peak": 1}\nabc', 1),
    ],
)
def test_an_answer_of_the_child_that_does_not_add_up_is_not_believed(answer, code):
    pages, unsound, _peak = child._read(answer, code)
    assert pages == []
    assert isinstance(unsound, Unsound) and unsound.code == "heavy"


def test_the_child_is_given_no_secret_of_this_process(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET.decode())
    given = {}
    real = child.subprocess.Popen

    def watched(command, **more):
        given.update(more, command=command)
        return real(command, **more)

    monkeypatch.setattr(child.subprocess, "Popen", watched)
    child.take_apart(photo(size=(8, 8)))
    assert set(given["env"]) == {"LC_ALL", "PYTHONDONTWRITEBYTECODE"}
    assert given["close_fds"] is True
    assert SECRET.decode() not in " ".join(given["command"])
