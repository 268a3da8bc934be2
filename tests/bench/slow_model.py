"""A model of fixed latency on loopback, in a process of its own: `python -m tests.bench.slow_model SECONDS`.

Prints its port, then answers every chat completion with the same classification after so many seconds.
"""

import asyncio
import json
import sys

from tests.builders_llm import CLASSIFICATION, says

BODY = json.dumps(says(json.dumps(CLASSIFICATION)).body).encode()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Every request of one connection."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            size = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(size)
            await asyncio.sleep(seconds)
            writer.write(HEAD + BODY)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(seconds: float) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(
        lambda reader, writer: answer(reader, writer, seconds), "127.0.0.1", 0, backlog=256
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
