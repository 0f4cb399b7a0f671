"""The outside world, faked: a gateway over HTTP and a mail server, on this machine, that answer as told."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ALIYUN = {
    "kind": "aliyun_sms",
    "key_id": "testid99",
    "key_secret": "testsecret",
    "sign_name": "测试",
    "templates": {
        "login_code": "SMS_1001",
        "notice_work": "SMS_1002",
        "digest": "SMS_1003",
        "notice_danger": "SMS_1004",
    },
}
TENCENT = {
    "kind": "tencent_sms",
    "key_id": "testid99",
    "key_secret": "testsecret",
    "app_id": "1400006666",
    "sign_name": "测试",
    "templates": {"login_code": "2001", "notice_work": "2002", "digest": "2003", "notice_danger": "2004"},
    "region": "ap-guangzhou",
}  # fmt: skip
WECHAT = {
    "kind": "wechat", "app_id": "wx1", "app_secret": "s", "field": "thing1",
    "templates": {"notice_work": "a-template"},
}  # fmt: skip


class Gateway:
    """What came in, and what is answered next: dicts as JSON, bytes as they are, None cuts the line."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.answers: list[Any] = []


@contextmanager
def gateway(*answers: Any) -> Iterator[Gateway]:
    """A gateway at `url` that gives these answers one after the other, the last one for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind = self.headers.get("Content-Type", "")
            given = json.loads(body) if "json" in kind else dict(parse_qsl(body.decode()))
            self.server.told.asked.append(
                {"path": urlsplit(self.path).path, "given": given, "headers": dict(self.headers), "body": body.decode(),
                 "query": dict(parse_qsl(urlsplit(self.path).query))}
            )  # fmt: skip
            left = self.server.told.answers
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                self.connection.close()
                return
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.told = Gateway(f"http://127.0.0.1:{server.server_address[1]}/")  # type: ignore[attr-defined]
    server.told.answers = list(answers)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.told  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mail_server(refuse: int = 0) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """A mail server that takes everything, or refuses each receiver with this code; gives what a carrier needs."""
    mails: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            for line in self.rfile:
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self.wfile.write(b"250 taken\r\n")
                elif word == b"RCPT" and refuse:
                    self.wfile.write(b"%d no\r\n" % refuse)
                else:
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        host, port = server.server_address[:2]
        given = {
            "kind": "smtp", "host": host, "port": port, "security": "none", "user": "", "password": "",
            "sender": "noreply@example.org",
        }  # fmt: skip
        yield given, mails
        server.shutdown()
