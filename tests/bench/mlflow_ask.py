"""Times requests of MLflow's REST interface: of azlab, or of a `mlflow server` with SQLite that this script starts and
fills with the same runs. One client for both, one kept connection, the standard library alone: what is measured is the
server plus the same few hundred microseconds of Python.

mlflow_ask.py ask URL RUNS QUICK     prints "NAME SECONDS" a line, a request's median each
mlflow_ask.py peer DIRECTORY RUNS QUICK
"""
import http.client
import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse

START = 1_760_000_000_000


def loss_of(number):
    return number * 7919 % 100_003 / 100_003


class Server:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=600)
        self.base = parts.path.rstrip("/") + "/api/2.0/mlflow/"

    def post(self, what, body):
        self.connection.request("POST", self.base + what, json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{what}: {answer.status} {text[:400]}")
        return json.loads(text)


def experiment(server, name):
    return server.post("experiments/create", {"name": name})["experiment_id"]


def new_run(server, where):
    return server.post("runs/create", {"experiment_id": where, "start_time": START})["run"]["info"]["run_id"]


def timed(count, work):
    each = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        each.append(time.perf_counter() - start)
    return statistics.median(each)


def batch_of(run, number):
    return {"run_id": run, "metrics": [{"key": f"m{i}", "value": i / 7, "timestamp": START + number, "step": number} for i in range(100)],
            "params": [{"key": f"p{i}", "value": str(i)} for i in range(10)], "tags": [{"key": f"t{i}", "value": str(i)} for i in range(10)]}


def search_of(where, **more):
    return {"experiment_ids": [where], "max_results": 100, **more}


def ask(server, filled, runs, quick):
    """`filled`: the experiment with many runs."""
    where = experiment(server, "writes")
    single = new_run(server, where)
    print("log-metric", timed(20 if quick else 200, lambda n: server.post("runs/log-metric", {"run_id": single, "key": "loss", "value": n / 3, "timestamp": START + n, "step": n})))
    print("create", timed(10 if quick else 100, lambda n: new_run(server, where)))
    fresh = [new_run(server, where) for _ in range(5 if quick else 50)]
    print("log-batch", timed(len(fresh), lambda n: server.post("runs/log-batch", batch_of(fresh[n], n))))
    times = 3 if quick else 9
    last = server.post("runs/search", search_of(filled, filter="metrics.loss < 0.01 and params.depth = '3'", order_by=["metrics.loss ASC"]))["runs"]
    found = sorted(loss_of(n) for n in range(runs) if loss_of(n) < 0.01 and n % 10 == 3)[:100]
    if [next(m["value"] for m in run["data"]["metrics"] if m["key"] == "loss") for run in last] != found:
        raise SystemExit("the search found other runs than there are")
    print("search", timed(times, lambda n: server.post("runs/search", search_of(filled, filter="metrics.loss < 0.01 and params.depth = '3'", order_by=["metrics.loss ASC"]))))
    print("search-first", timed(times, lambda n: server.post("runs/search", search_of(filled))))
    print("search-order", timed(times, lambda n: server.post("runs/search", search_of(filled, order_by=["metrics.loss DESC"]))))


def fill(database, where, runs):
    """The same runs as the benchmark puts into azlab; over the wire this server would need half an hour."""
    at = sqlite3.connect(database)
    numbers = range(runs)
    name = "{:032x}".format
    at.executemany("insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id) "
                   "values (?, ?, 'UNKNOWN', '', '', 'bench', 'FINISHED', ?, ?, '', 'active', '', ?)", ((name(n), f"run-{n}", START + n, START + n + 5, where) for n in numbers))
    values = [("loss", loss_of), ("accuracy", lambda n: 1 - loss_of(n))]
    for table in ("metrics", "latest_metrics"):
        for key, value in values:
            at.executemany(f"insert into {table} (key, value, timestamp, step, is_nan, run_uuid) values (?, ?, ?, 0, 0, ?)", ((key, value(n), START + n, name(n)) for n in numbers))
    at.executemany("insert into params (key, value, run_uuid) values ('depth', ?, ?)", ((str(n % 10), name(n)) for n in numbers))
    at.executemany("insert into tags (key, value, run_uuid) values ('kind', 'bench', ?)", ((name(n),) for n in numbers))
    at.commit()
    at.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def peer(directory, runs, quick):
    database, port = f"{directory}/mlflow.db", free_port()
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--backend-store-uri", f"sqlite:///{database}", "--default-artifact-root", f"{directory}/artifacts"]
    server = subprocess.Popen(command, cwd=directory, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        at = Server(f"http://127.0.0.1:{port}")
        where = experiment(at, "filled")
        fill(database, where, runs)
        ask(at, where, runs, quick)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def main():
    what, where, runs, quick = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "1"
    if what == "peer":
        peer(where, runs, quick)
    else:
        url, filled = where.split("#")
        ask(Server(url), filled, runs, quick)


main()
