"""A command job whose script logs by MLflow: submitted, streamed and read by the SDK, searched by MLflow.

Needs azlab run in front (with Python environments for jobs, or the job is blocked), and azure-ai-ml, azure-identity, mlflow,
azureml-mlflow. See ground.py.
"""
import contextlib
import io
import os
import tempfile

import mlflow
from azure.ai.ml import MLClient, command
from azure.ai.ml.entities import AmlCompute
from azure.identity import EnvironmentCredential

from ground import GROUP, WORKSPACE, Arm, Proof, same

SCRIPT = """
import mlflow
mlflow.log_param("reg_rate", 0.1)
mlflow.log_metric("AUC", 0.85)
with open("notes.txt", "w") as out:
    out.write("from the job")
mlflow.log_artifact("notes.txt")
print("trained", flush=True)
"""

proof = Proof("azure-ai-ml")
workspace = proof("workspace", lambda: Arm().workspace())
ml = MLClient(EnvironmentCredential(), os.environ["AZURE_SUBSCRIPTION_ID"], GROUP, WORKSPACE)
proof("compute", lambda: ml.compute.begin_create_or_update(AmlCompute(name="aml-cluster", size="STANDARD_DS11_V2", max_instances=2)).result())


def submit():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "train.py"), "w", encoding="utf-8") as out:
            out.write(SCRIPT)
        return ml.jobs.create_or_update(command(
            code=folder, command="python train.py", environment="AzureML-sklearn-1.5@latest", compute="aml-cluster",
            display_name="diabetes-train", experiment_name="diabetes-training", tags={"model_type": "LogisticRegression"}))


job = proof("job create", submit)


def stream():
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        ml.jobs.stream(job.name)
    assert "trained" in text.getvalue(), text.getvalue()


proof("job stream", stream)
proof("job get", lambda: same(ml.jobs.get(job.name).status, "Completed"))
mlflow.set_tracking_uri(workspace["properties"]["mlFlowTrackingUri"])
experiment = proof("experiment of the job", lambda: mlflow.get_experiment_by_name("diabetes-training"))
runs = proof("search_runs by metric and job tag", lambda: mlflow.search_runs(
    experiment.experiment_id, filter_string="metrics.AUC > 0.8 and tags.model_type = 'LogisticRegression'", order_by=["start_time DESC"]))
proof("the job's run", lambda: (same(list(runs.run_id), [job.name]), same(list(runs.status), ["FINISHED"]), same(list(runs["tags.mlflow.runName"]), ["diabetes-train"])))
proof("the job's artifact", lambda: same(mlflow.artifacts.load_text(f"runs:/{job.name}/notes.txt"), "from the job"))


def change():
    ml.jobs.archive(job.name)
    same(job.name in [j.name for j in ml.jobs.list()], False)
    ml.jobs.restore(job.name)
    same(job.name in [j.name for j in ml.jobs.list()], True)


proof("job archive, restore", change)


def download():
    with tempfile.TemporaryDirectory() as folder:
        ml.jobs.download(job.name, download_path=folder, all=True)
        found = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
        assert any(path.endswith("user_logs/std_log.txt") for path in found), found


proof("job download", download)
proof.end()
