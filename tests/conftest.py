# SPDX-License-Identifier: Apache-2.0
"""What holds for every test: sockets reach this machine only, and one thread does the arithmetic."""

import ipaddress
import os
import socket
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")


def _local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in {"", "None", "localhost", "localhost.", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _only_loopback(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not _local(address[0]):
            raise PermissionError("tests reach this machine only")
    elif event == "socket.getaddrinfo" and not _local(arguments[0]):
        raise PermissionError("tests look up this machine only")


sys.addaudithook(_only_loopback)
