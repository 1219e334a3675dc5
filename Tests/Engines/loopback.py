"""A tiny API on the loopback: documents at paths, page by page where asked for."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        pages = self.server.documents.get(url.path)
        if pages is None:
            return self.answer(404, b'{"message": "Not Found"}', {})
        # One page: whatever the query says. Several: `page`, and a Link header to the next one.
        number = int(parse_qs(url.query).get("page", ["1"])[0]) if len(pages) > 1 else 1
        links = {}
        if number < len(pages):
            links["Link"] = f'<http://{self.headers["Host"]}{url.path}?page={number + 1}>; rel="next"'
        self.answer(200, pages[number - 1] if number <= len(pages) else b"[]", links)

    def answer(self, status, body, headers):
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def serving(documents):
    """Serves {path: [page bytes, …]}; gives the base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.documents = documents
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
