"""Who answers: nginx, which costs the programs nothing, and an API that takes its time."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.parse

import tools

CONFIGURATION = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {pages};
    # A set of pages answers under any resource's name; past its last page comes an empty one.
    location ~ ^/(?<set>[a-z0-9_]+)/[a-z0-9_]+$ {{ try_files /$set/$arg_page.json /empty.json; }}
  }}
}}
"""


@contextlib.contextmanager
def nginx(pages):
    """Serves the sets of pages below a folder; yields the port."""
    folder = os.path.join(tools.FOLDER, "server")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(pages, exist_ok=True)
    with open(os.path.join(pages, "empty.json"), "w") as file:
        file.write('{"data":{"results":[]}}')
    port = free_port()
    configuration = os.path.join(folder, "nginx.conf")
    with open(configuration, "w") as file:
        file.write(CONFIGURATION.format(folder=folder, port=port, pages=pages))
    with subprocess.Popen([tools.nginx(), "-p", folder, "-c", configuration], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_answering(port)
            yield port
        finally:
            process.terminate()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_answering(port):
    for _ in range(200):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at port {port}")


@contextlib.contextmanager
def slow_api(pages, milliseconds):
    """Serves one set of pages, each answer held back; yields the port."""
    command = [sys.executable, "-B", os.path.abspath(__file__), pages.folder, str(pages.pages), str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


class SlowAPI:
    """Answers /total/… with the number of pages in each page, and any other path with the pages as they are."""

    def __init__(self, folder, pages, seconds):
        self.pages, self.seconds = pages, seconds
        self.bodies = [self.body_of(folder, page) for page in range(1, pages + 1)]
        self.totals = [b'{"total_pages":%d,' % pages + body[1:] for body in self.bodies]

    @staticmethod
    def body_of(folder, page):
        with open(os.path.join(folder, f"{page}.json"), "rb") as file:
            return file.read()

    def body(self, target):
        parts = urllib.parse.urlsplit(target)
        page = int(urllib.parse.parse_qs(parts.query).get("page", ["1"])[0])
        bodies = self.totals if parts.path.startswith("/total/") else self.bodies
        return bodies[page - 1] if 0 < page <= self.pages else b'{"data":{"results":[]}}'

    async def answer(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = self.body(head.split(b" ", 2)[1].decode())
                await asyncio.sleep(self.seconds)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def serve(folder, pages, milliseconds):
    api = SlowAPI(folder, int(pages), float(milliseconds) / 1000)
    server = await asyncio.start_server(api.answer, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
