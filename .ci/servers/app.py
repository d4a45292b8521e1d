"""An aiohttp server, for .ci/servers/run: app.py PORT [CERTIFICATE KEY]."""

import asyncio
import ssl
import sys

from aiohttp import web


async def echo(request):
    """Sends the body back while it comes."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    async for piece in request.content.iter_any():
        await response.write(piece)
    await response.write_eof()
    return response


async def drip(request):
    """Ten pieces, one at a time."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for number in range(10):
        await response.write(f"piece {number}\n".encode())
        await asyncio.sleep(0.01)
    await response.write_eof()
    return response


async def packed(request):
    response = web.Response(text="hello " * 10_000)
    response.enable_compression(web.ContentCoding(request.match_info["coding"]))
    return response


async def refuse(request):
    """Answers before it has read the body, and reads no more."""
    response = web.Response(status=413, text="too large")
    response.force_close()
    return response


async def visit(request):
    response = web.HTTPFound("/visits")
    response.set_cookie("visited", "yes")
    return response


async def visits(request):
    return web.Response(text=" ".join(f"{name}={value}" for name, value in sorted(request.cookies.items())))


async def who(request):
    return web.Response(text=request.headers.get("Authorization", "nobody"))


async def delay(request):
    await asyncio.sleep(1)
    return web.Response(text="done")


app = web.Application(client_max_size=100_000_000)
app.add_routes([
    web.post("/echo", echo), web.put("/echo", echo), web.get("/drip", drip), web.get("/packed/{coding}", packed),
    web.post("/refuse", refuse), web.get("/visit", visit), web.get("/visits", visits), web.get("/who", who),
    web.get("/delay/1", delay),
])
context = None
if len(sys.argv) > 2:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), ssl_context=context, print=None, access_log=None)
