#!/usr/bin/env python3
"""The server that a teacher would write: asyncio's streams, a line in, a line out.

What `serve` is measured against by `scripts/bench`: `python3 examples/asyncio_server.py PORT`.
"""

import asyncio
import sys


async def play(reader, writer):
    writer.write(b"50?\n")
    while line := await reader.readline():
        writer.write(b"Grand\n" if int(line) > 50 else b"Petit\n")
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(play, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    async with server:
        await server.serve_forever()


asyncio.run(main())
