"""A real S3 API on the loopback, in this process: moto. Every request is seen before it is answered, and can be refused."""

import os
import threading
from contextlib import contextmanager

KEYS = {"AWS_ACCESS_KEY_ID": "restlake-test", "AWS_SECRET_ACCESS_KEY": "very-secret-restlake-test"}
BUCKET = "lake"


class Store:
    """moto behind a door that keeps a log."""

    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()
        self.url = None
        # (method, path), in the order of their ends, those that were answered with success.
        self.log = []
        # Called before a request is answered; may give a status to answer it with instead.
        self.door = lambda method, path: None

    def __call__(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        refusal = self.door(method, path)
        if refusal is not None:
            code, words = refusal
            body = f"<?xml version='1.0'?><Error><Code>{words}</Code><Message>{words}</Message></Error>".encode()
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response(f"{code} {words}", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        with self.lock:
            status = []

            def started(line, headers, *rest):
                status.append(line)
                return start_response(line, headers, *rest)

            answer = list(self.application(environ, started))
            if status[0].startswith("2"):
                self.log.append((method, path.removeprefix(f"/{BUCKET}/")))
            return answer

    @property
    def backend(self):
        from moto.s3.models import s3_backends
        return s3_backends["123456789012"]["aws"]

    def puts(self):
        return [path for method, path in self.log if method == "PUT"]

    def keys(self, prefix):
        """{key without the prefix: bytes} of everything below a prefix."""
        with self.lock:
            keys = self.backend.buckets[BUCKET].keys
            return {name.removeprefix(prefix): keys[name].value for name in keys if name.startswith(prefix)}

    def change(self, key, data):
        with self.lock:
            self.backend.put_object(BUCKET, key, data)

    def remove(self, key):
        with self.lock:
            self.backend.delete_object(BUCKET, key)


@contextmanager
def serving():
    """Gives a Store with an empty bucket, its `url` set."""
    os.environ.update(KEYS)
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, *_):
            pass

    store = Store(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, store, threaded=True, request_handler=Quiet)
    store.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    # moto keeps its buckets for the whole process: what an earlier check left there is not this store's.
    store.backend.reset()
    store.backend.create_bucket(BUCKET, "us-east-1")
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
