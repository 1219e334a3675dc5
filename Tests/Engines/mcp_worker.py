"""The official client of the Model Context Protocol, driven by who asks on stdin: a JSON object a line, a JSON answer a line.

    mcp_worker.py FOLDER PROGRAM ARGUMENT…      starts the server there; the first line is what it says of itself

    {"call": "list_loads", "arguments": {}}     {"tools": true}     {"resources": true}     {"templates": true}
    {"read": "restlake://…"}                    {"ping": true}      {"auto": true}: another server, by the client's own negotiation

What the server refuses is {"error": {"code": …, "message": …}}. The client itself checks every answer against the protocol, and the
content of tools against their schemas.
"""

import json
import os
import sys

import anyio
from mcp import Client, ClientSession, MCPError, StdioServerParameters, stdio_client


def plain(result):
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


async def every(fetch, key):
    """All pages of a list."""
    found, cursor = [], None
    while True:
        page = plain(await fetch(cursor))
        found += page[key]
        cursor = page.get("nextCursor")
        if cursor is None:
            return found


async def resources(session):
    from mcp.types import PaginatedRequestParams
    return await every(lambda cursor: session.list_resources(params=PaginatedRequestParams(cursor=cursor) if cursor else None), "resources")


async def auto(server):
    async with Client(stdio_client(server)) as client:
        return {"tools": [tool.name for tool in (await client.list_tools()).tools]}


async def answer(session, server, ask):
    match ask:
        case {"call": name, "arguments": arguments}:
            return plain(await session.call_tool(name, arguments))
        case {"tools": _}:
            return plain(await session.list_tools())["tools"]
        case {"resources": _}:
            return await resources(session)
        case {"templates": _}:
            return plain(await session.list_resource_templates())["resourceTemplates"]
        case {"read": uri}:
            return plain(await session.read_resource(uri))["contents"]
        case {"ping": _}:
            return plain(await session.send_ping())
        case {"auto": _}:
            return await auto(server)
    raise ValueError(ask)


async def main(folder, program, *arguments):
    server = StdioServerParameters(command=program, args=list(arguments), env=dict(os.environ), cwd=folder)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        print(json.dumps(plain(await session.initialize())), flush=True)
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            try:
                found = {"result": await answer(session, server, json.loads(line))}
            except MCPError as error:
                found = {"error": {"code": error.error.code, "message": error.error.message}}
            print(json.dumps(found), flush=True)


anyio.run(main, *sys.argv[1:])
