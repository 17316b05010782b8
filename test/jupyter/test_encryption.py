"""CurveZMQ as jupyter_client offers it: `transport_encryption`, on a live job of 2 ranks, with a server and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
import zmq.utils.monitor
from jupyter_client import BlockingKernelClient, KernelManager
from live_job import LiveJob

LIMIT_S = 30


@pytest.fixture(scope="module")
def job() -> Iterator[LiveJob]:
    with LiveJob(2, "encrypted") as live:
        yield live


@pytest.fixture
def manager(job: LiveJob) -> Iterator[KernelManager]:
    own = KernelManager(kernel_name=job.kernel_name, transport_encryption="required")
    own.start_kernel()
    yield own
    own.shutdown_kernel()


def _connected(client: BlockingKernelClient) -> BlockingKernelClient:
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    return client


def _uses_all_five_sockets(client: BlockingKernelClient) -> None:
    printed = []
    reply = client.execute_interactive(
        "import allranks\nprint(allranks.comm.allgather(input('who? ')))",
        allow_stdin=True,
        stdin_hook=lambda message: client.input(f"answer to {message['content']['prompt']}"),
        output_hook=lambda message: printed.append(message["content"].get("text", "")),
        timeout=LIMIT_S,
    )
    assert reply["content"]["status"] == "ok"
    assert "".join(printed) == "['answer to who? ', 'answer to who? ']\n"
    client.session.send(client.control_channel.socket, "kernel_info_request", {})
    assert client.get_control_msg(timeout=LIMIT_S)["content"]["status"] == "ok"
    heartbeat = client.connect_hb()
    heartbeat.send(b"beat")
    assert heartbeat.poll(LIMIT_S * 1000) and heartbeat.recv() == b"beat"
    heartbeat.close()


def test_jupyter_client_gives_keys_to_the_kernel_and_reaches_it_on_all_five_sockets(manager: KernelManager) -> None:
    written = json.loads(Path(manager.connection_file).read_text())
    assert len(written["curve_publickey"]) == len(written["curve_secretkey"]) == 40
    client = _connected(manager.client())
    _uses_all_five_sockets(client)
    client.stop_channels()


def test_another_client_has_the_keys_from_the_connection_file(manager: KernelManager) -> None:
    client = BlockingKernelClient(connection_file=manager.connection_file)
    client.load_connection_file()
    assert client.curve_publickey is not None
    _uses_all_five_sockets(_connected(client))
    client.stop_channels()


def test_a_restarted_kernel_keeps_to_the_keys(manager: KernelManager) -> None:
    manager.restart_kernel()
    client = _connected(manager.client())
    _uses_all_five_sockets(client)
    client.stop_channels()


def test_a_client_without_keys_hears_nothing_on_any_socket(manager: KernelManager) -> None:
    """It knows ports and signature, and is refused by each socket before a message of it is read."""
    client = _connected(manager.client())
    info = manager.get_connection_info()
    kinds = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}
    for channel, kind in kinds.items():
        socket = zmq.Context.instance().socket(kind)
        socket.linger = 0
        refused = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
        if kind == zmq.SUB:
            socket.subscribe(b"")
        socket.connect(f"tcp://127.0.0.1:{info[f'{channel}_port']}")
        assert refused.poll(LIMIT_S * 1000), f"{channel}: neither met nor refused"
        event = zmq.utils.monitor.recv_monitor_message(refused)["event"]
        assert event != zmq.EVENT_HANDSHAKE_SUCCEEDED, channel
        socket.disable_monitor()
        socket.close()
    client.execute_interactive("1", timeout=LIMIT_S)
    client.stop_channels()
