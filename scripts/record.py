#!/usr/bin/env python3
"""record.py FILE COMMAND...: records what a real API server answers while COMMAND runs.

COMMAND finds in OADP_CONTRACT a kubeconfig that leads here; from here everything goes on to the
cluster that kubectl reaches, through `kubectl proxy`, so that no credential is seen. FILE gets one
exchange a line, as JSON: what was asked, and what came back; a WebSocket's bytes in base64. The same
answer to the same question, twice in a row, is written once. What is large is left out.
"""
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

LEFT_OUT = ("contract-lists", "contract-bulk")
exchanges = []
lock = threading.Lock()


class Peer:
    """One side of a connection, read by the line or by the count."""

    def __init__(self, connection):
        self.connection = connection
        self.pending = b""

    def more(self):
        data = self.connection.recv(65536)
        self.pending += data
        return data

    def head(self):
        while b"\r\n\r\n" not in self.pending:
            if not self.more():
                return None
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        return lines[0], [tuple(line.split(": ", 1)) for line in lines[1:]]

    def take(self, count):
        while len(self.pending) < count:
            if not self.more():
                break
        data, self.pending = self.pending[:count], self.pending[count:]
        return data

    def line(self):
        while b"\r\n" not in self.pending:
            if not self.more():
                return b""
        line, self.pending = self.pending.split(b"\r\n", 1)
        return line


def header(headers, name):
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def keep(exchange):
    if any(name in exchange["target"] for name in LEFT_OUT):
        return
    with lock:
        for earlier in reversed(exchanges):
            if all(earlier[key] == exchange[key] for key in ("method", "target", "body")):
                if earlier == exchange:
                    return
                break
        exchanges.append(exchange)


def pump(source, target, received=None):
    while data := source.recv(65536):
        if received is not None:
            received += data
        try:
            target.sendall(data)
        except OSError:
            break
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def answer_body(server, client, headers):
    """Passes an answer's body on as it comes, and returns it whole."""
    body = bytearray()
    try:
        if header(headers, "Transfer-Encoding") == "chunked":
            while size := server.line():
                data = server.take(int(size, 16) + 2)[:-2]
                client.sendall(size + b"\r\n" + data + b"\r\n")
                if not data:
                    break
                body += data
        else:
            body += server.take(int(header(headers, "Content-Length") or 0))
            client.sendall(body)
    except OSError:
        server.connection.close()
    return bytes(body)


def serve(connection, upstream):
    client = Peer(connection)
    remote = socket.socket(socket.AF_UNIX)
    remote.connect(upstream)
    server = Peer(remote)
    while head := client.head():
        first, headers = head
        method, target, _ = first.split(" ")
        body = client.take(int(header(headers, "Content-Length") or 0))
        passed = [pair for pair in headers if pair[0].lower() != "accept-encoding"]
        lines = [first] + [f"{key}: {value}" for key, value in passed]
        remote.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        status, answer = server.head()
        code = int(status.split(" ")[1])
        kept = {key: value for key, value in answer
                if key.lower() in ("content-type", "retry-after", "sec-websocket-protocol")}
        exchange = {"method": method, "target": target, "body": body.decode(), "status": code,
                    "headers": kept}
        lines = [status] + [f"{key}: {value}" for key, value in answer]
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if code == 101:
            frames = bytearray(server.pending)
            connection.sendall(server.pending)
            up = threading.Thread(target=pump, args=(connection, remote), daemon=True)
            up.start()
            if client.pending:
                remote.sendall(client.pending)
            pump(remote, connection, frames)
            keep(exchange | {"frames": base64.b64encode(bytes(frames)).decode()})
            return
        keep(exchange | {"answer": answer_body(server, connection, answer).decode()})


def main():
    file, command = sys.argv[1], sys.argv[2:]
    folder = tempfile.mkdtemp()
    upstream = folder + "/kubectl.sock"
    proxy = subprocess.Popen(
        ["kubectl", "proxy", f"--unix-socket={upstream}", "--disable-filter=true"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(upstream):
        time.sleep(0.05)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, upstream), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    kubeconfig = folder + "/kubeconfig"
    with open(kubeconfig, "w") as config:
        json.dump({
            "apiVersion": "v1", "kind": "Config", "current-context": "recorded",
            "clusters": [{"name": "c", "cluster": {
                "server": f"http://127.0.0.1:{listener.getsockname()[1]}"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "recorded", "context": {"cluster": "c", "user": "u"}}]}, config)
    status = subprocess.call(command, env=os.environ | {"OADP_CONTRACT": kubeconfig})
    time.sleep(1)
    proxy.terminate()
    proxy.wait()
    with open(file, "w") as out:
        for exchange in exchanges:
            out.write(json.dumps(exchange, sort_keys=True) + "\n")
    print(f"{len(exchanges)} exchanges in {file}", file=sys.stderr)
    sys.exit(status)


main()
