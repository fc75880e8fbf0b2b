"""What both ways to reach a workspace's tracking do: with Azure's plugin (azureml://) and plainly (https://)."""
import os
import tempfile

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from mlflow_ground import same, token


def workspace_of(proof, arm, name):
    return proof("a workspace", lambda: arm.workspace(name))


def all_of_it(proof, address):
    mlflow.set_tracking_uri(address)
    experiment, first, second = runs_and_experiments(proof)
    searches(proof, experiment, first, second)
    experiments(proof)
    artifacts(proof, first)
    autologged_model(proof)


def plainly(proof, address):
    """With a token, and without Azure's plugin doing anything."""
    os.environ["MLFLOW_TRACKING_TOKEN"] = token()
    all_of_it(proof, address.replace("azureml://", "https://"))


def runs_and_experiments(proof):
    client = MlflowClient()
    proof("set_experiment", lambda: mlflow.set_experiment("diabetes-training"))
    experiment = proof("get_experiment_by_name", lambda: mlflow.get_experiment_by_name("diabetes-training"))
    proof("get_experiment_by_name of none", lambda: same(mlflow.get_experiment_by_name("nothing"), None))
    proof("get_experiment", lambda: same(client.get_experiment(experiment.experiment_id).name, "diabetes-training"))

    def first_run():
        with mlflow.start_run(run_name="first") as run:
            mlflow.log_param("reg_rate", 0.1)
            mlflow.log_params({"solver": "liblinear", "a b/c": "x"})
            mlflow.log_metric("AUC", 0.75)
            for step in range(5):
                mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
            mlflow.log_metrics({"Accuracy": 0.9, "nothing": float("nan")})
            mlflow.set_tag("model_type", "LogisticRegression")
            mlflow.set_tags({"team": "a", "stage": "dev"})
        return run.info.run_id

    first = proof("start_run, log_param(s), log_metric(s), set_tag(s), end_run", first_run)
    run = proof("get_run", lambda: client.get_run(first))
    proof("status, name, params, metrics, tags of a run", lambda: (
        same(run.info.status, "FINISHED"),
        same(run.info.run_name, "first"),
        same(run.data.params, {"reg_rate": "0.1", "solver": "liblinear", "a b/c": "x"}),
        same(run.data.metrics["AUC"], 0.75),
        same(run.data.metrics["loss"], 0.2),
        same(run.data.tags["model_type"], "LogisticRegression"),
    ))
    proof("get_metric_history", lambda: same([m.value for m in client.get_metric_history(first, "loss")], [1.0, 0.5, 1.0 / 3, 0.25, 0.2]))

    def second_run():
        with mlflow.start_run(tags={"model_type": "DecisionTree"}) as run:
            mlflow.log_metric("AUC", 0.85)
            with mlflow.start_run(nested=True):
                mlflow.log_param("depth", 3)
        return run.info.run_id

    second = proof("nested start_run", second_run)

    def changed_param():
        with mlflow.start_run(run_id=first):
            try:
                mlflow.log_param("reg_rate", 0.2)
            except MlflowException as error:
                assert "Changing param values is not allowed" in str(error), error
                return
        raise AssertionError("a param was changed")

    proof("start_run(run_id), a changed param is refused", changed_param)
    proof("delete_tag", lambda: (client.delete_tag(first, "stage"), same("stage" in client.get_run(first).data.tags, False)))
    proof("update_run", lambda: (client.update_run(first, name="renamed"), same(client.get_run(first).info.run_name, "renamed")))
    return experiment, first, second


def searches(proof, experiment, first, second):
    client = MlflowClient()
    proof("search_experiments", lambda: same("diabetes-training" in [e.name for e in mlflow.search_experiments(max_results=2000)], True))
    proof("search_runs", lambda: same(len(mlflow.search_runs(experiment.experiment_id)), 3))
    proof("search_runs order_by start_time DESC", lambda: same(
        len(mlflow.search_runs(experiment_ids=[experiment.experiment_id], order_by=["start_time DESC"], max_results=2)), 2))
    proof("search_runs filter metrics and tags", lambda: same(
        list(mlflow.search_runs([experiment.experiment_id], filter_string="metrics.AUC > 0.7 and tags.model_type = 'LogisticRegression'").run_id), [first]))
    proof("search_runs order_by metric", lambda: same(
        [r.info.run_id for r in client.search_runs([experiment.experiment_id], "metrics.AUC > 0", order_by=["metrics.AUC DESC"])], [second, first]))
    proof("search_runs attributes, LIKE, quoted names", lambda: same(
        [r.info.run_id for r in client.search_runs([experiment.experiment_id], "attributes.status = 'FINISHED' and params.`a b/c` LIKE 'x%' and run_name != 'no'")], [first]))
    proof("search_runs pages", lambda: same(len(client.search_runs([experiment.experiment_id], max_results=2).token) > 0, True))

    def wrong():
        try:
            client.search_runs([experiment.experiment_id], "metrics.AUC > 0 OR params.a = '1'")
        except MlflowException as error:
            return same(error.error_code, "INVALID_PARAMETER_VALUE")
        raise AssertionError("OR was taken")

    proof("search_runs refuses OR", wrong)


