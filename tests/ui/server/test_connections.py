import http.client
import socket
import threading

import pytest
import uvicorn
import websockets.sync.client

from playground.ui.server.connections import Undelayed
from tests.jobs.test_client import wait_for


async def tell(scope, receive, send):
    """Answer with whether the connection sends at once."""
    connection = receive.__self__.transport.get_extra_info("socket")
    said = str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)).encode()
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": said})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": said})
        await send({"type": "websocket.close"})


def answers(app):
    """Serve `app` on a socket as Streamlit makes it; return what it says over HTTP and a socket."""
    with socket.socket(socket.AF_INET) as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", ws="websockets-sansio", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            wait_for(lambda: server.started)
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            asked.request("GET", "/")
            found = [asked.getresponse().read()]
            asked.close()
            with websockets.sync.client.connect(f"ws://127.0.0.1:{port}/") as messages:
                found.append(messages.recv(60))
        finally:
            server.should_exit = True
            thread.join()
    return [bool(int(said)) for said in found]


def test_connections_send_at_once():
    assert answers(Undelayed(tell)) == [True, True]


@pytest.mark.parametrize("transport", [None, "closed", "unix"])
def test_what_is_no_connection_is_served_all_the_same(transport):
    served = []

    async def app(scope, receive, send):
        served.append(scope)

    class Server:
        async def receive(self):
            raise AssertionError("nothing is to be received")

    class Transport:
        def get_extra_info(self, name):
            assert name == "socket"
            made = socket.socket(socket.AF_UNIX if transport == "unix" else socket.AF_INET)
            if transport == "closed":
                made.close()
            sockets.append(made)
            return made

    sockets = []
    server = Server()
    if transport:
        server.transport = Transport()
    for receive in (server.receive, lambda: None):
        coroutine = Undelayed(app)({"type": "http"}, receive, None)
        with pytest.raises(StopIteration):
            coroutine.send(None)
    assert len(served) == 2
    for made in sockets:
        made.close()
