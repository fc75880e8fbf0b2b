"""A command job whose script logs by MLflow: submitted, streamed and read by the SDK, searched by MLflow."""
import contextlib
import io
import os
import pathlib
import tempfile

import mlflow
from azure.ai.ml import MLClient, command
from azure.ai.ml.entities import AmlCompute
from azure.identity import EnvironmentCredential

from mlflow_ground import GROUP, same

SCRIPT = """
import mlflow
mlflow.log_param("reg_rate", 0.1)
mlflow.log_metric("AUC", 0.85)
with open("notes.txt", "w") as out:
    out.write("from the job")
mlflow.log_artifact("notes.txt")
print("trained", flush=True)
"""

def all_of_it(proof, workspace):
    ml = MLClient(EnvironmentCredential(), os.environ["AZURE_SUBSCRIPTION_ID"], GROUP, workspace["name"])
    cluster = AmlCompute(name="aml-cluster", size="STANDARD_DS11_V2", max_instances=2)
    proof("MLClient.compute.begin_create_or_update", lambda: ml.compute.begin_create_or_update(cluster).result())
    job = proof("MLClient.jobs.create_or_update", lambda: submit(ml))
    if job is None:
        return
    proof("MLClient.jobs.stream", lambda: stream(ml, job.name))
    proof("MLClient.jobs.get", lambda: same(ml.jobs.get(job.name).status, "Completed"))
    mlflow.set_tracking_uri(workspace["properties"]["mlFlowTrackingUri"])
    experiment = proof("get_experiment_by_name", lambda: mlflow.get_experiment_by_name("diabetes-training"))
    runs = proof("search_runs by metric and tag", lambda: mlflow.search_runs(
        experiment.experiment_id, filter_string="metrics.AUC > 0.8 and tags.model_type = 'LogisticRegression'", order_by=["start_time DESC"]))
    proof("search_runs shows the job's run", lambda: (
        same(list(runs.run_id), [job.name]), same(list(runs.status), ["FINISHED"]), same(list(runs["tags.mlflow.runName"]), ["diabetes-train"])))
    proof("load_text of the job's artifact", lambda: same(mlflow.artifacts.load_text(f"runs:/{job.name}/notes.txt"), "from the job"))
    proof("MLClient.jobs.download", lambda: download(ml, job.name))


def submit(ml):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "train.py"), "w", encoding="utf-8") as out:
            out.write(SCRIPT)
        return ml.jobs.create_or_update(command(
            code=folder, command="python train.py", environment="AzureML-sklearn-1.5@latest", compute="aml-cluster",
            display_name="diabetes-train", experiment_name="diabetes-training", tags={"model_type": "LogisticRegression"}))


def stream(ml, name):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        ml.jobs.stream(name)
    assert "trained\n" in text.getvalue(), text.getvalue()


def download(ml, name):
    with tempfile.TemporaryDirectory() as folder:
        ml.jobs.download(name, download_path=folder, all=True)
        artifacts = pathlib.Path(folder) / "artifacts"
        same((artifacts / "notes.txt").read_text(encoding="utf-8"), "from the job")
        # MLflow adds where the run can be looked at.
        same((artifacts / "user_logs" / "std_log.txt").read_text(encoding="utf-8").split("\n")[0], "trained")