def experiments(proof):
    client = MlflowClient()

    def life():
        number = client.create_experiment("to-delete", tags={"a": "1"})
        client.set_experiment_tag(number, "b", "2")
        same(client.get_experiment(number).tags, {"a": "1", "b": "2"})
        client.delete_experiment(number)
        same(client.get_experiment(number).lifecycle_stage, "deleted")
        client.restore_experiment(number)
        same(client.get_experiment(number).lifecycle_stage, "active")
        try:
            client.create_experiment("to-delete")
        except MlflowException as error:
            return same(error.error_code, "RESOURCE_ALREADY_EXISTS")
        raise AssertionError("a name was given twice")

    proof("create, tag, delete, restore an experiment", life)

    def run_life():
        run = client.create_run(client.get_experiment_by_name("to-delete").experiment_id)
        client.delete_run(run.info.run_id)
        same(client.get_run(run.info.run_id).info.lifecycle_stage, "deleted")
        client.restore_run(run.info.run_id)
        client.set_terminated(run.info.run_id, "KILLED")
        same(client.get_run(run.info.run_id).info.status, "KILLED")

    proof("create, delete, restore, terminate a run", run_life)
    proof("a run without experiment", lambda: mlflow.MlflowClient().create_run("0"))


def artifacts(proof, run_id):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    client = MlflowClient()

    def write():
        with mlflow.start_run(run_id=run_id), tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notes.txt")
            with open(path, "w", encoding="utf-8") as out:
                out.write("as it was\n")
            os.makedirs(os.path.join(folder, "data", "deep"))
            for name in ("data/one.csv", "data/deep/two.csv"):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
                    out.write(name)
            mlflow.log_artifact(path)
            mlflow.log_artifacts(os.path.join(folder, "data"), "tables")
            mlflow.log_text("hello", "texts/hello.txt")
            mlflow.log_dict({"a": 1}, "texts/a.json")
            figure, axes = plt.subplots()
            axes.plot([1, 2], [3, 4])
            mlflow.log_figure(figure, "ROC-Curve.png")
            plt.close(figure)

    proof("log_artifact(s), log_text, log_dict, log_figure", write)
    proof("list_artifacts", lambda: same(sorted(f.path for f in client.list_artifacts(run_id)), ["ROC-Curve.png", "notes.txt", "tables", "texts"]))
    proof("list_artifacts of a folder", lambda: same(sorted(f.path for f in client.list_artifacts(run_id, "tables")), ["tables/deep", "tables/one.csv"]))

    def read():
        folder = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="tables")
        with open(os.path.join(folder, "deep", "two.csv"), encoding="utf-8") as text:
            same(text.read(), "data/deep/two.csv")
        same(mlflow.artifacts.load_text(client.get_run(run_id).info.artifact_uri + "/notes.txt"), "as it was\n")

    proof("download_artifacts", read)


def autologged_model(proof):
    import numpy
    from sklearn.linear_model import LogisticRegression

    def fit():
        mlflow.autolog()
        numbers = numpy.random.RandomState(0)
        features = numbers.rand(60, 3)
        with mlflow.start_run() as run:
            LogisticRegression(C=10, solver="liblinear").fit(features, features[:, 0] > 0.5)
        mlflow.autolog(disable=True)
        return run.info.run_id

    run_id = proof("autolog of LogisticRegression", fit)
    if run_id is None:
        return
    run = MlflowClient().get_run(run_id)
    proof("params and metrics of autolog", lambda: (same(run.data.params["C"], "10"), same("training_accuracy_score" in run.data.metrics, True)))
    proof("artifacts of autolog", lambda: same("training_confusion_matrix.png" in [f.path for f in MlflowClient().list_artifacts(run_id)], True))
    proof("load_model of a run", lambda: same(len(mlflow.sklearn.load_model(f"runs:/{run_id}/model").predict([[0.9, 0.1, 0.1]])), 1))
    if hasattr(mlflow, "search_logged_models"):  # from MLflow 3 on
        proof("search_logged_models", lambda: same(mlflow.search_logged_models(output_format="list")[0].source_run_id, run_id))
    version = proof("register_model", lambda: mlflow.register_model(f"runs:/{run_id}/model", "diabetes-model"))
    proof("get_model_version", lambda: same(MlflowClient().get_model_version("diabetes-model", version.version).status, "READY"))
    proof("load_model of the registry", lambda: same(len(mlflow.sklearn.load_model(f"models:/diabetes-model/{version.version}").predict([[0.9, 0.1, 0.1]])), 1))
